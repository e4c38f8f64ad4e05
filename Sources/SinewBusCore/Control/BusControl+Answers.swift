// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// What the other end says to a link of ours: come in, or stay out.
extension BusControl {
    mutating func answered(
        _ frame: ControlFrame,
        on number: UInt32,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard let link = link(number) else {
            counters.late += 1
            return
        }
        guard frame.destination == incarnation else {
            counters.forOtherProcess += 1
            return
        }
        switch frame.body {
        case .welcome(let welcome) where link.state == .greeting: welcomed(link, welcome, now, &actions)
        case .refusal(let refusal): refused(link, refusal, now, &actions)
        case .welcome, .hello, .membership, .interest, .position, .goodbye: counters.contradictions += 1
        }
    }

    // MARK: Welcome

    private mutating func welcomed(
        _ link: OutboundLink,
        _ welcome: Welcome,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard isPlausible(welcome, on: link) else {
            counters.contradictions += 1
            return giveUp(link, now, &actions)
        }
        // From here on the link is that of whoever is there, and not of the one who was meant.
        detach(link)
        guard let place = admit(welcome.node, welcome.incarnation, isMember: false, now, &actions) else {
            end(link.number, now, &actions)
            if let target = link.target { dialLater(target, isSlow: false, now) }
            return
        }
        if let target = link.target, target != welcome.node { dialLater(target, isSlow: false, now) }
        if let other = peers[place].outbound {
            counters.replacedLinks += 1
            if other > link.number, self.link(other)?.isCommitted ?? false {
                // The other end takes the later one, so that is the one that counts.
                end(link.number, now, &actions)
                return
            }
            end(other, now, &actions)
        }
        adopt(link, welcome, now, &actions)
    }

    /// Whether a welcome agrees with what we asked, and with what is known.
    private func isPlausible(_ welcome: Welcome, on link: OutboundLink) -> Bool {
        guard welcome.node != id, welcome.incarnation.rawValue > 0, welcome.greeting.cluster == cluster else {
            return false
        }
        if let destination = link.destination, destination != welcome.incarnation { return false }
        return welcome.incarnation >= knownIncarnation(of: welcome.node) ?? welcome.incarnation
    }

    private mutating func detach(_ link: OutboundLink) {
        guard let target = link.target, let place = index(of: target), peers[place].outbound == link.number else {
            return
        }
        peers[place].outbound = nil
        if let place = linkPlace(link.number) { links[place].target = nil }
    }

    /// The link is up.
    private mutating func adopt(
        _ link: OutboundLink,
        _ welcome: Welcome,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard let linkPlace = linkPlace(link.number), let place = index(of: welcome.node) else { return }
        let peer = BusPeer(welcome.node, welcome.incarnation, welcome.greeting)
        links[linkPlace].target = peer.id
        links[linkPlace].state = .up(since: now)
        peers[place].outbound = link.number
        peers[place].peer = peer
        peers[place].isSentTo = true
        peers[place].failures = 0
        timers.cancel(.handshake(link.number))
        timers.cancel(.dial(peer.id))
        counters.up += 1
        actions.append(.linkUp(link.number, peer, received: welcome.received))
        introduce(peer, on: link.number, now, &actions)
        if let seed = seeds.firstIndex(where: { $0.endpoint == link.endpoint }) {
            seeds[seed].failures = 0
            meetSeed(seed, peer.id, now, &actions)
        }
        interestStep(.peerUp(peer.id, peer.incarnation), now, &actions)
        tellPosition(to: peer.id, isFirst: true, &actions)
    }

    // MARK: Refusal

    private mutating func refused(
        _ link: OutboundLink,
        _ refusal: Refusal,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        counters.linkRefusals += 1
        let seed = seeds.firstIndex { $0.endpoint == link.endpoint }
        if refusal.code == .ownNode, let seed {
            // One of the seeds is this node.
            end(link.number, now, &actions)
            if let target = link.target { dialLater(target, isSlow: true, now) }
            return meetSeed(seed, id, now, &actions)
        }
        actions.append(.news(.linkRefused(endpoint: link.endpoint, link.target, refusal)))
        if refusal.code == .superseded { superseded(by: nil, &actions) }
        if refusal.code == .otherProcess, let target = link.target, let place = index(of: target) {
            peers[place].asksAnybody = true
        }
        giveUp(link, isSlow: !refusal.code.isRetriable, now, &actions)
    }

    /// Ends a link, and tries again after a while.
    private mutating func giveUp(
        _ link: OutboundLink,
        isSlow: Bool = false,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        end(link.number, now, &actions)
        if isSlow, let seed = seeds.firstIndex(where: { $0.endpoint == link.endpoint }) {
            seeds[seed].notBefore = now.advanced(by: options.slowRetry)
        }
        if let target = link.target { dialLater(target, isSlow: isSlow, now) }
    }
}
