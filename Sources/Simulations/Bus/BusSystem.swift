// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
package import SinewCore
import SinewMembership
package import SinewTesting

/// Nodes that subscribe and publish at random over links that break, and what must hold meanwhile.
///
/// Nothing is lost in silence: every message that was numbered for a process is delivered to it, once, in order, or
/// lies in a range that somebody has told. In the end everybody is linked with everybody, knows who wants what, and
/// what is published then reaches all who want it and one member of each queue group.
package struct BusSystem: SimulatedSystem, Sendable {
    package typealias Node = BusNode

    /// How far the end of a run is.
    enum Phase: Sendable {
        case faults
        /// Nothing is wanted or published any more.
        case converging
        /// Messages are published whose way is known.
        case probing(left: Int)
        /// They are on their way.
        case settling(since: Instant)
    }

    /// From whom to whom.
    struct Pair: Hashable, Sendable {
        let from: ProcessID
        let to: ProcessID
    }

    package let peers: [NodeID]
    package var usesConnections: Bool { true }
    var setting: BusSetting
    let universe = BusUniverse()
    /// How many of 256 inputs spoil a link.
    private let spoiling: Int
    private let mayLeave: Bool
    private let largest: Int

    // MARK: What happened

    var processes: ContiguousArray<ProcessID>
    var hasLeft: ContiguousArray<Bool>
    // For looking up only.
    private var places: [Pair: Int] = [:]
    var ledgers: ContiguousArray<(pair: Pair, ledger: BusLedger)> = []
    /// Which queue groups have had each message: a bit for each.
    var groupsOf: ContiguousArray<UInt8> = []
    /// How many times each pair of nodes was told that their connection is there: each of them, each time.
    private var notices: ContiguousArray<UInt32>
    var phase = Phase.faults
    package internal(set) var tally = BusTally()
    /// The messages of the end: what they are about, and how many subscriptions of each node have had them.
    var probes: ContiguousArray<(id: UInt64, subject: Int, plain: ContiguousArray<Int>)> = []

    /// Makes a system that depends on the seed.
    init(settings: SimulationSettings, nodes: Int?) {
        var random = SeededRandom(seed: settings.seed).split(0x6275_73)
        let sizes = [2, 2, 3, 3, 3, 4, 4, 5, 6, 8]
        let drawn = sizes[Int.random(in: sizes.indices, using: &random)]
        let count = nodes ?? drawn
        peers = (0..<count).map(BusSetting.id)
        setting = BusSetting.drawn(count, using: &random)
        spoiling = settings.faults.isEmpty ? 0 : [0, 2, 8][Int.random(in: 0..<3, using: &random)]
        mayLeave = settings.faults.isSuperset(of: .crash)
        largest = [64, 64, 500, 2000][Int.random(in: 0..<4, using: &random)]
        processes = ContiguousArray(peers.map { ProcessID($0, BusSetting.incarnation(0)) })
        hasLeft = ContiguousArray(repeating: false, count: count)
        notices = ContiguousArray(repeating: 0, count: count * count)
    }

    #if PlantedBugs
    /// What the machines do wrong.
    var plantedBug: BusPlantedBug? {
        get { setting.plantedBug }
        set {
            setting.plantedBug = newValue
            setting.options.plantedBug = newValue
        }
    }
    #endif

    // MARK: What surrounds the machines

    package mutating func start(
        _ peer: NodeID,
        run: Int,
        at now: Instant,
        using random: inout SeededRandom
    ) -> BusNode {
        let position = BusSetting.position(of: peer)
        let incarnation = BusSetting.incarnation(run)
        processes[position] = ProcessID(peer, incarnation)
        hasLeft[position] = false
        var options = setting.options
        options.membership.seeds = (0..<min(setting.seedCount, peers.count)).map(BusSetting.endpoint)
        guard
            let control = try? BusControl(
                cluster: "sim",
                name: BusSetting.endpoint(position),
                id: peer,
                incarnation: incarnation,
                endpoints: [BusSetting.endpoint(position)],
                options: options,
                randomSeed: random.next(),
                at: now
            )
        else { preconditionFailure("these options are valid") }
        let chance = SeededRandom(seed: random.next())
        return BusNode(control, nodes: peers.count, universe: universe, setting: setting, random: chance, at: now)
    }

    package mutating func nextInput(
        at now: Instant,
        using random: inout SeededRandom
    ) -> (peer: NodeID, event: BusNode.Event)? {
        if case .probing(let left) = phase { return probe(left, using: &random) }
        guard case .faults = phase else { return nil }
        let position = Int.random(in: peers.indices, using: &random)
        let peer = peers[position]
        switch Int.random(in: 0..<256, using: &random) {
        case 0..<spoiling:
            let other = Int.random(in: peers.indices, using: &random)
            let lanes = UInt8.random(in: 1...3, using: &random)
            return (peer, .spoil(other, lanes: lanes, nanoseconds: Int64.random(in: 0...200_000_000, using: &random)))
        case 12 where mayLeave && position >= setting.seedCount: return (peer, .leave)
        case 16..<36: return (peer, .subscribe(Int.random(in: 0..<BusUniverse.count, using: &random)))
        case 36..<56: return (peer, .unsubscribe(Int.random(in: 0..<BusUniverse.count, using: &random)))
        default:
            let subject = Int.random(in: BusUniverse.subjects.indices, using: &random)
            let bytes = Int.random(in: 0..<4, using: &random) > 0 ? 8 : Int.random(in: 8...largest, using: &random)
            return (peer, .publish(subject: subject, id: newMessage(), bytes: bytes))
        }
    }

    private mutating func newMessage() -> UInt64 {
        groupsOf.append(0)
        return UInt64(groupsOf.count) - 1
    }

    private mutating func probe(_ left: Int, using random: inout SeededRandom) -> (peer: NodeID, event: BusNode.Event)?
    {
        guard left > 0 else { return nil }
        phase = .probing(left: left - 1)
        let peer = Int.random(in: peers.indices, using: &random)
        guard !hasLeft[peer] else { return nil }
        let subject = Int.random(in: BusUniverse.subjects.indices, using: &random)
        let id = newMessage()
        tally.probes += 1
        probes.append((id, subject, ContiguousArray(repeating: 0, count: peers.count)))
        return (peers[peer], .publish(subject: subject, id: id, bytes: 8))
    }

    package mutating func linkChanged(
        of peer: NodeID,
        to other: NodeID,
        isUp: Bool,
        at now: Instant
    ) -> BusNode.Event? {
        let position = BusSetting.position(of: other)
        let own = BusSetting.position(of: peer)
        let pair = min(own, position) * peers.count + max(own, position)
        // Both ends are told that it is there, so that two of these make one connection.
        if isUp { notices[pair] += 1 }
        return .connection(position, isUp: isUp, epoch: (notices[pair] + 1) / 2)
    }

    // MARK: Ledgers

    /// The place of a ledger, made where there is none.
    mutating func place(_ from: ProcessID, _ to: ProcessID) -> Int {
        let pair = Pair(from: from, to: to)
        if let place = places[pair] { return place }
        ledgers.append((pair, BusLedger()))
        places[pair] = ledgers.count - 1
        return ledgers.count - 1
    }
}
