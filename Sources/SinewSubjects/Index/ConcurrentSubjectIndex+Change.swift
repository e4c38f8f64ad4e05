// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension ConcurrentSubjectIndex {
    /// How many entries there are.
    public var count: Int { read { $0.trie.entryCount } }

    /// Whether there is no entry.
    public var isEmpty: Bool { count == 0 }

    /// Figures of the index; the memory is that of both copies.
    public var statistics: SubjectIndexStatistics {
        var statistics = read { $0.statistics }
        statistics.allocatedBytes *= 2
        return statistics
    }

    /// How often a change has begun to wait for searches. For tests.
    package var waitCount: Int { waits.load(ordering: .relaxed) }

    /// Adds a value for a filter, beside those that it has.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - filter: Which subjects it wants.
    /// - Returns: What removes it.
    /// - Throws: As ``SubjectIndex/insert(_:for:)``. Nothing has changed then.
    /// - Complexity: O(bytes of the filter), amortised, and the time of the searches under way.
    @inlinable
    @discardableResult
    public func insert(_ value: Value, for filter: SubjectFilter) throws(SubjectError) -> SubjectEntry {
        // What the first side had to search for is known when the second one, which is alike, takes the value in.
        var stem = SubjectTrie.Stem()
        return try change { body throws(SubjectError) in try body.insert(value, for: filter, stem: &stem) }
    }

    /// Removes an entry.
    ///
    /// - Parameter entry: What an insert returned.
    /// - Returns: Its value; nil when it was removed before.
    /// - Complexity: O(bytes of the filter), and the time of the searches under way.
    @inlinable
    @discardableResult
    public func remove(_ entry: SubjectEntry) -> Value? {
        // Nothing in it throws.
        try? change { body throws(SubjectError) in body.remove(entry) }
    }

    /// Removes all entries, and gives their memory back. Entries made before mean nothing afterwards.
    ///
    /// - Complexity: O(entries), and the time of the searches under way.
    public func removeAll() {
        // Nothing in it throws. The values of the first side are released here, when no lock is held: they are the last
        // ones, and what is run then may use the index.
        _ = try? change { body throws(SubjectError) in body.removeAll() }
    }

    /// Makes several changes that readers see together or not at all.
    ///
    /// - Parameter update: The changes, made in order.
    /// - Returns: The new entries and the values removed.
    /// - Throws: As ``SubjectIndex/insert(_:for:)``, for the first insert that is refused. Nothing has changed then.
    /// - Complexity: That of the changes, and the time of the searches under way; O(entries) when an insert other than
    ///   the first change is refused.
    @discardableResult
    public func apply(
        _ update: SubjectIndexUpdate<Value>
    ) throws(SubjectError) -> SubjectIndexUpdate<Value>.Outcome {
        try change { body throws(SubjectError) in
            var progress = 0
            do throws(SubjectError) {
                return try update.apply(to: &body, progress: &progress)
            } catch {
                // Undone, the changes would leave other numbers free than the other side has: it is copied instead.
                if progress > 0 { restore(&body) }
                throw error
            }
        }
    }

    /// Makes several changes that readers see together or not at all.
    ///
    /// - Parameter body: Says which; runs before anything is locked or changed.
    /// - Returns: The new entries and the values removed.
    /// - Throws: As ``apply(_:)``.
    @discardableResult
    public func update(
        _ body: (inout SubjectIndexUpdate<Value>) -> Void
    ) throws(SubjectError) -> SubjectIndexUpdate<Value>.Outcome {
        var update = SubjectIndexUpdate<Value>()
        body(&update)
        return try apply(update)
    }

    /// Makes the side that readers are not sent to like the other one. The lock is held.
    private func restore(_ body: inout IndexBody<Value>) {
        let isRight = side.load(ordering: .sequentiallyConsistent) != 0
        let visible = unsafe isRight ? right : left
        body = unsafe IndexBody(copying: visible.pointee)
    }
}

extension ConcurrentSubjectIndex {
    /// For tests: a search that takes as long as `body`. Returns how many entries there were after it.
    package func readForTests(_ body: () -> Void) -> Int {
        read { index in
            body()
            return index.trie.entryCount
        }
    }
}
