// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import Testing

@Suite("Simulation", .timeLimit(.minutes(1)))
struct SimulationTests {
    static func settings(_ seed: UInt64, _ faults: FaultKinds, steps: Int = 3000) -> SimulationSettings {
        var settings = SimulationSettings(seed: seed, faults: faults)
        let often = FaultTiming(every: .milliseconds(300), lasting: .milliseconds(100))
        settings.partitions = often
        settings.slowNodes = often
        settings.pauses = often
        settings.crashes = often
        settings.fullRestarts = often
        settings.clockJumps = often
        settings.maximumSkew = 200_000
        settings.longestSpike = .milliseconds(100)
        settings.steps = steps
        return settings
    }

    static func run(_ settings: SimulationSettings, _ system: ProbeSystem = .init()) throws -> Simulation<ProbeSystem> {
        var simulation = Simulation(of: system, settings: settings)
        try simulation.run()
        return simulation
    }

    @Test("A system without mistakes keeps its promises under all faults of messages and time")
    func sound() throws {
        for seed in 0..<50 {
            let faults: FaultKinds = FaultKinds.all.subtracting(.crashes)
            var settings = SimulationSettings.swarm(seed: UInt64(seed), faults: faults, tempo: LockNode.patience)
            settings.steps = 2000
            var simulation = Simulation(of: LockSystem(), settings: settings)
            do { try simulation.run() } catch { Issue.record("\(settings): \(error)") }
            #expect(simulation.steps >= 2000)
            #expect(simulation.system.entries > 3, "\(settings) \(simulation.tally)")
        }
    }

    @Test("The same seed gives the same run to the last event, and another seed another run")
    func determinism() throws {
        var hashes: Set<TraceHash> = []
        for seed in 0..<20 as Range<UInt64> {
            let settings = SimulationSettings.swarm(seed: seed, tempo: .milliseconds(10))
            let one = try Self.run(settings)
            let other = try Self.run(settings)
            #expect(one.hash == other.hash && one.tally == other.tally && one.now == other.now, "seed \(seed)")
            #expect(one.system.sights == other.system.sights, "seed \(seed)")
            hashes.insert(one.hash)
        }
        #expect(hashes.count == 20)
    }

    @Test("Every kind of fault happens when it is on, and no other does", arguments: FaultKinds.all.each)
    func kinds(_ kind: FaultKinds) throws {
        let simulation = try Self.run(Self.settings(1, kind))
        #expect(simulation.tally[kind] > 2, "\(simulation.tally)")
        #expect(simulation.tally[FaultKinds.all.subtracting(kind)] == 0)
        #expect((simulation.tally.lostToPartitions > 0) == FaultKinds.partitions.contains(kind))
        #expect((simulation.tally.lostToCrashes > 0) == FaultKinds.crashes.contains(kind))
        #expect(simulation.system.ends.isEmpty != FaultKinds.crashes.contains(kind))
    }

    @Test("A swarm has calm seeds, and each kind of fault in about half of the others")
    func swarm() {
        let swarm = (0..<1600 as Range<UInt64>).map {
            SimulationSettings.swarm(seed: $0, faults: .all.subtracting(.crash))
        }
        #expect((60...140).contains(swarm.count { $0.faults.isEmpty }))
        for kind in FaultKinds.all.subtracting(.crash).each {
            #expect((600...900).contains(swarm.count { $0.faults.contains(kind) }), "\(kind)")
        }
        #expect(!swarm.contains { $0.faults.contains(.crash) })
        #expect(swarm.allSatisfy { $0.minimumDelay <= $0.maximumDelay && $0.maximumDelay <= .milliseconds(50) })
    }

    @Test("Without faults nothing is lost: every message that has been sent comes once")
    func calm() throws {
        var settings = Self.settings(2, [])
        settings.healing = .zero
        let simulation = try Self.run(settings)
        let tally = simulation.tally
        #expect(simulation.steps == 3000)
        #expect(tally.sent - tally.delivered <= 12, "what is still under way")
        let received = simulation.system.sights.filter { if case .received = $0.event { true } else { false } }
        #expect(received.count == tally.delivered)
        #expect(Set(received.map { [$0.peer, "\($0.event)"] }).count == received.count)
    }

