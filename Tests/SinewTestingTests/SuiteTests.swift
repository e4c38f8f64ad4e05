// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import Testing

@Suite("Simulation suite", .timeLimit(.minutes(1)))
struct SuiteTests {
    /// The lock server with one kind of fault, of which there are few.
    static func suite(_ faults: FaultKinds, _ mistakes: [LockNode.Mistake]) -> SimulationSuite<LockSystem> {
        SimulationSuite("lock") { seed in
            var settings = SimulationSettings(seed: seed, faults: faults)
            settings.dropRate = 0.02
            settings.duplicateRate = 0.02
            settings.pauses = FaultTiming(every: .milliseconds(500), lasting: .milliseconds(100))
            settings.partitions = FaultTiming(every: .milliseconds(500), lasting: .milliseconds(100))
            settings.longestSpike = .milliseconds(200)
            settings.steps = 2000
            settings.healing = .seconds(5)
            return settings
        } system: { _ in
            LockSystem(mistakes: mistakes)
        }
    }

    static func failure(_ suite: SimulationSuite<LockSystem>) -> SimulationFailure? {
        do throws(SimulationFailure) {
            _ = try suite.explore(0..<50)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "A planted mistake is found, shrunk to the one fault that matters, and comes again from its settings",
        arguments: zip(
            [[.duplicate, .linkPartition], [.drop, .pause], [.oneWayPartition, .duplicate]] as [FaultKinds],
            [.believesOldReleases, .asksOnce, .takesBack] as [LockNode.Mistake]
        )
    )
    func planted(_ faults: FaultKinds, _ mistake: LockNode.Mistake) throws {
        let suite = Self.suite(faults, [mistake])
        let failure = try #require(Self.failure(suite), "\(mistake) is found")
        let smallest = try #require(failure.smallest)
        #expect(smallest.faults.count == 1, "\(failure)")
        #expect(smallest.attempts <= suite.shrinkingRuns)
        let again = suite.outcome(of: smallest.result.settings)
        #expect(again.hash == smallest.result.hash && again.violation == smallest.result.violation)
        #expect(again.violation?.isSame(as: failure.violation) == true)
        // The fault matters: without it the same run is well.
        var without = smallest.result.settings
        without.onlyFaults = []
        #expect(suite.outcome(of: without).violation == nil)
        // And its seed alone finds it again.
        #expect(suite.outcome(of: suite.settings(failure.found.settings.seed)).violation == failure.violation)
        #expect("\(failure)".contains("explore(\(failure.found.settings.seed)..."))
        #expect("\(failure)".contains("\(smallest.faults[0])"))
        #expect(!smallest.recentEvents.isEmpty && smallest.recentEvents.count <= suite.recentEvents)
        #expect(Self.failure(Self.suite(faults, [])) == nil, "without the mistake nothing is found")
    }

    @Test("Shrinking ends after as many runs as it may take")
    func bounded() throws {
        var suite = Self.suite(.all.subtracting(.crashes), [.believesOldReleases])
        suite.shrinkingRuns = 5
        #expect(try #require(Self.failure(suite)?.smallest).attempts <= 5)
        suite.shrinkingRuns = 0
        #expect(try #require(Self.failure(suite)).smallest == nil)
    }

    @Test("Exploring adds up, and the same seeds give the same")
    func exploring() throws {
        let suite = Self.suite(.drop, [])
        let one = try suite.explore(0..<5, steps: 300)
        #expect(one.runs == 10 && one.steps >= 3000 && one.tally[.drop] > 0)
        #expect(try suite.explore(0..<5, steps: 300) == one)
        #expect(try suite.explore(5..<10, steps: 300).hash != one.hash)
        #expect(try suite.explore(0..<5, steps: 300, twice: false).runs == 5)
    }

    @Test("A system that is not a function of its seed is found, with the step at which two runs part")
    func nondeterminism() throws {
        let suite = SimulationSuite("dice", settings: { SimulationSettings(seed: $0) }, system: { _ in DiceSystem() })
        let failure = #expect(throws: SimulationFailure.self) { try suite.explore(0..<1) }
        #expect(failure?.violation.code == .nondeterminism && failure?.isRetriable == true)
        #expect(failure?.violation.details.contains("step") == true)
    }
}

/// A workload with dice of its own.
struct DiceSystem: SimulatedSystem {
    var peers: [Int] { [0, 1] }

    func start(_ peer: Int, run: Int, at now: Instant, using random: inout SeededRandom) -> LockNode {
        LockNode(name: peer, mistakes: [])
    }

    func nextInput(at now: Instant, using random: inout SeededRandom) -> (peer: Int, event: LockNode.Event)? {
        Bool.random() ? (1, .wanted) : nil
    }

    func check(_ nodes: SimulatedNodes<LockNode>, after peer: Int, at now: Instant) throws(Violation) {}
}
