// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How much of what the bus promises anything about has happened in a run.
package struct BusTally: Hashable, Sendable, CustomStringConvertible {
    /// Messages that were numbered for a process, and those that came to it.
    package var assigned = 0
    package var delivered = 0
    /// Messages of each fate, as their sender told it.
    package var dropped = 0
    package var inDoubt = 0
    package var resolved = 0
    package var lost = 0
    /// As their receiver told it.
    package var missed = 0
    /// How often a receiver was told that a publisher is lost, and of how many of those more came, as they were alive.
    package var publishersLost = 0
    package var returned = 0
    /// Links that ended while messages went over them.
    package var linksEnded = 0
    /// Nodes that became new processes because they were away, and those that left.
    package var restarted = 0
    package var left = 0
    /// Messages that reached a member of a queue group.
    package var grouped = 0
    /// Messages of the end, whose way is known.
    package var probes = 0

    package init() {}

    package static func += (left: inout BusTally, right: BusTally) {
        for path in fields.map(\.path) { left[keyPath: path] += right[keyPath: path] }
    }

    /// What never happened.
    package var missing: [String] { Self.fields.filter { self[keyPath: $0.path] == 0 }.map(\.name) }

    package var description: String {
        Self.fields.map { "\($0.name) \(self[keyPath: $0.path])" }.joined(separator: ", ")
    }

    private static var fields: [(name: String, path: WritableKeyPath<BusTally, Int>)] {
        [
            ("assigned", \.assigned), ("delivered", \.delivered), ("dropped", \.dropped), ("in doubt", \.inDoubt),
            ("arrived after all", \.resolved), ("lost", \.lost), ("missed", \.missed),
            ("publishers lost", \.publishersLost), ("returned", \.returned), ("links ended", \.linksEnded),
            ("restarted", \.restarted), ("left", \.left), ("grouped", \.grouped), ("probes", \.probes),
        ]
    }
}
