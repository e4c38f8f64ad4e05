// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Values by the filters they want: which of them does a subject match?
///
/// ```swift
/// var index = SubjectIndex<String>()
/// let billing = try index.insert("billing", for: "orders.*.new")
/// try index.insert("audit", for: "orders.>")
/// index.matches("orders.us.new")  // ["audit", "billing"]
/// index.remove(billing)
/// ```
///
/// A filter can have any number of values; each is an entry. An index is a value: a copy shares memory until one of the
/// two is changed, which then costs O(entries) once. Matching never allocates, but for the results where there is no
/// room; a subject that comes again costs the same as one that never came, because nothing is cached.
///
/// **Order.** Results always come in the same order: where two matching filters differ first, `>` is before a literal
/// token and that before `*`; values of one filter come in the order in which they were inserted.
///
/// **Cost.** A match takes a step for each node that the subject's tokens lead to: for filters without wildcards one a
/// token, at worst as many as the filters have tokens. Each step looks at a bounded number of places of a hash table,
/// whoever chose the filters; see ``SubjectIndexStatistics/reseeds``. An entry takes about 100 bytes beside its value.
///
/// Structure: a trie of tokens in flat arrays with one hash table for all edges. To match while another thread changes
/// the index, use ``ConcurrentSubjectIndex``.
public struct SubjectIndex<Value> {
    @usableFromInline var storage: IndexStorage<Value>

    /// Makes an empty index.
    ///
    /// - Parameters:
    ///   - limits: What it takes in at most.
    ///   - seed: What tokens are hashed with. Results do not depend on it. Where strangers choose the filters, give a
    ///     random number that they do not learn: then they cannot choose tokens whose hashes collide.
    @inlinable
    public init(limits: SubjectIndexLimits = SubjectIndexLimits(), seed: UInt64 = 0) {
        storage = IndexStorage(IndexBody(limits: limits, seed: seed, maximumProbe: SubjectTrie.maximumProbe))
    }

    /// For tests: with another bound of how far an edge may be from its place.
    package init(limits: SubjectIndexLimits = SubjectIndexLimits(), seed: UInt64, maximumProbe: Int) {
        storage = IndexStorage(IndexBody(limits: limits, seed: seed, maximumProbe: maximumProbe))
    }

    /// How many entries there are.
    @inlinable
    public var count: Int { unsafe storage.body.pointee.trie.entryCount }

    /// Whether there is no entry.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// What it takes in at most.
    @inlinable
    public var limits: SubjectIndexLimits { unsafe storage.body.pointee.limits }

    /// Figures of the index.
    @inlinable
    public var statistics: SubjectIndexStatistics { unsafe storage.body.pointee.statistics }

    /// Adds a value for a filter, beside those that it has.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - filter: Which subjects it wants.
    /// - Returns: What removes it.
    /// - Throws: ``SubjectError``: `tooManyEntries`, `tooManyTokens` or `tooLong` where a limit is reached, `crowded`
    ///   where somebody has chosen filters to collide. Nothing has changed then.
    /// - Complexity: O(bytes of the filter), amortised; O(entries) when the index is shared with a copy.
    @inlinable
    @discardableResult
    public mutating func insert(_ value: Value, for filter: SubjectFilter) throws(SubjectError) -> SubjectEntry {
        makeUnique()
        return try unsafe storage.body.pointee.insert(value, for: filter)
    }

    /// Removes an entry.
    ///
    /// - Parameter entry: What ``insert(_:for:)`` returned.
    /// - Returns: Its value; nil when it was removed before.
    /// - Complexity: O(bytes of the filter); O(entries) when the index is shared with a copy.
    @inlinable
    @discardableResult
    public mutating func remove(_ entry: SubjectEntry) -> Value? {
        guard contains(entry) else { return nil }
        makeUnique()
        return unsafe storage.body.pointee.remove(entry)
    }

    /// Removes all entries, and gives their memory back.
    @inlinable
    public mutating func removeAll() {
        storage = IndexStorage(unsafe storage.body.pointee.emptied())
    }

    @inlinable
    mutating func makeUnique() {
        guard !isKnownUniquelyReferenced(&storage) else { return }
        storage = IndexStorage(IndexBody(copying: unsafe storage.body.pointee))
    }
}

extension SubjectIndex: Sendable where Value: Sendable {}
