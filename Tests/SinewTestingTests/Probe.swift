// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting

/// A machine that sends a numbered message to every other node each 10 ms, and asks its surroundings for an event.
struct ProbeNode: PeerMachine {
    enum Event: PeerEvent, Sendable, Hashable {
        case tick
        case received(Int, from: String)
        case wanted(Int)
        case done(Int)
        case link(String, isUp: Bool)
    }

    enum Action: PeerAction, Sendable {
        case send(Int, to: String)
        case saw(Event, clock: Instant)
        case work(Int)

        var outgoing: Outgoing<String, Int>? {
            if case .send(let number, let peer) = self { Outgoing(number, to: peer) } else { nil }
        }
    }

    let name: String
    let others: [String]
    var sent = 0
    var nextDeadline: Instant?
    var isStuck = false

    mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        actions.append(.saw(event, clock: now))
        guard event == .tick, let deadline = nextDeadline, deadline <= now else { return }
        sent += 1
        for other in others { actions.append(.send(sent, to: other)) }
        actions.append(.work(sent))
        if !isStuck { nextDeadline = now.advanced(by: .milliseconds(10)) }
    }
}

/// Keeps everything that its nodes saw.
struct ProbeSystem: SimulatedSystem {
    typealias Node = ProbeNode

    struct Sight: Hashable, Sendable {
        let peer: String
        let run: Int
        let event: ProbeNode.Event
        let clock: Instant
        let time: Instant
    }

    var names = ["a", "b", "c"]
    var usesConnections = false
    var strangers: [String] = []
    var workload = false
    var isStuck = false
    var sights: [Sight] = []
    var runs: [String: Int] = [:]
    var ends: [(peer: String, sent: Int)] = []
    var worked = 0
    var inputs = 0
    var checks = 0
    var healthyAfter = Instant.origin

    var peers: [String] { names.reversed() }

    mutating func start(_ peer: String, run: Int, at now: Instant, using random: inout SeededRandom) -> ProbeNode {
        runs[peer] = run
        let others = names.filter { $0 != peer } + strangers
        return ProbeNode(
            name: peer,
            others: others,
            nextDeadline: now.advanced(by: .milliseconds(10)),
            isStuck: isStuck
        )
    }

    mutating func nextInput(
        at now: Instant,
        using random: inout SeededRandom
    ) -> (peer: String, event: ProbeNode.Event)? {
        guard workload else { return nil }
        inputs += 1
        return (names[Int.random(in: names.indices, using: &random)], .wanted(inputs))
    }

    mutating func perform(
        _ action: ProbeNode.Action,
        of peer: String,
        at now: Instant,
        events: inout LocalEvents<ProbeNode.Event>
    ) throws(Violation) {
        switch action {
        case .saw(let event, let clock):
            sights.append(Sight(peer: peer, run: runs[peer] ?? 0, event: event, clock: clock, time: now))
        case .work(let number):
            worked += 1
            events.schedule(.done(number), after: .milliseconds(7))
        case .send: break
        }
    }

    mutating func stopped(_ peer: String, node: ProbeNode, at now: Instant, using random: inout SeededRandom) {
        ends.append((peer, node.sent))
    }

    mutating func linkChanged(of peer: String, to other: String, isUp: Bool, at now: Instant) -> ProbeNode.Event? {
        usesConnections ? .link(other, isUp: isUp) : nil
    }

    mutating func check(_ nodes: SimulatedNodes<ProbeNode>, after peer: String, at now: Instant) throws(Violation) {
        checks += 1
        guard nodes.peers[nodes.latest] == peer, nodes[nodes.latest].name == peer else {
            throw Violation("nodes are in their places", "\(peer) is in that of \(nodes[nodes.latest].name)")
        }
    }

    func checkHealed(_ nodes: SimulatedNodes<ProbeNode>, at now: Instant) throws(Violation) {
        guard nodes.positions.allSatisfy(nodes.isRunning) else { throw Violation("all run") }
        guard now >= healthyAfter else { throw Violation("healthy", "not until \(healthyAfter)") }
    }

    func trace(_ event: ProbeNode.Event, into hash: inout TraceHash) {
        if case .received(let number, _) = event { hash.combine(number) }
    }
}
