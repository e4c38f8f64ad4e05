// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Tells which occurrences of events that come again and again are worth a line: the first, the second, the fourth, the
/// eighth and so on, until something succeeds at their place.
///
/// libzmq repeats what has failed for ever, and without a pause when it cannot accept a connection.
package struct Repetitions: Sendable {
    private var counts: [String: [String: Int]] = [:]
    private var size = 0
    private let maximumSize: Int

    /// - Parameter maximumSize: How many different events are told apart; beyond them, all are new again.
    package init(maximumSize: Int = 1000) { self.maximumSize = maximumSize }

    /// How often an event has come, this time included; nil when that is not worth a line.
    package mutating func count(_ event: String, at place: String) -> Int? {
        if counts[place]?[event] == nil {
            if size == maximumSize { (counts, size) = ([:], 0) }
            size += 1
        }
        let count = counts[place, default: [:]][event, default: 0] + 1
        counts[place, default: [:]][event] = count
        return count & (count - 1) == 0 ? count : nil
    }

    /// Something succeeded: what comes at this place from now on is new.
    package mutating func startAgain(at place: String) {
        size -= counts.removeValue(forKey: place)?.count ?? 0
    }
}
