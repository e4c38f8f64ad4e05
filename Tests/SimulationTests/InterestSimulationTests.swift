// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Simulations
import SinewMembership
import SinewTesting
import TestSupport
import Testing

@Suite("Simulated interest exchange", .timeLimit(.minutes(1)))
struct InterestSimulationTests {
    @Test("Beliefs are true after every step, and complete when the faults are over; each seed twice the same")
    func seeds() throws {
        let seeds = SimulationBudget.range(debug: 12, release: 300)
        let clock = ContinuousClock()
        let start = clock.now
        let result = try InterestSimulation.explore(InterestSimulation.suite(), seeds, steps: 4000)
        print("interest: \(result.runs) runs, \(result.steps) steps in \(clock.now - start), \(result.tally)")
        #expect(result.steps > seeds.count * 8000)
    }

    #if PlantedBugs
    private static let bugs: [PlantedBug] = [
        .lostUnsubscribe, .digestUnchecked, .snapshotAppliedInPart, .wrongVersionConfirmed,
    ]

    /// The seeds below find nothing without the bug: see the test above.
    @Test("Each planted bug is found within 12 seeds", arguments: bugs)
    func plantedBugIsFound(bug: PlantedBug) throws {
        var suite = InterestSimulation.suite(plantedBug: bug)
        suite.shrinkingRuns = 0
        do throws(SimulationFailure) {
            _ = try InterestSimulation.explore(suite, 0..<12, steps: 4000, twice: false)
            Issue.record("\(bug) was not found")
        } catch {
            print("\(bug): seed \(error.found.settings.seed), \(error.violation)")
            let isMeant = bug == .wrongVersionConfirmed ? "what is confirmed is there" : "beliefs were true"
            #expect(error.violation.name == (bug == .lostUnsubscribe ? "versions follow the subscriptions" : isMeant))
        }
    }

    @Test("A lost unsubscription is seen at the peers, when nobody watches the owner")
    func lostUnsubscribeIsSeenByPeers() throws {
        var suite = InterestSimulation.suite(plantedBug: .lostUnsubscribe, watchesOwners: false)
        suite.shrinkingRuns = 0
        do throws(SimulationFailure) {
            _ = try InterestSimulation.explore(suite, 0..<12, steps: 4000, twice: false)
            Issue.record("it was not found")
        } catch {
            print("lostUnsubscribe at the peers: seed \(error.found.settings.seed), \(error.violation)")
            #expect(error.violation.name == "beliefs were true")
        }
    }
    #endif
}
