// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension Membership {
    /// Our record as we say it ourselves: with all of its life before it.
    var ownGossip: GossipRecord { GossipRecord(own, own.lifetimeNanoseconds) }

    mutating func send(
        _ body: MembershipMessage.Body,
        to peer: NodeID,
        _ destination: Incarnation?,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        statistics.sent += 1
        detector.sent(peer, at: now)
        actions.append(.send(MembershipMessage(from: incarnation, to: destination, body), to: peer))
    }

    mutating func send(
        _ body: MembershipMessage.Body,
        toMember index: Int,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        statistics.sent += 1
        detector.peers[index].pulse.sent(at: now)
        let destination = detector.peers[index].incarnation
        actions.append(.send(MembershipMessage(from: incarnation, to: destination, body), to: detector.names[index]))
    }

    mutating func ping(_ index: Int, wantsReply: Bool, at now: Instant, into actions: inout Actions<Action>) {
        statistics.pings += 1
        detector.peers[index].pulse.pingedAt = now.nanoseconds
        let ping = Ping(detector.rules.timeToLive, progress, own.version, own.contentVersion, wantsReply)
        send(.ping(ping), toMember: index, at: now, into: &actions)
    }

    /// Tells somebody who we are, and asks who else is there.
    mutating func greet(
        _ peer: NodeID,
        _ destination: Incarnation?,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        send(.hello(ownGossip), to: peer, destination, at: now, into: &actions)
    }

    mutating func connected(
        _ endpoint: String,
        to peer: NodeID,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        guard let seed = seeds.firstIndex(where: { $0.endpoint == endpoint }) else { return }
        seeds[seed].peer = peer
        guard peer != id else { return }
        greet(peer, detector.incarnation(of: peer), at: now, into: &actions)
    }

    mutating func announce(_ content: MemberContent, at now: Instant, into actions: inout Actions<Action>) {
        guard content != own.content else { return }
        own.content = content
        own.version += 1
        own.contentVersion = own.version
        // Those whom this reaches pull the record; the others learn of it with a later ping, or by gossip.
        for index in detector.peers.indices { ping(index, wantsReply: false, at: now, into: &actions) }
    }

    mutating func leave(at now: Instant, into actions: inout Actions<Action>) {
        let word = GossipRecord(own.departed, options.tombstoneLifetime.wholeNanoseconds)
        for index in detector.peers.indices { send(.records([word]), toMember: index, at: now, into: &actions) }
        hasLeft = true
    }
}
