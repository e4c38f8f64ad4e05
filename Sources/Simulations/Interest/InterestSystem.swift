// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
import SinewMembership
package import SinewTesting

/// Nodes that subscribe and unsubscribe at random and tell each other, and what must hold meanwhile.
///
/// What a peer believes of a node is a set that the node really had, at the version that the peer believes it is; what
/// is confirmed is there; what the machine tells of changes adds up to what it holds; versions follow the subscriptions
/// one by one. And once all faults have ended everybody knows what everybody wants, and knows that it is known.
package struct InterestSystem: SimulatedSystem, Sendable {
    package typealias Node = InterestNode

    package let peers: [NodeID]
    package let usesConnections: Bool
    private var options: InterestOptions
    let universe = InterestUniverse()
    /// Whether an owner's versions are held against its subscriptions. Without, what a peer believes has to be what was
    /// wanted last at that version, so that an owner's mistake shows at its peers.
    var watchesOwners = true
    /// How many messages each process of a node gets damaged.
    private let damages: Int
    /// How many of 256 links that are lost let the peer be forgotten.
    private let forgetting: UInt8
    private var runs: ContiguousArray<Int>
    /// What each node wanted at each version, for each of its processes.
    var history: ContiguousArray<ContiguousArray<ContiguousArray<UInt64>>>
    private var random: SeededRandom

    /// Makes a system that depends on the seed: how many nodes, how small the messages, how long the memory.
    init(settings: SimulationSettings, nodes: Int?) {
        var random = SeededRandom(seed: settings.seed).split(0x696E_7465_72)
        let sizes = [2, 3, 4, 5, 7, 10, 20, 50]
        let drawn = sizes[Int.random(in: sizes.indices, using: &random)]
        let count = nodes ?? drawn
        peers = (0..<count).map { NodeID(high: 0, low: UInt64($0)) }
        usesConnections = Bool.random(using: &random)
        damages = Bool.random(using: &random) ? 0 : Int.random(in: 1...20, using: &random)
        forgetting = Bool.random(using: &random) ? 0 : 64
        options = InterestOptions()
        options.maximumMessageBytes = 256
        options.maximumLoggedChanges = [1, 4, 16, 4096][Int.random(in: 0..<4, using: &random)]
        // The more there are, the more of the steps would be spent on saying that nothing has changed.
        options.statementInterval = .milliseconds(500 + 50 * count)
        options.retransmission = Backoff.Options(base: .milliseconds(50), cap: .seconds(1), smallest: .milliseconds(5))
        runs = ContiguousArray(repeating: 0, count: count)
        history = ContiguousArray(repeating: [], count: count)
        self.random = random
    }

    #if PlantedBugs
    /// What the machines do wrong.
    var plantedBug: PlantedBug? {
        get { options.plantedBug }
        set { options.plantedBug = newValue }
    }
    #endif

    // MARK: What surrounds the machines

    package mutating func start(
        _ peer: NodeID,
        run: Int,
        at now: Instant,
        using random: inout SeededRandom
    ) -> InterestNode {
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

    package mutating func nextInput(
        at now: Instant,
        using random: inout SeededRandom
    ) -> (peer: NodeID, event: InterestNode.Event)? {
        let peer = peers[Int.random(in: peers.indices, using: &random)]
        let number = Int.random(in: 0..<InterestUniverse.count, using: &random)
        return (peer, Bool.random(using: &random) ? .subscribe(number) : .unsubscribe(number))
    }

    package mutating func linkChanged(
        of peer: NodeID,
        to other: NodeID,
        isUp: Bool,
        at now: Instant
    ) -> InterestNode.Event? {
        if isUp { return .peerUp(other, Self.incarnation(runs[InterestNode.position(of: other)])) }
        let isForgotten = UInt8.random(in: 0...255, using: &random) < forgetting
        return isForgotten ? .peerForgotten(other) : .peerDown(other)
    }

    static func incarnation(_ run: Int) -> Incarnation { Incarnation(rawValue: UInt64(run) + 1) }
}
