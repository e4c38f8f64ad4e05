// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewTesting

/// Nodes that subscribe and unsubscribe at random and tell each other, and what must hold meanwhile.
///
/// What a peer believes of a node is a set that the node really had, at the version that the peer believes it is; what is
/// confirmed is there; what the machine tells of changes adds up to what it holds; versions follow the subscriptions one by
/// one. And once all faults have ended everybody knows what everybody wants, and knows that it is known.
struct InterestSystem: SimulatedSystem, Sendable {
    typealias Node = InterestNode

    let peers: [NodeID]
    let usesConnections: Bool
    private let options: InterestOptions
    private let universe = InterestUniverse()
    /// How many messages each process of a node gets damaged.
    private let damages: Int
    /// How many of 256 links that are lost let the peer be forgotten.
    private let forgetting: UInt8
    private var runs: ContiguousArray<Int>
    /// What each node wanted at each version, for each of its processes.
    private var history: ContiguousArray<ContiguousArray<ContiguousArray<UInt64>>>
    private var random: SeededRandom

    /// Makes a system that depends on the seed: how many nodes, how small the messages, how long the memory.
    init(settings: SimulationSettings, nodes: Int?, options: InterestOptions) {
        var random = SeededRandom(seed: settings.seed).split(0x696E_7465_72)
        let sizes = [2, 3, 4, 5, 7, 10, 20, 50]
        let drawn = sizes[Int.random(in: sizes.indices, using: &random)]
        let count = nodes ?? drawn
        peers = (0..<count).map { NodeID(high: 0, low: UInt64($0)) }
        usesConnections = Bool.random(using: &random)
        damages = Bool.random(using: &random) ? 0 : Int.random(in: 1...20, using: &random)
        forgetting = Bool.random(using: &random) ? 0 : 64
        var options = options
        options.maximumMessageBytes = 256
        options.maximumLoggedChanges = [1, 4, 16, 4096][Int.random(in: 0..<4, using: &random)]
        options.statementInterval = .milliseconds(500)
        options.retransmission = Backoff.Options(base: .milliseconds(50), cap: .seconds(1), smallest: .milliseconds(5))
        self.options = options
        runs = ContiguousArray(repeating: 0, count: count)
        history = ContiguousArray(repeating: [], count: count)
        self.random = random
    }

    // MARK: What surrounds the machines

    mutating func start(_ peer: NodeID, run: Int, at now: Instant, using random: inout SeededRandom) -> InterestNode {
        let position = InterestNode.position(of: peer)
        runs[position] = run
        history[position].append([0])
        let exchange = InterestExchange(
            node: peer,
            incarnation: Self.incarnation(run),
            options: options,
            seed: random.next()
        )
        let damage = SeededRandom(seed: random.next())
        return InterestNode(exchange, peers: peers.count, universe: universe, damages: damages, random: damage)
    }

    mutating func nextInput(
        at now: Instant,
        using random: inout SeededRandom
    ) -> (peer: NodeID, event: InterestNode.Event)? {
        let peer = peers[Int.random(in: peers.indices, using: &random)]
        let number = Int.random(in: 0..<InterestUniverse.count, using: &random)
        return (peer, Bool.random(using: &random) ? .subscribe(number) : .unsubscribe(number))
    }

    mutating func linkChanged(of peer: NodeID, to other: NodeID, isUp: Bool, at now: Instant) -> InterestNode.Event? {
        if isUp { return .peerUp(other, Self.incarnation(runs[InterestNode.position(of: other)])) }
        let isForgotten = UInt8.random(in: 0...255, using: &random) < forgetting
        return isForgotten ? .peerForgotten(other) : .peerDown(other)
    }

    static func incarnation(_ run: Int) -> Incarnation { Incarnation(rawValue: UInt64(run) + 1) }

    // MARK: What must hold

