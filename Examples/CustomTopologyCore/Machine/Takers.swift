// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
package import SinewSubjects

/// Which nodes take which tasks: one index for the filters of all of them.
package struct Takers: Sendable {
    private struct Registration: Sendable {
        let filters: [SubjectFilter]
        let entries: [SubjectEntry]
    }

    private var index: SubjectIndex<NodeID>
    private var registrations: [NodeID: Registration] = [:]

    /// - Parameter maximumNodes: The most nodes there can be, with the most filters that each can name.
    package init(maximumNodes: Int) {
        let entries = maximumNodes * PoolMessage.Limits.maximumFilters
        index = SubjectIndex(limits: SubjectIndexLimits(maximumEntries: entries))
    }

    /// Puts the filters of a node in the place of those it had.
    ///
    /// - Returns: False when one of them is beyond the limits of the index, which then knows none of them.
    @discardableResult
    package mutating func set(_ filters: [SubjectFilter], of node: NodeID) -> Bool {
        if let known = registrations[node] {
            if known.filters == filters { return true }
            remove(known.entries, of: node)
        }
        var entries: [SubjectEntry] = []
        for filter in filters {
            guard let entry = try? index.insert(node, for: filter) else {
                remove(entries, of: node)
                return false
            }
            entries.append(entry)
        }
        registrations[node] = Registration(filters: filters, entries: entries)
        return true
    }

    /// Whether a node takes tasks of this subject.
    package func takes(_ subject: Subject, _ node: NodeID) -> Bool { index.matches(subject).contains(node) }

    private mutating func remove(_ entries: [SubjectEntry], of node: NodeID) {
        for entry in entries { index.remove(entry) }
        registrations[node] = nil
    }
}
