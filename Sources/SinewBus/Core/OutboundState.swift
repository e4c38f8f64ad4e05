// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects

/// Whom messages go to: the table of routes, and the peers that its numbers stand for.
struct OutboundState {
    /// The number of this node itself.
    static let ownSlot = 0

    private(set) var routes: RouteTable
    private var peers: ContiguousArray<OutboundPeer?> = [nil]
    private var freeSlots: [Int] = []
    /// A plan without groups, and its peers. It keeps the plan, so that no other one has its place in memory.
    private struct Resolved {
        let plan: RoutePlan
        let peers: ContiguousArray<OutboundPeer>
    }

    // For looking up only; emptied whenever a peer or an interest comes or goes.
    private var resolved: [ObjectIdentifier: Resolved] = [:]
    /// The one of these that was wanted last: most programs publish to few subjects, one of them again and again.
    private var latest: Resolved?
    // For looking up only. How many subscriptions of this node have each interest.
    private var own: [Interest: Int] = [:]
    // For looking up only.
    private var slots: [ProcessID: Int] = [:]
    /// How far the lanes to those had come who were forgotten, and may not be gone.
    private var memory = LaneMemory()
    var chance: SplitMix64
    /// Interests that the table had no room for.
    private(set) var refusedInterests: UInt64 = 0

    /// Whom one message goes to.
    enum Routing {
        case nobody
        /// Peers, each as itself.
        case plain(ContiguousArray<OutboundPeer>)
        case many([Destination])
    }

    /// One of those to whom a message goes.
    struct Destination {
        let target: Target
        /// Nil for this node itself.
        let peer: OutboundPeer?
    }

    init(seed: UInt64, chance: UInt64) {
        routes = RouteTable(seed: seed)
        self.chance = SplitMix64(seed: chance)
    }

    func peer(in slot: Int) -> OutboundPeer? { peers.indices.contains(slot) ? peers[slot] : nil }

    func peer(_ process: ProcessID) -> OutboundPeer? { slots[process].flatMap { peers[$0] } }

    /// Everybody there is, in the order of their numbers.
    var all: [OutboundPeer] { peers.compactMap(\.self) }

    /// The peer of a process, made if there is none.
    mutating func need(_ process: ProcessID, name: String, options: LaneOptions) -> OutboundPeer {
        if let peer = peer(process) { return peer }
        let slot = freeSlots.popLast() ?? peers.count
        let last = memory.recall(process)
        let peer = OutboundPeer(slot: slot, process: process, name: name, options: options, after: last)
        if slot == peers.count { peers.append(peer) } else { peers[slot] = peer }
        slots[process] = slot
        forgetResolved()
        return peer
    }

    /// Forgets a process, which wants nothing any more.
    mutating func forget(_ process: ProcessID) -> OutboundPeer? {
        guard let slot = slots.removeValue(forKey: process) else { return nil }
        if let peer = peers[slot] {
            let last = peer.state.withLock { state in
                state.isForgotten = true
                return state.lane.assigned
            }
            memory.forget(process, last: last)
        }
        defer {
            peers[slot] = nil
            freeSlots.append(slot)
            forgetResolved()
        }
        return peers[slot]
    }

    /// This node is another process from now on, whose numbers begin anew.
    mutating func beginAnew() { memory = LaneMemory() }

    /// Takes in what a receiver wants now and what it does not want any more.
    mutating func apply(_ difference: InterestDifference, for slot: Int) {
        forgetResolved()
        for interest in difference.removed { routes.remove(interest, for: slot) }
        for interest in difference.added {
            do throws(SubjectError) {
                try routes.insert(interest, for: slot)
            } catch {
                refusedInterests += 1
            }
        }
    }

    /// One more subscription of this node wants something.
    mutating func addOwn(_ interest: Interest) {
        own[interest, default: 0] += 1
        if own[interest] == 1 { apply(InterestDifference(added: [interest]), for: Self.ownSlot) }
    }

    /// One subscription of this node less wants something.
    mutating func removeOwn(_ interest: Interest) {
        guard let count = own[interest] else { return }
        own[interest] = count > 1 ? count - 1 : nil
        if count == 1 { apply(InterestDifference(removed: [interest]), for: Self.ownSlot) }
    }

    /// The peer that alone wants a subject, as itself; nil where there is none or more.
    @inline(__always)
    mutating func single(_ subject: Span<UInt8>) -> OutboundPeer? {
        let slot = routes.single(for: subject)
        return slot > Self.ownSlot ? peers[slot] : nil
    }

    /// Looks up and chooses.
    @inline(__always)
    mutating func route(_ subject: Span<UInt8>) -> Routing {
        guard let plan = routes.plan(for: subject), !plan.isEmpty else { return .nobody }
        if let latest, latest.plan === plan { return .plain(latest.peers) }
        if let known = resolved[ObjectIdentifier(plan)] {
            latest = known
            return .plain(known.peers)
        }
        return choose(plan)
    }

    private mutating func forgetResolved() {
        resolved = [:]
        latest = nil
    }

    @inline(never)
    private mutating func choose(_ plan: RoutePlan) -> Routing {
        let peers = peers
        if plan.groups.isEmpty, plan.plain.first != Self.ownSlot {
            let plain = ContiguousArray(plan.plain.compactMap { peers[$0] })
            if resolved.count >= 1024 { resolved.removeAll(keepingCapacity: true) }
            let known = Resolved(plan: plan, peers: plain)
            resolved[ObjectIdentifier(plan)] = known
            latest = known
            return .plain(plain)
        }
        let targets = plan.choose(using: &chance) { slot in
            slot == Self.ownSlot || (peers[slot]?.isReachable ?? false)
        }
        return .many(targets.map { Destination(target: $0, peer: peers[$0.receiver]) })
    }
}
