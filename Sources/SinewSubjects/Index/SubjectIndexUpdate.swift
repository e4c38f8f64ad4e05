// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Changes to a ``ConcurrentSubjectIndex`` that readers see all at once or not at all.
public struct SubjectIndexUpdate<Value: Sendable>: Sendable {
    @usableFromInline
    enum Change: Sendable {
        case insert(Value, SubjectFilter)
        case remove(SubjectEntry)
    }

    /// What an update did.
    public struct Outcome: Sendable {
        /// The new entries, in the order of the inserts.
        public internal(set) var entries: [SubjectEntry] = []
        /// The values that were removed, in the order of the removes; nil for an entry that was not there.
        public internal(set) var removed: [Value?] = []
    }

    @usableFromInline var changes: [Change] = []

    /// No changes.
    public init() {}

    /// How many changes there are.
    public var count: Int { changes.count }

    /// Adds a value for a filter.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - filter: Which subjects it wants.
    public mutating func insert(_ value: Value, for filter: SubjectFilter) { changes.append(.insert(value, filter)) }

    /// Removes an entry; nothing happens when it is not there.
    ///
    /// - Parameter entry: What an insert returned.
    public mutating func remove(_ entry: SubjectEntry) { changes.append(.remove(entry)) }
}

extension SubjectIndexUpdate {
    /// Makes the changes. When one is refused, the others have been made, and `progress` says how many.
    func apply(to body: inout IndexBody<Value>, progress: inout Int) throws(SubjectError) -> Outcome {
        var outcome = Outcome()
        for change in changes {
            switch change {
            case .insert(let value, let filter): outcome.entries.append(try body.insert(value, for: filter))
            case .remove(let entry): outcome.removed.append(body.remove(entry))
            }
            progress += 1
        }
        return outcome
    }
}
