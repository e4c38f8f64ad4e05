// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting

/// What the run of one seed was like.
package struct SimulationRun: Sendable {
    /// The seed.
    package let seed: UInt64
    /// How many events machines took in.
    package let steps: Int
    /// How much time passed for the machines.
    package let simulatedTime: Duration
    /// 16 hexadecimal digits that are the same whenever the run goes the same way.
    package let hash: String
    /// What was broken and how to see it again, on several lines; nil when every promise held.
    package let failure: String?

    init(_ result: SimulationResult, failure: SimulationFailure?) {
        seed = result.settings.seed
        steps = result.steps
        simulatedTime = .nanoseconds(result.end.nanoseconds)
        hash = result.hash.description
        self.failure = failure.map { "\($0)" }
    }
}
