// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// Questions about filters. They return entries in an order that depends on nothing but the inserts and removes so far.
extension SubjectIndex {
    /// Whether an entry is still there.
    ///
    /// - Parameter entry: What an insert returned.
    /// - Returns: False once it was removed.
    @inlinable
    public func contains(_ entry: SubjectEntry) -> Bool {
        defer { extendLifetime(storage) }
        return unsafe storage.body.pointee.contains(entry)
    }

    /// The value of an entry, or nil once it was removed.
    ///
    /// - Parameter entry: What an insert returned.
    @inlinable
    public subscript(entry: SubjectEntry) -> Value? {
        defer { extendLifetime(storage) }
        guard contains(entry) else { return nil }
        return unsafe storage.body.pointee.values[Int(entry.number)]
    }

    /// The filter of an entry, or nil once it was removed.
    ///
    /// - Parameter entry: What an insert returned.
    /// - Returns: The filter it was inserted for.
    /// - Complexity: O(bytes).
    public func filter(of entry: SubjectEntry) -> SubjectFilter? {
        defer { extendLifetime(storage) }
        guard contains(entry) else { return nil }
        return unsafe storage.body.pointee.trie.filter(of: entry.number)
    }

    /// All entries.
    ///
    /// - Complexity: O(nodes).
    public var entries: [SubjectEntry] {
        collect { trie, visit in _ = trie.forEachEntry(below: SubjectTrie.root, visit) }
    }

    /// The entries of one filter, in the order in which they were inserted: those whose filter is the same.
    ///
    /// - Parameter filter: The filter.
    /// - Returns: Its entries; none when it was not inserted.
    /// - Complexity: O(bytes + entries returned).
    public func entries(of filter: SubjectFilter) -> [SubjectEntry] {
        collect { trie, visit in trie.forEachEntry(of: filter, visit) }
    }

    /// The entries whose filters match nothing that a filter does not match. Where the index has subjects (filters
    /// without wildcards), these are the subjects that the filter selects.
    ///
    /// - Parameter filter: The filter.
    /// - Returns: Exactly the entries whose filters it includes.
    /// - Complexity: O(nodes that begin as the filter does).
    public func entries(includedIn filter: SubjectFilter) -> [SubjectEntry] {
        collect { trie, visit in trie.forEachIncluded(in: filter, visit) }
    }

    /// The entries whose filters match at least one subject that a filter matches, too.
    ///
    /// - Parameter filter: The filter.
    /// - Returns: Exactly the entries whose filters intersect it.
    /// - Complexity: O(nodes that begin as the filter does, or with wildcards in place of its tokens).
    public func entries(intersecting filter: SubjectFilter) -> [SubjectEntry] {
        collect { trie, visit in trie.forEachIntersecting(filter, visit) }
    }

    /// Whether a subject exists that both the filter and one in the index match.
    ///
    /// - Parameter filter: The filter.
    /// - Returns: True as soon as one is found.
    public func intersects(_ filter: SubjectFilter) -> Bool {
        defer { extendLifetime(storage) }
        var found = false
        unsafe storage.body.pointee.trie.forEachIntersecting(filter) { _ in
            found = true
            return false
        }
        return found
    }

    private func collect(_ search: (borrowing SubjectTrie, (UInt32) -> Bool) -> Void) -> [SubjectEntry] {
        defer { extendLifetime(storage) }
        var entries: [SubjectEntry] = []
        unsafe search(storage.body.pointee.trie) { entry in
            entries.append(unsafe storage.body.pointee.handle(entry))
            return true
        }
        return entries
    }
}
