// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import TestSupport
import Testing

/// Every node passes every ball on to the next, and has a deadline that moves on with each step.
struct BallNode: PeerMachine {
    enum Event: PeerEvent, Sendable {
        case tick
        case received(UInt64, from: Int)
    }

    struct Action: PeerAction, Sendable {
        var ball: UInt64
        var peer: Int
        var outgoing: Outgoing<Int, UInt64>? { Outgoing(ball, to: peer) }
    }

    let name: Int
    let count: Int
    var balls = 0
    var nextDeadline: Instant?

    mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        switch event {
        case .tick:
            actions.append(Action(ball: UInt64(name), peer: (name + 1) % count))
            actions.append(Action(ball: UInt64(name), peer: (name + 2) % count))
        case .received(let ball, _):
            balls += 1
            if ball & 0xFFFF < 20 { actions.append(Action(ball: ball + 1, peer: (name + 1) % count)) }
        }
        nextDeadline = now.advanced(byNanoseconds: 100_000_000)
    }
}

struct BallSystem: SimulatedSystem {
    var peers: [Int] { Array(0..<50) }
    var seen = 0

    mutating func start(_ peer: Int, run: Int, at now: Instant, using random: inout SeededRandom) -> BallNode {
        BallNode(name: peer, count: 50, nextDeadline: now.advanced(byNanoseconds: Int64(peer) * 1_000_000))
    }

    mutating func check(_ nodes: SimulatedNodes<BallNode>, after peer: Int, at now: Instant) throws(Violation) {
        guard nodes[nodes.latest].balls >= 0 else { throw Violation("balls", "negative") }
        seen += 1
    }

    func trace(_ event: BallNode.Event, into hash: inout TraceHash) {
        if case .received(let ball, _) = event { hash.combine(ball) }
    }
}

@Suite("The loop's speed", .serialized, .timeLimit(.minutes(1)))
struct LoopSpeedTests {
    @Test("A step of a trivial machine costs little", arguments: [FaultKinds(), .ofMessages, .all])
    func speed(_ faults: FaultKinds) throws {
        var best = Duration.seconds(100)
        // Without optimisation a step takes some microseconds, and only what it does is of interest.
        #if DEBUG
        let count = 10_000
        let limit = Duration.milliseconds(1)
        #else
        let count = 1_000_000
        let limit = Duration.microseconds(2)
        #endif
        for _ in 0..<3 {
            var settings = SimulationSettings(seed: 1, faults: faults)
            settings.steps = count
            settings.healing = .zero
            var simulation = Simulation(of: BallSystem(), settings: settings)
            let start = ContinuousClock.now
            try simulation.run()
            best = min(best, ContinuousClock.now - start)
            #expect(simulation.steps == count)
        }
        print("faults: \(faults): \(best / count * 1_000_000_000) per 10^9 steps")
        // Ten times what it takes on a quiet machine: this is no benchmark, but an unspecialised loop is seen.
        #expect(best / count < limit)
    }
}
