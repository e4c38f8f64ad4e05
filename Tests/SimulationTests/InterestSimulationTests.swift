// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewMembership
import SinewTesting
import Testing

@testable import Simulations

@Suite(.timeLimit(.minutes(1)))
struct InterestSimulationTests {
    private func suite() -> SimulationSuite<InterestSystem> {
        SimulationSuite("interest") { seed in
            .swarm(seed: seed)
        } system: {
            InterestSystem(settings: $0, nodes: nil, options: InterestOptions())
        }
    }

    @Test func holdsUnderFaultsAndTwoRunsAgree() throws {
        let result = try suite().explore(0..<40, steps: 4000)
        print(result.steps, result.tally)
    }
}
