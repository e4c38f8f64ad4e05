// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension Membership {
    /// What the head of a message says of it.
    private enum Admission {
        case dropped, stranger
        case member(Int)
    }

    mutating func receive(
        _ message: MembershipMessage,
        from peer: NodeID,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        statistics.received += 1
        switch admit(message, from: peer, at: now, into: &actions) {
        case .dropped: return
        case .stranger:
            statistics.handled += 1
            meet(message, from: peer, at: now, into: &actions)
        case .member(let index):
            statistics.handled += 1
            if detector.heard(at: index, at: now) { actions.append(.alive(peer, message.sender)) }
            if case .ping(let ping) = message.body {
                take(ping, from: peer, index, at: now, into: &actions)
            } else {
                take(message, from: peer, at: now, into: &actions)
            }
        }
    }

    private mutating func admit(
        _ message: MembershipMessage,
        from peer: NodeID,
        at now: Instant,
        into actions: inout Actions<Action>
    ) -> Admission {
        guard !hasLeft else {
            statistics.droppedAfterLeaving += 1
            return .dropped
        }
        guard peer != id else {
            statistics.droppedFromOwnName += 1
            return .dropped
        }
        var index = detector.index(of: peer)
        if let known = index.map({ detector.peers[$0].incarnation }) ?? view.stones[peer]?.incarnation,
            known != message.sender || index == nil
        {
            guard known <= message.sender || toleratesEarlierProcesses else {
                statistics.droppedFromEarlierProcess += 1
                return .dropped
            }
            if known == message.sender, let stone = view.stones[peer], stone.isDeparture {
                statistics.droppedAfterDeparture += 1
                return .dropped
            }
            // A later process speaks, so the one we know has ended.
            if known < message.sender, index != nil {
                bury(peer, .replaced, at: now, into: &actions)
                view.heardOf(peer, message.sender, at: now)
                index = nil
            }
        }
        if let destination = message.destination, destination != incarnation {
            statistics.droppedForOtherProcess += 1
            greet(peer, message.sender, at: now, into: &actions)
            return .dropped
        }
        return index.map { .member($0) } ?? .stranger
    }

    /// Somebody speaks whose record we do not have: it may be in the message.
    private mutating func meet(
        _ message: MembershipMessage,
        from peer: NodeID,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        take(message, from: peer, at: now, into: &actions)
        guard detector.index(of: peer) == nil else { return }
        statistics.strangers += 1
        view.heardOf(peer, message.sender, at: now)
        // Whose record was in the message and was refused is not asked for it again: that would never end.
        switch message.body {
        case .hello, .records: return
        case .ping, .digest, .pull: break
        }
        send(.pull([peer]), to: peer, message.sender, at: now, into: &actions)
    }

    private mutating func take(
        _ ping: Ping,
        from peer: NodeID,
        _ index: Int,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        switch detector.peers[index].pulse.take(ping, at: now, detector.rules) {
        case .none: break
        case .stalled: actions.append(.stalled(peer, detector.peers[index].incarnation))
        case .movedOn: actions.append(.movedOn(peer, detector.peers[index].incarnation))
        }
        let version = view.records[index].version
        if ping.version > version {
            if version >= ping.contentVersion {
                view.renew(index, version: ping.version)
            } else {
                send(.pull([peer]), toMember: index, at: now, into: &actions)
            }
        }
        if ping.wantsReply { self.ping(index, wantsReply: false, at: now, into: &actions) }
    }

    private mutating func take(
        _ message: MembershipMessage,
        from peer: NodeID,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        switch message.body {
        case .ping: break
        case .hello(let item):
            take([item], from: peer, message.sender, at: now, into: &actions)
            send(.records([ownGossip]), to: peer, message.sender, at: now, into: &actions)
            sendDigest(to: peer, message.sender, at: now, into: &actions)
        case .digest(let digest): answer(digest, of: peer, message.sender, at: now, into: &actions)
        case .pull(let names):
            let wanted = names.prefix(maximumDigestEntries).compactMap { gossip(of: $0, at: now) }
            send(wanted, to: peer, message.sender, at: now, into: &actions)
        case .records(let items): take(items, from: peer, message.sender, at: now, into: &actions)
        }
    }

    #if PlantedBugs
    private var toleratesEarlierProcesses: Bool { options.plantedBug == .staleIncarnation }
    #else
    private var toleratesEarlierProcesses: Bool { false }
    #endif
}
