// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// What all servers of a context counted.
final class AuthTotals: Sendable {
    private let state = Locked(AuthStatistics())

    var statistics: AuthStatistics { state.withLock { $0 } }

    /// Returns how many there are now.
    @discardableResult
    func count(_ what: WritableKeyPath<AuthStatistics, UInt64>, _ number: Int = 1) -> UInt64 {
        state.withLock { statistics in
            statistics[keyPath: what] += UInt64(number)
            return statistics[keyPath: what]
        }
    }
}
