// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import Testing

@Suite("Healing", .timeLimit(.minutes(1)))
struct HealingTests {
    @Test("When the faults end every node runs, every link is open and nothing is lost any more")
    func healed() throws {
        for seed in 0..<20 as Range<UInt64> {
            var settings = SimulationTests.settings(seed, .all, steps: 2000)
            settings.healing = .seconds(3)
            var system = ProbeSystem()
            // The faults end somewhere before; then the nodes have at least two seconds.
            system.healthyAfter = .distantFuture
            var simulation = Simulation(of: system, settings: settings)
            #expect(throws: Violation.self) { try simulation.run() }
            let end = simulation.now
            for peer in ["a", "b", "c"] {
                for other in ["a", "b", "c"] where other != peer {
                    let numbers = simulation.system.sights.compactMap { sight -> Int? in
                        guard sight.peer == peer, sight.time.duration(to: end) < .seconds(2) else { return nil }
                        return if case .received(let number, from: other) = sight.event { number } else { nil }
                    }
                    #expect(numbers.count > 190, "seed \(seed): \(other) to \(peer)")
                    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }, "seed \(seed)")
                }
            }
        }
    }

    @Test("Who recovers in time is well; who does not breaks a promise of liveness")
    func time() throws {
        var settings = SimulationTests.settings(1, [], steps: 100)
        settings.healing = .seconds(10)
        var system = ProbeSystem()
        system.healthyAfter = Instant.origin.advanced(by: .seconds(5))
        var simulation = Simulation(of: system, settings: settings)
        try simulation.run()
        #expect(simulation.now >= system.healthyAfter && simulation.now < Instant.origin.advanced(by: .seconds(6)))
        system.healthyAfter = Instant.origin.advanced(by: .seconds(20))
        var late = Simulation(of: system, settings: settings)
        let violation = #expect(throws: Violation.self) { try late.run() }
        #expect(violation?.code == .liveness && violation?.name == "healthy")
    }

    @Test("A machine that never asks again is found though no step was wrong")
    func liveness() throws {
        var settings = SimulationSettings(seed: 2, faults: .drop)
        settings.steps = 500
        var simulation = Simulation(of: LockSystem(mistakes: [.asksOnce]), settings: settings)
        let violation = #expect(throws: Violation.self) { try simulation.run() }
        #expect(violation?.code == .liveness && violation?.name == "everyone gets the lock")
        var sound = Simulation(of: LockSystem(), settings: settings)
        try sound.run()
    }

    @Test("A machine that asks for a tick in the past is found, and the run ends")
    func contract() throws {
        var simulation = Simulation(of: ProbeSystem(isStuck: true), settings: SimulationTests.settings(1, []))
        let violation = #expect(throws: Violation.self) { try simulation.run() }
        #expect(violation?.code == .contract)
    }

    @Test("Messages that take no time and never end do not keep a run from ending")
    func noTime() throws {
        var settings = SimulationSettings(seed: 1)
        settings.minimumDelay = .zero
        settings.maximumDelay = .zero
        settings.steps = 1000
        var simulation = Simulation(of: EchoSystem(), settings: settings)
        let violation = #expect(throws: Violation.self) { try simulation.run() }
        #expect(violation?.code == .liveness)
        #expect(simulation.steps < 200_000)
    }

    @Test("A system in which nothing happens ends")
    func quiet() throws {
        var settings = SimulationSettings(seed: 1)
        settings.maximumInputs = 0
        var simulation = Simulation(of: LockSystem(), settings: settings)
        try simulation.run()
        #expect(simulation.steps == 0)
    }
}

/// Two nodes that answer each message at once.
struct EchoNode: PeerMachine {
    enum Event: PeerEvent {
        case tick
        case received(Int, from: Int)
    }

    struct Action: PeerAction {
        let outgoing: Outgoing<Int, Int>?
    }

    let name: Int
    var nextDeadline: Instant?

    mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        nextDeadline = nil
        actions.append(Action(outgoing: Outgoing(0, to: 1 - name)))
    }
}

struct EchoSystem: SimulatedSystem {
    var peers: [Int] { [0, 1] }

    func start(_ peer: Int, run: Int, at now: Instant, using random: inout SeededRandom) -> EchoNode {
        EchoNode(name: peer, nextDeadline: now)
    }

    func check(_ nodes: SimulatedNodes<EchoNode>, after peer: Int, at now: Instant) throws(Violation) {}

    func checkHealed(_ nodes: SimulatedNodes<EchoNode>, at now: Instant) throws(Violation) {
        throw Violation("silence")
    }
}
