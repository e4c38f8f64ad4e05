// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Longer than anybody waits, and short enough to be added to an instant and to be counted in milliseconds: larger
    /// ones trap there.
    static let longest = Duration.seconds(1 << 32)

    /// The time as far as clocks can count with it: not negative, and not longer than anybody waits.
    package var countable: Duration { min(max(self, .zero), .longest) }

    /// The time in whole milliseconds, so that a wait never ends early.
    var millisecondsRoundedUp: Int64 {
        let (seconds, attoseconds) = Swift.min(Swift.max(self, .zero - .longest), .longest).components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
