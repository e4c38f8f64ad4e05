// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@testable import SinewTesting

@Suite("Episodes of faults", .timeLimit(.minutes(1)))
struct EpisodeTests {
    @Test(
        "A pause ends with its process: it does not shorten the pause of the next one",
        arguments: 0..<20 as Range<UInt64>
    )
    func pauseAndCrash(_ seed: UInt64) throws {
        var settings = SimulationSettings(seed: seed)
        // Others than those that are begun here come much later.
        settings.pauses = FaultTiming(every: .seconds(1_000_000), lasting: .seconds(10))
        var simulation = Simulation(of: ProbeSystem(names: ["a"]), settings: settings)
        try simulation.begin()
        let durations = (0..<2 as Range<UInt32>).map { simulation.episode(.pause, $0).duration }
        let shorter: UInt32 = durations[0] < durations[1] ? 0 : 1
        let longer = durations[1 - Int(shorter)]
        simulation.beginEpisode(.pause, shorter)
        var random = SeededRandom(seed: seed)
        simulation.stop(0, using: &random)
        try simulation.restart(0)
        simulation.beginEpisode(.pause, 1 - shorter)
        try simulation.runLoop(untilStep: 1000, time: longer - 1)
        #expect(simulation.steps == 0, "seed \(seed): it stands still")
        try simulation.runLoop(untilStep: 10, time: longer + 1_000_000_000)
        #expect(simulation.steps == 10, "seed \(seed): and goes on")
    }

    @Test("What waits for a paused node is counted as lost when it ends, and no longer takes room")
    func endWhilePaused() throws {
        var settings = SimulationSettings(seed: 1)
        settings.pauses = FaultTiming(every: .seconds(1_000_000), lasting: .seconds(1000))
        var simulation = Simulation(of: ProbeSystem(), settings: settings)
        try simulation.begin()
        simulation.beginEpisode(.pause, 0)
        let victim = try #require(simulation.cast.positions.first { simulation.cast.states[$0].pauses > 0 })
        try simulation.runLoop(untilStep: 1000, time: 500_000_000)
        let waiting = simulation.parked[victim].count
        let taken = simulation.queue.count
        #expect(waiting > 50 && simulation.tally.lostToCrashes == 0)
        var random = SeededRandom(seed: 1)
        simulation.stop(victim, using: &random)
        #expect(simulation.tally.lostToCrashes + simulation.tally.eventsOfEndedRuns == waiting)
        #expect(simulation.queue.count == taken - waiting)
    }

    @Test("Two pauses of one process end with the later one")
    func twoPauses() throws {
        var settings = SimulationSettings(seed: 3)
        settings.pauses = FaultTiming(every: .seconds(1_000_000), lasting: .seconds(10))
        var simulation = Simulation(of: ProbeSystem(names: ["a"]), settings: settings)
        try simulation.begin()
        for number in 0..<2 as Range<UInt32> { simulation.beginEpisode(.pause, number) }
        let longer = max(simulation.episode(.pause, 0).duration, simulation.episode(.pause, 1).duration)
        try simulation.runLoop(untilStep: 1000, time: longer - 1)
        #expect(simulation.steps == 0)
        try simulation.runLoop(untilStep: 10, time: longer + 1_000_000_000)
        #expect(simulation.steps == 10)
    }

    @Test("What came for a paused node comes before what comes as it goes on, also when that is the same instant")
    func sameInstant() throws {
        var pauses = 0
        for seed in 0..<80 as Range<UInt64> {
            var settings = SimulationTests.settings(seed, .pause, steps: 400 + Int(seed))
            // All messages of a round come at one instant, and in the midst of it the faults end.
            settings.minimumDelay = .milliseconds(1)
            settings.maximumDelay = .milliseconds(1)
            settings.healing = .seconds(1)
            let simulation = try SimulationTests.run(settings)
            pauses += simulation.tally[.pause]
            for peer in ["a", "b", "c"] {
                for other in ["a", "b", "c"] {
                    let numbers = simulation.system.sights.compactMap { sight -> Int? in
                        guard sight.peer == peer else { return nil }
                        return if case .received(let number, from: other) = sight.event { number } else { nil }
                    }
                    #expect(numbers == numbers.sorted(), "seed \(seed): \(other) to \(peer)")
                }
            }
        }
        #expect(pauses > 20)
    }

    @Test("What comes over a new connection does not wait for what was late on the one that broke")
    func newConnection() throws {
        let system = ProbeSystem(names: ["a", "b"], usesConnections: true)
        var simulation = Simulation(of: system, settings: SimulationSettings(seed: 1))
        try simulation.begin()
        try simulation.runLoop(untilStep: 1000, time: 50_000_000)
        _ = simulation.network.arrivalInOrder(from: 0, to: 1, notBefore: 3_600_000_000_000)
        simulation.network.close(from: 0, to: 1)
        simulation.updateLink(0, 1)
        simulation.network.open(from: 0, to: 1)
        simulation.updateLink(0, 1)
        let before = simulation.system.sights.count
        try simulation.runLoop(untilStep: 1000, time: 200_000_000)
        let sights = simulation.system.sights[before...].filter { $0.peer == "b" }.map(\.event)
        let notices = sights.filter { if case .link = $0 { true } else { false } }
        #expect(notices == [.link("a", isUp: false), .link("a", isUp: true)])
        let numbers = sights.compactMap { if case .received(let number, _) = $0 { number } else { nil } }
        #expect(numbers.count > 5, "\(sights)")
        // The fifth ones were on their way when it broke, and stay lost though it stands again at once.
        #expect(numbers.first == 6 && simulation.tally.lostToBrokenConnections == 2)
    }

