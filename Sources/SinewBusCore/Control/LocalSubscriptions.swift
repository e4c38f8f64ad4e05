// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewMembership

/// What the users of this node want, with how many of them want it: what is kept when we become a new process.
struct LocalSubscriptions: Sendable {
    private(set) var entries: [(interest: Interest, count: Int)] = []
    /// For looking up only.
    private var places: [Interest: Int] = [:]

    mutating func add(_ interest: Interest) {
        if let place = places[interest] {
            entries[place].count += 1
        } else {
            places[interest] = entries.count
            entries.append((interest, 1))
        }
    }

    /// Takes one away; the place of the last one of an interest is taken by the last entry.
    mutating func remove(_ interest: Interest) {
        guard let place = places[interest] else { return }
        entries[place].count -= 1
        guard entries[place].count == 0 else { return }
        places[interest] = nil
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        places[last.interest] = place
    }
}