    @Test("A crash takes with it what was to happen in the process, and only that")
    func crash() throws {
        let simulation = try Self.run(Self.settings(3, .crash))
        let system = simulation.system
        #expect(system.ends.count > 2 && simulation.tally.eventsOfEndedRuns > 0)
        // Whoever worked is told, unless its process ended within 7 ms; never the process after it.
        for sight in system.sights {
            guard case .done(let number) = sight.event else { continue }
            let isOwn = system.sights.contains {
                $0.peer == sight.peer && $0.run == sight.run && $0.event == .tick
                    && $0.time.duration(to: sight.time) == .milliseconds(7)
            }
            #expect(isOwn, "\(sight.peer) was told of \(number), which another process did")
        }
        let done = system.sights.count { if case .done = $0.event { true } else { false } }
        #expect(done + simulation.tally.eventsOfEndedRuns <= system.worked)
        #expect(done + simulation.tally.eventsOfEndedRuns >= system.worked - 3)
        #expect(simulation.nodes.positions.contains { simulation.nodes.run($0) > 0 })
        #expect(simulation.nodes.positions.allSatisfy { simulation.nodes.isRunning($0) }, "healed")
        let starts = simulation.nodes.positions.reduce(0) { $0 + 1 + simulation.nodes.run($1) }
        #expect(system.checks == simulation.steps + starts, "after each step and each start")
    }

    @Test("A crash within a step performs the first of its actions and no more")
    func crashWithinStep() throws {
        let simulation = try Self.run(Self.settings(4, .crashWithinStep, steps: 20_000))
        let system = simulation.system
        // Of a tick: one note, two messages, one piece of work. Its end shows how many of them were done.
        var worked: [Int: Int] = [:]
        for end in system.ends where end.sent > 0 { worked[end.sent, default: 0] += 1 }
        #expect(system.ends.count > 20)
        let ticks = system.sights.count { $0.event == .tick }
        #expect(system.worked < ticks, "some ended before their work")
        #expect(simulation.tally.sent < ticks * 2, "some ended between their messages")
        #expect(simulation.tally.sent % 2 == 1 || simulation.tally.sent > system.worked * 2)
    }

    @Test("What comes for a node that stands still waits, and then comes at once and in order")
    func pause() throws {
        let simulation = try Self.run(Self.settings(5, .pause, steps: 5000))
        var longestBurst = 0
        for peer in ["a", "b", "c"] {
            let sights = simulation.system.sights.filter { $0.peer == peer }
            var burst = 0
            for (before, after) in zip(sights, sights.dropFirst()) {
                burst = before.time == after.time ? burst + 1 : 0
                longestBurst = max(longestBurst, burst)
            }
            for other in ["a", "b", "c"] {
                let numbers = sights.compactMap {
                    if case .received(let number, from: other) = $0.event { number } else { nil }
                }
                #expect(numbers == numbers.indices.map { $0 + 1 }, "nothing lost, in order")
            }
        }
        #expect(longestBurst >= 5)
        #expect(simulation.tally.lostToCrashes == 0 && simulation.tally.lostToPartitions == 0)
    }

    @Test("Clocks run at paces of their own, jump forward and never go back")
    func clocks() throws {
        for kind in [FaultKinds.clockSkew, .clockJump] {
            var settings = Self.settings(6, kind, steps: 5000)
            settings.healing = .zero
            let simulation = try Self.run(settings)
            var differences: Set<Duration> = []
            for peer in ["a", "b", "c"] {
                let sights = simulation.system.sights.filter { $0.peer == peer }
                #expect(zip(sights, sights.dropFirst()).allSatisfy { $0.clock <= $1.clock })
                let last = try #require(sights.last)
                differences.insert(last.time.duration(to: last.clock))
                let ahead = last.time.duration(to: last.clock)
                #expect(kind == .clockSkew ? ahead != .zero : ahead >= .zero)
                // Ticks come when the node's own clock shows the time that it wanted.
                let ticks = sights.filter { $0.event == .tick }.map(\.clock)
                #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.duration(to: $1) >= .milliseconds(10) })
            }
            #expect(differences.count == 3)
        }
    }

    @Test("What has no room and what is for nobody is counted")
    func limits() throws {
        var settings = Self.settings(7, [])
        settings.maximumInFlight = 5
        settings.healing = .zero
        let simulation = try Self.run(settings, ProbeSystem(strangers: ["nobody"]))
        let tally = simulation.tally
        #expect(tally.lostToLimit > 0)
        #expect(tally.sentToUnknown > 0)
        let worked = simulation.system.worked
        let done = simulation.system.sights.count { if case .done = $0.event { true } else { false } }
        let left = tally.sent + worked - tally.delivered - done - tally.lostToLimit
        #expect((0...5).contains(left), "all but what is under way is accounted for")
    }

    @Test("Inputs come about as often as they are meant to, and only to those that run")
    func inputs() throws {
        var settings = Self.settings(8, .crash)
        settings.maximumInputs = 100
        settings.inputInterval = .milliseconds(5)
        let simulation = try Self.run(settings, ProbeSystem(workload: true))
        let wanted = simulation.system.sights.count { if case .wanted = $0.event { true } else { false } }
        let tally = simulation.tally
        #expect(tally.inputs == 100 && simulation.system.inputs == 100)
        #expect(tally.inputsToStopped > 0)
        #expect(wanted + tally.inputsToStopped == 100)
    }
}
