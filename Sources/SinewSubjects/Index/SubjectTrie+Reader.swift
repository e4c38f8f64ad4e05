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
