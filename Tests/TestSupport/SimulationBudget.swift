// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How many seeds the tests run: few, as everybody runs them, or as many as the environment says.
package enum SimulationBudget {
    /// The first seed, which `SINEW_SIMULATION_FIRST` says: `make soak` goes on from where it was.
    package static var first: UInt64 {
        ProcessInfo.processInfo.environment["SINEW_SIMULATION_FIRST"].flatMap { UInt64($0) } ?? 0
    }

    /// The seeds of one test.
    package static func range(debug: UInt64, release: UInt64) -> Range<UInt64> {
        first..<first + seeds(debug: debug, release: release)
    }

    /// The seeds of one test, unless `SINEW_SIMULATION_SEEDS` says how many.
    ///
    /// - Parameters:
    ///   - debug: How many in a debug build, in which a step takes some thirty times as long.
    ///   - release: How many in an optimised one.
    package static func seeds(debug: UInt64, release: UInt64) -> UInt64 {
        if let wanted = ProcessInfo.processInfo.environment["SINEW_SIMULATION_SEEDS"], let count = UInt64(wanted) {
            return count
        }
        #if DEBUG
        return debug
        #else
        return release
        #endif
    }
}
