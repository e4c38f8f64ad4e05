// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// The example of SinewTesting's documentation, which has to stay the same as this: `ExampleTests` compares them.
// example begins
import SinewCore
import SinewTesting

/// Passes a token round a ring, and passes it on again until the next node confirms it.
struct RingNode: PeerMachine {
    enum Message {
        case token(Int)
        case confirm(Int)
    }
    enum Event: PeerEvent {
        case tick
        case received(Message, from: Int)
    }

    enum Action: PeerAction {
        case send(Message, to: Int)
        case hold(Int)

        var outgoing: Outgoing<Int, Message>? {
            if case .send(let message, let peer) = self { Outgoing(message, to: peer) } else { nil }
        }
    }

    let name: Int
    let next: Int
    var newest: Int
    var unconfirmed: Int?
    var nextDeadline: Instant?

    mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        switch event {
        case .tick:
            guard let deadline = nextDeadline, deadline <= now, let token = unconfirmed else { return }
            actions.append(.send(.token(token), to: next))
            nextDeadline = now.advanced(by: .milliseconds(50))
        case .received(.token(let token), let peer):
            actions.append(.send(.confirm(token), to: peer))
            guard token > newest else { return }  // a repetition
            newest = token
            actions.append(.hold(token))
            unconfirmed = token + 1
            nextDeadline = now.advanced(by: .milliseconds(10))
        case .received(.confirm(let token), _):
            guard token == unconfirmed else { return }
            unconfirmed = nil
            nextDeadline = nil
        }
    }
}

/// What is simulated: five nodes, and the promise that each turn is had once and in order.
struct RingSystem: SimulatedSystem {
    typealias Node = RingNode

    let peers = Array(0..<5)
    var turns = 0

    func start(_ peer: Int, run: Int, at now: Instant, using random: inout SeededRandom) -> RingNode {
        var node = RingNode(name: peer, next: (peer + 1) % 5, newest: -1)
        if peer == 0 { (node.unconfirmed, node.nextDeadline) = (0, now) }
        return node
    }

    mutating func perform(
        _ action: RingNode.Action,
        of peer: Int,
        at now: Instant,
        events: inout LocalEvents<RingNode.Event>
    ) throws(Violation) {
        guard case .hold(let token) = action else { return }
        guard token == turns else { throw Violation("turns in order", "turn \(token) after \(turns) turns") }
        turns += 1
    }

    func check(_ nodes: SimulatedNodes<RingNode>, after peer: Int, at now: Instant) throws(Violation) {
        let holders = nodes.positions.count { nodes[$0].unconfirmed == turns }
        guard holders <= 1 else { throw Violation("one token", "\(holders) nodes have it") }
    }

    func checkHealed(_ nodes: SimulatedNodes<RingNode>, at now: Instant) throws(Violation) {
        guard nodes.positions.contains(where: { nodes[$0].unconfirmed != nil }) else { throw Violation("a token") }
    }
}

let ringSuite = SimulationSuite("token ring") { seed in
    // The nodes keep nothing on disk, so they must not crash.
    .swarm(seed: seed, faults: .all.subtracting(.crashes), tempo: .milliseconds(50))
} system: { _ in
    RingSystem()
}
// example ends
