// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Simulations
import SinewMembership
import SinewTesting
import TestSupport
import Testing

@Suite("Simulated membership", .timeLimit(.minutes(1)))
struct MembershipSimulationTests {
    @Test("Invariants hold after every step and views agree when the faults are over; each seed twice the same")
    func seeds() throws {
        let seeds = SimulationBudget.range(debug: 4, release: 200)
        let result = try MembershipSimulation.explore(MembershipSimulation.suite(), seeds)
        print("membership: \(result.runs) runs, \(result.steps) steps, \(result.tally)")
        #expect(result.steps > seeds.count * 20_000)
    }

    #if PlantedBugs
    /// The promise that each bug breaks.
    private static let meant: [PlantedBug: String] = [
        .staleIncarnation: "who is gone does not come back by old gossip",
        .wrongTimeToLive: "nobody is suspected while heard within the time it announced",
        .expiryIgnored: "nothing lives beyond its time",
        .relayLengthensLife: "nothing lives beyond its time",
        .tombstoneForgotten: "who is gone does not come back by old gossip",
    ]

    @Test(
        "Each planted bug of the membership is found",
        arguments: [
            PlantedBug.staleIncarnation, .wrongTimeToLive, .expiryIgnored, .relayLengthensLife, .tombstoneForgotten,
        ]
    )
    func planted(bug: PlantedBug) throws {
        var suite = MembershipSimulation.suite(plantedBug: bug)
        suite.shrinkingRuns = 0
        for seed in UInt64(0)..<60 {
            do throws(SimulationFailure) {
                _ = try MembershipSimulation.explore(suite, seed..<seed + 1, twice: false)
            } catch {
                print("\(bug): found with seed \(seed): \(error.violation)")
                #expect(Self.meant[bug] == error.violation.name)
                return
            }
        }
        Issue.record("\(bug) is not found with 60 seeds")
    }
    #endif
}
