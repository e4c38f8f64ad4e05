// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie {
    /// What searches read, to be had at once: they would copy the whole trie otherwise.
    @inlinable var reader: Reader {
        @inline(__always) get {
            unsafe Reader(
                nodes: nodes.base,
                slots: edges.slots.base,
                entries: entries.base,
                bytes: bytes.base,
                shift: edges.shift,
                mask: edges.mask,
                seed: seed
            )
        }
    }

    /// The arrays of a trie, valid while it is not changed.
    ///
    /// Positions are not checked: whoever has one got it from the trie, which made it.
    @safe
    @usableFromInline
    struct Reader: BitwiseCopyable {
        @usableFromInline let nodes: UnsafePointer<Node>
        @usableFromInline let slots: UnsafePointer<EdgeTable.Slot>
        @usableFromInline let entries: UnsafePointer<Entry>
        @usableFromInline let bytes: UnsafePointer<UInt8>
        @usableFromInline let shift: UInt32
        @usableFromInline let mask: UInt32
        @usableFromInline let seed: Seed

        @inlinable @inline(__always)
        init(
            nodes: UnsafePointer<Node>,
            slots: UnsafePointer<EdgeTable.Slot>,
            entries: UnsafePointer<Entry>,
            bytes: UnsafePointer<UInt8>,
            shift: UInt32,
            mask: UInt32,
            seed: Seed
        ) {
            unsafe (self.nodes, self.slots, self.entries, self.bytes) = (nodes, slots, entries, bytes)
            (self.shift, self.mask, self.seed) = (shift, mask, seed)
        }

        @inlinable @inline(__always)
        func node(_ number: UInt32) -> Node { unsafe nodes[Int(number)] }
    }
}

extension SubjectTrie.Reader {
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
    func match(_ subject: Text, _ visit: (UInt32) -> Bool) {
        // Where to go on after the literal branch: each level leaves at most one `*`, with the byte that follows it.
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: SubjectTrie.maximumDepth) { pending in
            var pendingCount = 0
            var node = SubjectTrie.root
            var start = 0
            var path = seed.root
            while true {
                let here = self.node(node)
                guard forEach(here.rest, visit) else { return }
                let token = SubjectTrie.Token(at: start, of: subject, after: path, seed)
                var next = child(of: node, for: token, of: subject)
                start = token.end &+ 1
                path = token.path
                if token.end == subject.count {
                    guard next == 0 || forEach(self.node(next).entries, visit) else { return }
                    guard here.any == 0 || forEach(self.node(here.any).entries, visit) else { return }
                    next = 0
                } else if here.any != 0 {
                    assert(pendingCount < SubjectTrie.maximumDepth)
                    unsafe pending[pendingCount] = UInt64(here.any) &<< 32 | UInt64(truncatingIfNeeded: start)
                    pendingCount &+= 1
                }
                if next == 0 {
                    guard pendingCount > 0 else { return }
                    pendingCount &-= 1
                    let place = unsafe pending[pendingCount]
                    next = UInt32(truncatingIfNeeded: place &>> 32)
                    start = Int(truncatingIfNeeded: place & 0xFFFF_FFFF)
                    path = self.node(next).path
                }
                node = next
            }
        }
    }

    /// Goes over the entries of one filter, in the order in which they were inserted; false when `visit` had enough.
    @inlinable @inline(__always)
    func forEach(_ list: SubjectTrie.EntryList, _ visit: (UInt32) -> Bool) -> Bool {
        guard !list.isEmpty else { return true }
        var entry = list.first
        repeat {
            guard visit(entry) else { return false }
            guard list.hasOthers else { return true }
            entry = unsafe entries[Int(entry)].next
        } while entry != list.first
        return true
    }

    /// The child for a literal token, or 0.
    @inlinable @inline(__always)
    func child(of parent: UInt32, for token: SubjectTrie.Token, of subject: Text) -> UInt32 {
        let place = UInt64(parent) | UInt64(truncatingIfNeeded: token.length) &<< 32
        if token.isLong { return longChild(place, token, of: subject) }
        var index = token.path &>> shift
        while true {
            let slot = unsafe slots[Int(index)]
            if slot.hash == token.path {
                let node = node(slot.node)
                if node.token == token.word, node.place == place { return slot.node }
            }
            guard slot.node != 0 else { return 0 }
            index = (index &+ 1) & mask
        }
    }

    /// The same for a token of more than eight bytes.
    @usableFromInline
    func longChild(_ place: UInt64, _ token: SubjectTrie.Token, of subject: Text) -> UInt32 {
        var index = token.path &>> shift
        while true {
            let slot = unsafe slots[Int(index)]
            if slot.hash == token.path, node(slot.node).place == place, isSame(node(slot.node), token, of: subject) {
                return slot.node
            }
            guard slot.node != 0 else { return 0 }
            index = (index &+ 1) & mask
        }
    }

    /// Whether a node's token, of more than eight bytes and of the same length, is the same.
    private func isSame(_ node: SubjectTrie.Node, _ token: SubjectTrie.Token, of subject: Text) -> Bool {
        guard UInt32(truncatingIfNeeded: node.token) == UInt32(truncatingIfNeeded: token.word) else { return false }
        let stored = unsafe Text(base: bytes + Int(node.token >> 32), count: node.length)
        var position = 4
        while position < token.length {
            let last = min(position, token.length - 8)
            guard Bytes.load(stored, last) == Bytes.load(subject, token.start + last) else { return false }
            position = last + 8
        }
        return true
    }
}
