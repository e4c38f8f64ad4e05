// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie {
    /// Goes over the entries of all filters that match a subject.
    ///
    /// Where two matching filters differ first, `>` comes before a literal token, and that before `*`; the entries of
    /// one filter come in the order in which they were inserted.
    ///
    /// - Parameters:
    ///   - subject: Bytes without an empty token. Wildcards in it are literal tokens.
    ///   - visit: Takes an entry, and says whether to go on.
    /// - Complexity: O(nodes that the subject's tokens lead to) steps of bounded length; allocates nothing.
    @inlinable @inline(__always)
    func match(_ subject: UnsafeRawBufferPointer, _ visit: (UInt32) -> Bool) {
        // Where to go on after the literal branch: each level leaves at most one `*`, with the byte that follows it.
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.maximumDepth) { pending in
            var pendingCount = 0
            var node = Self.root
            var start = 0
            while true {
                let here = nodes[node]
                guard forEach(here.rest, visit) else { return }
                let token = unsafe Token(at: start, of: subject, seed)
                var next = unsafe child(of: node, for: token, of: subject)
                start = token.end &+ 1
                if token.end == subject.count {
                    guard next == 0 || forEach(nodes[next].entries, visit) else { return }
                    guard here.any == 0 || forEach(nodes[here.any].entries, visit) else { return }
                    next = 0
                } else if here.any != 0 {
                    if next == 0 {
                        next = here.any
                    } else {
                        assert(pendingCount < Self.maximumDepth)
                        unsafe pending[pendingCount] = UInt64(here.any) &<< 32 | UInt64(truncatingIfNeeded: start)
                        pendingCount &+= 1
                    }
                }
                if next == 0 {
                    guard pendingCount > 0 else { return }
                    pendingCount &-= 1
                    let place = unsafe pending[pendingCount]
                    next = UInt32(truncatingIfNeeded: place &>> 32)
                    start = Int(truncatingIfNeeded: place & 0xFFFF_FFFF)
                }
                node = next
            }
        }
    }

    /// Goes over the entries of one filter, in the order in which they were inserted; false when `visit` had enough.
    @inlinable @inline(__always)
    func forEach(_ list: EntryList, _ visit: (UInt32) -> Bool) -> Bool {
        guard !list.isEmpty else { return true }
        var entry = list.first
        repeat {
            guard visit(entry) else { return false }
            guard list.hasOthers else { return true }
            entry = entries[entry].next
        } while entry != list.first
        return true
    }

    /// The child for a literal token, or 0.
    @inlinable @inline(__always)
    func child(of parent: UInt32, for token: Token, of subject: UnsafeRawBufferPointer) -> UInt32 {
        let hash = Self.edgeHash(token.hash, parent)
        let place = UInt64(parent) | UInt64(truncatingIfNeeded: token.length) &<< 32
        if token.isLong { return unsafe longChild(hash, place, token, of: subject) }
        var index = edges.home(hash)
        while true {
            let slot = edges.slots[index]
            if slot.hash == hash {
                let node = nodes[slot.node]
                if node.token == token.word, node.place == place { return slot.node }
            }
            guard slot.node != 0 else { return 0 }
            index = edges.after(index)
        }
    }

    /// The same for a token of more than eight bytes.
    @usableFromInline
    func longChild(_ hash: UInt32, _ place: UInt64, _ token: Token, of subject: UnsafeRawBufferPointer) -> UInt32 {
        var index = edges.home(hash)
        while true {
            let slot = edges.slots[index]
            if slot.hash == hash, nodes[slot.node].place == place, unsafe isSame(nodes[slot.node], token, of: subject) {
                return slot.node
            }
            guard slot.node != 0 else { return 0 }
            index = edges.after(index)
        }
    }

    /// Whether a node's token, of more than eight bytes and of the same length, is the same.
    private func isSame(_ node: Node, _ token: Token, of subject: UnsafeRawBufferPointer) -> Bool {
        guard UInt32(truncatingIfNeeded: node.token) == UInt32(truncatingIfNeeded: token.word) else { return false }
        let stored = unsafe bytes(of: node)
        var position = 4
        while position < token.length {
            let last = min(position, token.length - 8)
            guard unsafe Bytes.load(stored, last) == Bytes.load(subject, token.start + last) else { return false }
            position = last + 8
        }
        return true
    }
}
