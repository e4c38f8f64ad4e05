// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie {
    /// Why a filter is not taken in.
    enum Refusal: Error {
        /// The numbers of nodes or the places of bytes are used up.
        case full
        /// The table has too many edges that meet, with any of several seeds.
        case crowded
    }

    /// How far into the trie a filter leads: the node, and where in the filter the next token begins.
    @usableFromInline
    struct Stem: BitwiseCopyable {
        var node = SubjectTrie.root
        var start = 0
        /// Whether it is known that the node has no child for the next token.
        var isWhole = false

        @usableFromInline
        init() {}
    }

    /// Adds an entry for the bytes of a filter of at most ``maximumDepth`` tokens.
    ///
    /// - Parameters:
    ///   - filter: The bytes.
    ///   - stem: What is known to be there; afterwards, all that was there before. A trie that was alike then need not
    ///     search for it again.
    mutating func insert(_ filter: Text, stem: inout Stem) throws(Refusal) -> UInt32 {
        guard !isExhausted(by: filter.count) else { throw .full }
        var (node, start) = (stem.node, stem.start)
        while start <= filter.count {
            let token = Token(at: start, of: filter, after: nodes[node].path, seed)
            if token.isRest, token.end == filter.count { return makeEntry(at: node, isRest: true) }
            var next: UInt32 = 0
            if !stem.isWhole {
                next = token.isAny ? nodes[node].any : reader.child(of: node, for: token, of: filter)
                stem.isWhole = next == 0
            }
            start = token.end + 1
            if next != 0 {
                node = next
                (stem.node, stem.start) = (node, start)
            } else {
                node = try makeChild(of: node, for: token, of: filter)
            }
        }
        return makeEntry(at: node, isRest: false)
    }

    /// Removes an entry, and the nodes that led to no other.
    ///
    /// - Parameter entry: One that is in use.
    /// - Complexity: O(tokens of the filter), amortised.
    @usableFromInline
    mutating func remove(_ entry: UInt32) {
        let record = entries[entry]
        if record.isRest {
            unlink(entry, record, from: &nodes[record.node].rest)
        } else {
            unlink(entry, record, from: &nodes[record.node].entries)
        }
        entries[entry].place = .max
        entries[entry].next = freeEntry
        freeEntry = entry
        entryCount -= 1
        prune(from: record.node)
    }

    /// Whether the number and generation are those of an entry that is in use.
    @usableFromInline
    func isCurrent(_ entry: UInt32, generation: UInt32) -> Bool {
        guard entry > 0, Int(entry) < entryEnd else { return false }
        return entries[entry].isInUse && entries[entry].generation == generation
    }

    private mutating func makeEntry(at node: UInt32, isRest: Bool) -> UInt32 {
        let entry: UInt32
        if freeEntry != 0 {
            entry = freeEntry
            freeEntry = entries[entry].next
        } else {
            entries.reserve(entryEnd + 1, keeping: entryEnd)
            entry = UInt32(entryEnd)
            entryEnd += 1
        }
        entryCount += 1
        generation &+= 1
        entries[entry] = Entry(node: node, isRest: isRest, generation: generation)
        if isRest { link(entry, into: &nodes[node].rest) } else { link(entry, into: &nodes[node].entries) }
        return entry
    }

    /// Adds an entry at the end of a ring.
    private func link(_ entry: UInt32, into list: inout EntryList) {
        let first = list.isEmpty ? entry : list.first
        let last = list.isEmpty ? entry : entries[first].previous
        entries[entry].next = first
        entries[entry].previous = last
        entries[last].next = entry
        entries[first].previous = entry
        list = EntryList(first: first, hasOthers: first != entry)
    }

    private func unlink(_ entry: UInt32, _ record: Entry, from list: inout EntryList) {
        entries[record.previous].next = record.next
        entries[record.next].previous = record.previous
        guard record.next != entry else {
            list = EntryList()
            return
        }
        let first = list.first == entry ? record.next : list.first
        list = EntryList(first: first, hasOthers: entries[first].next != first)
    }
}
