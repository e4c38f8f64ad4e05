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
        // Nothing is left after the violation, where there is one before the faults end.
        #expect(smallest.result.hasHealed || smallest.result.settings.steps == smallest.result.steps)
        // The fault matters: without it the same run is well.
        var without = smallest.result.settings
        without.onlyFaults = []
        #expect(suite.outcome(of: without).violation == nil)
        // And its seed alone finds it again.
        #expect(suite.outcome(of: suite.settings(failure.found.settings.seed)).violation == failure.violation)
        #expect("\(failure)".contains("explore(\(failure.found.settings.seed)..."))
        #expect("\(failure)".contains("    \(smallest.faultTimes[0]): \(smallest.faults[0])"))
        #expect(smallest.faultTimes[0] > Instant(nanoseconds: 0) && smallest.faultTimes[0] <= smallest.result.end)
        let steps = smallest.recentEvents.compactMap { Int($0.dropFirst("step ".count).prefix { $0.isNumber }) }
        #expect(steps.last == smallest.result.steps && steps.count == min(suite.recentEvents, smallest.result.steps))
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $1 == $0 + 1 }, "oldest first")
        #expect(Self.failure(Self.suite(faults, [])) == nil, "without the mistake nothing is found")
    }

    @Test("Where several faults are needed, so many are left, and no input, and few steps, behind the last")
    func several() throws {
        let suite = SimulationSuite("mail") { seed in
            var settings = SimulationSettings(seed: seed, faults: [.drop, .duplicate, .delaySpike])
            settings.dropRate = 0.1
            settings.steps = 2000
            settings.maximumInputs = 100
            settings.healing = .seconds(5)
            return settings
        } system: { _ in
            MailSystem()
        }
        for seed in 0..<3 as Range<UInt64> {
            let failure = #expect(throws: SimulationFailure.self) { try suite.explore(seed...seed) }
            #expect(failure?.violation.code == .liveness)
            let smallest = try #require(failure?.smallest)
            #expect(smallest.faults.map(\.kind) == [.drop, .drop, .drop], "\(smallest)")
            let last = try #require(smallest.faults.map(\.number).max())
            #expect(smallest.result.tally.inputs == Int(last) + 1, "one message for each input")
            // Shortened by halves: one more, and the last letter would not be sent.
            #expect(smallest.result.settings.steps <= 4 * smallest.result.tally.inputs, "\(smallest)")
        }
    }

    @Test("Shrinking ends after as many runs as it may take")
    func bounded() throws {
        var suite = Self.suite(.all.subtracting(.crashes), [.believesOldReleases])
        suite.shrinkingRuns = 5
        #expect(try #require(Self.failure(suite)?.smallest).attempts <= 5)
        suite.shrinkingRuns = 0
        #expect(try #require(Self.failure(suite)).smallest == nil)
    }

    @Test("A promise is told from another by its sort and its name, whatever was seen")
    func promises() {
        let violation = Violation("one", "seen so")
        #expect(violation.isSame(as: Violation("one", "seen otherwise")))
        #expect(!violation.isSame(as: Violation("two", "seen so")))
        #expect(!violation.isSame(as: Violation("one", "seen so", code: .liveness)))
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

    @Test("Two runs that part only when the faults have ended are found, and the report says so")
    func nondeterminismWhileHealing() throws {
        let suite = SimulationSuite("late dice") { seed in
            var settings = SimulationSettings(seed: seed)
            settings.steps = 100
            settings.longestRun = .seconds(1)
            settings.hasInputsWhileHealing = true
            return settings
        } system: { settings in
            DiceSystem(first: Instant.origin.advanced(by: settings.longestRun))
        }
        let failure = #expect(throws: SimulationFailure.self) { try suite.explore(0..<1) }
        #expect(failure?.violation.code == .nondeterminism)
        #expect(failure?.violation.details.contains("when the faults have ended") == true, "\(failure as Any)")
    }
}

/// A workload with dice of its own.
struct DiceSystem: SimulatedSystem {
    var peers: [Int] { [0, 1] }
    /// When it begins to use them.
    var first = Instant.origin

    func start(_ peer: Int, run: Int, at now: Instant, using random: inout SeededRandom) -> LockNode {
        LockNode(name: peer, mistakes: [])
    }

    func nextInput(at now: Instant, using random: inout SeededRandom) -> (peer: Int, event: LockNode.Event)? {
        now < first || Bool.random() ? (1, .wanted) : nil
    }

    func check(_ nodes: SimulatedNodes<LockNode>, after peer: Int, at now: Instant) throws(Violation) {}
}

/// Letters that nobody writes twice; up to two may get lost.
struct MailSystem: SimulatedSystem {
    struct Node: PeerMachine {
        enum Event: PeerEvent {
            case tick
            case received(Int, from: Int)
            case wanted
        }

        struct Action: PeerAction {
            let outgoing: Outgoing<Int, Int>?
        }

        var written = 0
        var seen: Set<Int> = []
        var nextDeadline: Instant? { nil }

        mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
            switch event {
            case .tick: break
            case .received(let number, _): seen.insert(number)
            case .wanted:
                written += 1
                actions.append(Action(outgoing: Outgoing(written, to: 1)))
            }
        }
    }

    var peers: [Int] { [0, 1] }

    func start(_ peer: Int, run: Int, at now: Instant, using random: inout SeededRandom) -> Node { Node() }

    func nextInput(at now: Instant, using random: inout SeededRandom) -> (peer: Int, event: Node.Event)? {
        (0, .wanted)
    }

    func check(_ nodes: SimulatedNodes<Node>, after peer: Int, at now: Instant) throws(Violation) {}

    func checkHealed(_ nodes: SimulatedNodes<Node>, at now: Instant) throws(Violation) {
        let lost = nodes[0].written - nodes[1].seen.count
        guard lost < 3 else { throw Violation("few letters get lost", "\(lost)") }
    }
}
