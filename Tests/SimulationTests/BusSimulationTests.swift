// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Simulations
import SinewBusCore
import SinewTesting
import TestSupport
import Testing

@Suite("Simulated bus", .timeLimit(.minutes(4)))
struct BusSimulationTests {
    @Test("Nothing is lost in silence at any step, and what is published in peace arrives")
    func seeds() throws {
        let seeds = SimulationBudget.range(debug: 6, release: 2000)
        let clock = ContinuousClock()
        let start = clock.now
        let result = try BusSimulation.explore(BusSimulation.suite(), seeds, twice: false)
        print("bus: \(result.runs) runs, \(result.steps) steps in \(clock.now - start), \(result.tally)")
        #expect(result.steps > seeds.count * 3000)
    }

    @Test("A seed goes the same way twice")
    func twice() throws {
        let count: UInt64 = SimulationBudget.seeds(debug: 2, release: 60)
        let result = try BusSimulation.explore(BusSimulation.suite(), 0..<min(count, 60))
        #expect(result.runs == 2 * Int(min(count, 60)))
    }

    @Test("The runs bring about everything of which something is promised")
    func everythingHappens() throws {
        let count: UInt64 = SimulationBudget.seeds(debug: 0, release: 200)
        guard count > 0 else { return }
        let tally = try BusSimulation.tally(of: 0..<min(count, 200))
        print("bus: \(tally)")
        #expect(tally.missing.isEmpty || count < 200)
        #expect(tally.delivered > tally.assigned / 2)
    }

    #if PlantedBugs
    /// The promise that each bug breaks.
    private static let meant: [BusPlantedBug: String] = [
        .endedLinkTaken: "nothing is taken over a link that is not let in",
        .groupSentTwice: "of a queue group at most one member gets a message",
        .doubtTooShort: "when a link ends, nothing is lost in silence",
        .gapForgotten: "a receiver knows of every message that is numbered for it",
        .welcomeTooHigh: "what was in doubt and is told to have arrived was delivered",
        .interestKept: "nothing is wanted by a process that is gone",
        .pauseUnnoticed: "who was away for longer than its life is a new process",
        .creditIgnored: "no more is in doubt than was granted",
    ]

    /// The seeds find nothing without the bug: see the first test.
    @Test("Each planted bug is found by the promise that it breaks, within 20 seeds", arguments: BusPlantedBug.allCases)
    func planted(bug: BusPlantedBug) throws {
        var suite = BusSimulation.suite(plantedBug: bug)
        suite.shrinkingRuns = 0
        for seed in UInt64(0)..<20 {
            do throws(SimulationFailure) {
                _ = try BusSimulation.explore(suite, seed..<seed + 1, twice: false)
            } catch {
                print("\(bug): found with seed \(seed): \(error.violation)")
                #expect(Self.meant[bug] == error.violation.name)
                return
            }
        }
        Issue.record("\(bug) is not found with 20 seeds")
    }
    #endif
}
