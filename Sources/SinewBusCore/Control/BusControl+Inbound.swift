// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// The links of others to us: whom we let in, and what they say.
extension BusControl {
    mutating func receive(
        _ frame: ControlFrame,
        from link: LinkID,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        if case .hello(let greeting) = frame.body {
            return greeted(greeting, frame.destination, link, now, &actions)
        }
        guard let place = inboundPlace(link) else {
            if case .goodbye = frame.body { counters.late += 1 } else { unknownLink(link, now, &actions) }
            return
        }
        guard frame.destination == incarnation else {
            counters.forOtherProcess += 1
            return
        }
        hearWord(place, now, &actions)
        switch frame.body {
        case .membership(let message): take(message, from: link, now, &actions)
        case .interest(let message): take(message, from: link, now, &actions)
        case .position(let position): take(position, from: link, now, &actions)
        case .goodbye(let position): goodbye(position, from: link, now, &actions)
        case .hello, .welcome, .refusal:
            counters.contradictions += 1
            expel(link, Refusal(.garbage, "an answer came from the opener of the link"), now, &actions)
        }
    }

    // MARK: Letting in

    private mutating func greeted(
        _ greeting: Greeting,
        _ destination: Incarnation?,
        _ link: LinkID,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        if let refusal = objection(to: greeting, destination, link) {
            if link.node == id, link.incarnation > incarnation { superseded(by: link.incarnation, &actions) }
            return refuse(link, refusal, now, &actions)
        }
        if let place = index(of: link.node), peers[place].incarnation == link.incarnation,
            peers[place].lastInbound >= link.number
        {
            counters.late += 1
            guard peers[place].inboundLink != link else { return }
            return refuse(link, Refusal(.unknownLink, "this link has ended, or a later one is here"), now, &actions)
        }
        guard let place = admit(link.node, link.incarnation, isMember: false, now, &actions) else {
            let text = "there are \(options.maximumPeers) peers, as many as there may be"
            return refuse(link, Refusal(.full, text), now, &actions)
        }
        putDown(place, &actions)
        let peer = BusPeer(link.node, link.incarnation, greeting)
        peers[place].inbound = InboundLink(number: link.number, windowBytes: UInt64(options.windowBytes))
        peers[place].lastInbound = link.number
        peers[place].peer = peer
        peers[place].isReceivedFrom = true
        peers[place].heardAt = now
        counters.inboundUp += 1
        actions.append(.inboundUp(link, peer))
    }

    /// Why a hello is not for us, or not from one of us; nil when there is no reason.
    private func objection(to greeting: Greeting, _ destination: Incarnation?, _ link: LinkID) -> Refusal? {
        guard greeting.cluster == cluster else {
            return Refusal(.cluster, "this is node '\(name)' of the cluster '\(cluster)'")
        }
        if link.node == id { return ownObjection(link) }
        if let destination, destination != incarnation {
            return Refusal(.otherProcess, "this is node '\(name)', incarnation \(incarnation)")
        }
        if let known = knownIncarnation(of: link.node), link.incarnation < known {
            return Refusal(.superseded, "the incarnation \(known) of this node is known here")
        }
        if let stone = membership.view.tombstone(of: link.node), stone.isDeparture,
            stone.incarnation == link.incarnation
        {
            return Refusal(.superseded, "this process has said that it left")
        }
        return nil
    }

    private func ownObjection(_ link: LinkID) -> Refusal {
        if link.incarnation == incarnation { return Refusal(.ownNode, "this is the node itself") }
        if link.incarnation < incarnation {
            return Refusal(.superseded, "the incarnation \(incarnation) of this node is here")
        }
        return Refusal(.leaving, "an earlier process of this node is here, and about to end")
    }

    /// The shell has said how far it is with the opener's messages: so the opener can be welcomed.
    mutating func accepted(
        _ link: LinkID,
        _ received: UInt64?,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard let place = inboundPlace(link), peers[place].inbound?.isWelcomed == false else {
            counters.late += 1
            return
        }
        peers[place].inbound?.isWelcomed = true
        peers[place].inbound?.received = received ?? 0
        peers[place].inbound?.toldReceived = received ?? 0
        #if PlantedBugs
        let received = options.plantedBug == .welcomeTooHigh ? received.map { $0 + 1 } : received
        #endif
        let welcome = Welcome(node: id, incarnation: incarnation, greeting: greeting, received: received)
        actions.append(.answer(ControlFrame(to: link.incarnation, .welcome(welcome)), to: link))
    }

    // MARK: What they say

    mutating func heard(_ link: LinkID, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let place = inboundPlace(link) else {
            counters.late += 1
            return
        }
        peers[place].heardAt = now
        membershipStep(.heard(link.node, link.incarnation), now, &actions)
    }

    /// The first word after the hello shows that the opener has read our welcome, so that it takes what we say: what
    /// we said before, it may have dropped.
    private mutating func hearWord(_ place: Int, _ now: Instant, _ actions: inout Actions<Action>) {
        peers[place].heardAt = now
        guard peers[place].inbound?.hasSpoken == false else { return }
        peers[place].inbound?.hasSpoken = true
        guard upLink(to: place) != nil else { return }
        let (id, incarnation) = (peers[place].id, peers[place].incarnation)
        if interest.confirmedVersion(by: id) != interest.version {
            interestStep(.peerUp(id, incarnation), now, &actions)
        }
        for seed in seeds.indices where seeds[seed].peer == id { meetSeed(seed, id, now, &actions) }
    }

    private mutating func take(
        _ message: MembershipMessage,
        from link: LinkID,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard message.sender == link.incarnation else {
            counters.contradictions += 1
            return
        }
        membershipStep(.received(message, from: link.node), now, &actions)
        if case .digest(let digest) = message.body { listed(digest, by: link.node, now, &actions) }
    }

    private mutating func take(
        _ message: InterestMessage,
        from link: LinkID,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard message.sender == link.incarnation else {
            counters.contradictions += 1
            return
        }
        membershipStep(.heard(link.node, link.incarnation), now, &actions)
        interestStep(.received(message, from: link.node), now, &actions)
    }

    private mutating func take(
        _ position: LanePosition,
        from link: LinkID,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        membershipStep(.heard(link.node, link.incarnation), now, &actions)
        guard let place = index(of: link.node), upLink(to: place) == position.link else {
            counters.late += 1
            return
        }
        actions.append(.granted(position.link, position))
    }

    /// The opener is about to end: the same as if its membership had said so, which it does where it knows us.
    private mutating func goodbye(
        _ position: LanePosition,
        from link: LinkID,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        if position.link > 0 { take(position, from: link, now, &actions) }
        let departure = MemberRecord(id: link.node, incarnation: link.incarnation, version: MemberRecord.departure)
        let word = GossipRecord(departure, remaining: options.membership.tombstoneLifetime)
        let message = MembershipMessage(from: link.incarnation, to: incarnation, .records([word]))
        membershipStep(.received(message, from: link.node), now, &actions)
        bury(link.node, link.incarnation, now, &actions)
    }
}
