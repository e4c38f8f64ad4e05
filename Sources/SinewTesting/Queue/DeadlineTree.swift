// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The next deadline of each node and the earliest of them: a tournament tree, with one place for each node.
///
/// `Deadlines` of `SinewCore` is for any keys, of which some have a deadline: it looks each up in a dictionary. Here
/// every position always has one, it is set again after every step of every node, and most settings are far from the
/// earliest: no look-up, no allocation, and a walk that ends at the first match whose winner stays.
@usableFromInline
struct DeadlineTree: Sendable {
    /// The deadlines by node, padded to a power of two.
    @usableFromInline var deadlines: ContiguousArray<Int64>
    /// The node that wins each match; the final is at 1, and the leaves are not stored.
    @usableFromInline var winners: ContiguousArray<Int32>
    @usableFromInline let width: Int

    @usableFromInline
    init(count: Int) {
        var width = 2
        while width < count { width *= 2 }
        self.width = width
        deadlines = ContiguousArray(repeating: .max, count: width)
        winners = ContiguousArray(repeating: 0, count: width)
        // All are equal, and of equals the first wins.
        for match in stride(from: width - 1, through: 1, by: -1) {
            winners[match] = match * 2 >= width ? Int32(match * 2 - width) : winners[match * 2]
        }
    }

    /// The node with the earliest deadline; of equals the one in the lower place.
    @inlinable
    var first: Int { Int(winners[1]) }

    @inlinable
    var firstTime: Int64 { deadlines[Int(winners[1])] }

    /// Sets a node's deadline: O(log n), and less when it neither was nor becomes one of the earliest.
    @inlinable
    mutating func set(_ node: Int, to time: Int64) {
        if deadlines[node] == time { return }
        deadlines[node] = time
        var match = (node + width) >> 1
        var left = Int32(truncatingIfNeeded: node & ~1)
        var right = left + 1
        while true {
            let before = winners[match]
            let winner = deadlines[Int(right)] < deadlines[Int(left)] ? right : left
            winners[match] = winner
            // Who won before wins again, and is another: nothing changes above.
            if match == 1 || (winner == before && winner != Int32(truncatingIfNeeded: node)) { return }
            left = winners[match & ~1]
            right = winners[match | 1]
            match >>= 1
        }
    }
}