    @Test("A partition swallows what is on its way in the direction that it closes")
    func onItsWay() throws {
        var simulation = Simulation(of: ProbeSystem(names: ["a", "b"]), settings: SimulationSettings(seed: 1))
        try simulation.begin()
        try simulation.runLoop(untilStep: 1000, time: 50_000_000)
        simulation.network.close(from: 0, to: 1)
        try simulation.runLoop(untilStep: 1000, time: 59_000_000)
        let fifth = simulation.system.sights.filter {
            if case .received(5, _) = $0.event { true } else { false }
        }
        #expect(fifth.map(\.peer) == ["a"])
        #expect(simulation.tally.lostToPartitions == 1)
    }

    @Test("A full restart ends all nodes at once, and each starts again")
    func fullRestart() throws {
        let system = ProbeSystem()
        var simulation = Simulation(of: system, settings: SimulationSettings(seed: 1, faults: .fullRestart))
        try simulation.begin()
        simulation.beginEpisode(.fullRestart, 0)
        #expect(simulation.nodes.positions.allSatisfy { !simulation.nodes.isRunning($0) })
        #expect(simulation.system.ends.count == 3)
        try simulation.runLoop(untilStep: 1000, time: 3_000_000_000)
        #expect(
            simulation.nodes.positions.allSatisfy { simulation.nodes.isRunning($0) && simulation.nodes.run($0) > 0 }
        )
    }

    @Test("A crash within a step befalls the process that it was meant for, once")
    func doomed() throws {
        var settings = SimulationSettings(seed: 1)
        settings.crashes = FaultTiming(every: .seconds(1_000_000), lasting: .seconds(1))
        var simulation = Simulation(of: ProbeSystem(names: ["a"]), settings: settings)
        try simulation.begin()
        simulation.beginEpisode(.crashWithinStep, 0)
        var random = SeededRandom(seed: 1)
        simulation.stop(0, using: &random)
        try simulation.restart(0)
        try simulation.runLoop(untilStep: 20, time: .max)
        #expect(simulation.system.ends.count == 1 && simulation.steps == 20)
        simulation.beginEpisode(.crashWithinStep, 1)
        try simulation.runLoop(untilStep: 40, time: .max)
        #expect(simulation.system.ends.count == 2 && simulation.steps == 40)
    }

    @Test("A tick that a jump of the clock makes due comes at once")
    func clockJump() throws {
        var settings = SimulationSettings(seed: 1)
        settings.clockJumps = FaultTiming(every: .seconds(1_000_000), lasting: .seconds(10))
        var simulation = Simulation(of: ProbeSystem(names: ["a"]), settings: settings)
        try simulation.begin()
        try #require(simulation.episode(.clockJump, 0).duration > 10_000_000)
        simulation.beginEpisode(.clockJump, 0)
        try simulation.runLoop(untilStep: 1, time: 1_000_000)
        #expect(simulation.steps == 1 && simulation.now == .origin)
    }

    @Test("A quarter of the nodes that end start again almost at once")
    func fastRestarts() throws {
        var delays: [Int64] = []
        for seed in 0..<400 as Range<UInt64> {
            var settings = SimulationSettings(seed: seed)
            settings.maximumInputs = 0
            var simulation = Simulation(of: ProbeSystem(names: ["a"]), settings: settings)
            try simulation.begin()
            var random = SeededRandom(seed: seed)
            simulation.stop(0, using: &random)
            simulation.scheduleRestart(0, after: 1_000_000_000, using: &random)
            delays.append(simulation.queue.nextTime)
        }
        let fast = delays.count { $0 == 10_000_000 }
        #expect((60...140).contains(fast) && delays.count { $0 == 1_000_000_000 } == 400 - fast)
    }

    @Test("Delays of any length are kept, and none makes a message come before it was sent")
    func hugeDelays() throws {
        var settings = SimulationSettings(seed: 1, faults: .all)
        settings.minimumDelay = .seconds(Int64.max)
        settings.maximumDelay = .seconds(Int64.max)
        settings.longestSpike = .seconds(Int64.max)
        settings.slowness = .seconds(Int64.max)
        var network = SimulatedNetwork(nodes: 2, settings: settings)
        network.slow(0, by: .seconds(Int64.max))
        let now = Instant.origin.advanced(by: .seconds(1))
        for _ in 0..<1000 {
            let delivery = network.send(from: 0, to: 1, at: now)
            for arrival in [delivery.first, delivery.second].compactMap({ $0 }) {
                #expect(now.duration(to: arrival) > .seconds(86_400))
            }
        }
        settings.steps = 1000
        var simulation = Simulation(of: ProbeSystem(), settings: settings)
        try simulation.run()
    }
}