    mutating func check(_ nodes: SimulatedNodes<InterestNode>, after peer: NodeID, at now: Instant) throws(Violation) {
        let position = nodes.latest
        try checkOwner(nodes, position)
        let touched = nodes[position].touched
        guard touched >= 0 else { return }
        try checkBelief(nodes, of: position, about: touched)
        try checkConfirmed(nodes, of: position, by: touched)
    }

    /// Versions grow by one with each change of the subscriptions, and only then.
    private mutating func checkOwner(_ nodes: SimulatedNodes<InterestNode>, _ position: Int) throws(Violation) {
        let run = nodes.run(position)
        let wanted = nodes[position].wanted
        let version = nodes[position].exchange.version
        guard let last = history[position][run].last, wanted != last else {
            guard version == UInt64(history[position][run].count) - 1 else {
                throw Violation("versions follow the subscriptions", "node \(position): \(version), nothing changed")
            }
            return
        }
        guard version == UInt64(history[position][run].count) else {
            throw Violation("versions follow the subscriptions", "node \(position): \(version) after a change")
        }
        history[position][run].append(wanted)
    }

    /// What a node believes of a peer is what the peer wanted at that version, and what it was told adds up to it.
    private func checkBelief(
        _ nodes: SimulatedNodes<InterestNode>,
        of position: Int,
        about touched: Int
    ) throws(Violation) {
        let followed = nodes[position].followed[touched]
        guard nodes[position].hasFollowed else {
            throw Violation("changes add up", "node \(position) was told of \(touched) what cannot be")
        }
        guard let held = nodes[position].exchange.heldVersion(of: peers[touched]) else {
            guard followed == 0 else { throw Violation("changes add up", "a stranger's interest is left") }
            return
        }
        let run = Int(held.incarnation.rawValue) - 1
        guard history[touched].indices.contains(run), held.version < UInt64(history[touched][run].count) else {
            throw Violation(
                "beliefs were true",
                "node \(position) has version \(held.version) of \(touched), run \(run)"
            )
        }
        guard followed == history[touched][run][Int(held.version)] else {
            let details = "node \(position) has version \(held.version) of node \(touched), but not what it wanted then"
            throw Violation("beliefs were true", details)
        }
    }

    /// What a peer has confirmed it has, as long as both are the same processes.
    private func checkConfirmed(
        _ nodes: SimulatedNodes<InterestNode>,
        of position: Int,
        by touched: Int
    ) throws(Violation) {
        guard let confirmed = nodes[position].exchange.confirmedVersion(by: peers[touched]), confirmed > 0,
            let known = nodes[position].exchange.heldVersion(of: peers[touched]),
            known.incarnation == Self.incarnation(nodes.run(touched)), nodes.isRunning(touched),
            !nodes[touched].forgotten[position]
        else { return }
        let held = nodes[touched].exchange.heldVersion(of: peers[position])
        guard let held, held.incarnation == nodes[position].exchange.incarnation, held.version >= confirmed else {
            let has = held.map { "\($0.version)" } ?? "nothing"
            let details = "node \(touched) confirmed version \(confirmed) of node \(position), and has \(has)"
            throw Violation("what is confirmed is there", details)
        }
    }

    // MARK: What must come

    mutating func checkHealed(_ nodes: SimulatedNodes<InterestNode>, at now: Instant) throws(Violation) {
        for owner in nodes.positions {
            let version = nodes[owner].exchange.version
            let unconfirmed = nodes[owner].exchange.unconfirmed(version)
            guard unconfirmed.isEmpty else {
                throw Violation("everybody confirms", "\(unconfirmed.count) peers have not confirmed node \(owner)'s")
            }
            for holder in nodes.positions where holder != owner {
                let held = nodes[holder].exchange.interest(of: peers[owner])
                guard let held, held.isConnected, !held.isDoubted, held.version == version,
                    universe.mask(of: held.interests) == nodes[owner].wanted
                else { throw Violation("everybody knows", "node \(holder) does not know what node \(owner) wants") }
            }
        }
    }
}
