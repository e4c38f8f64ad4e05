// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How many seeds the tests run: few, as everybody runs them, or as many as the environment says.
enum SimulationBudget {
    /// The seeds of one test.
    ///
    /// - Parameter usual: How many unless `SINEW_SIMULATION_SEEDS` says something else.
    static func seeds(_ usual: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment["SINEW_SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? usual
    }
}
