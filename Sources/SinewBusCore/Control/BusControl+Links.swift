// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// Our own links: when they are opened, and what becomes of them.
extension BusControl {
    /// Tries a member at the next of its endpoints, unless there is a link to it already.
    mutating func dial(_ id: NodeID, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let place = index(of: id), peers[place].outbound == nil, let record = peers[place].record else { return }
        let endpoints = record.content.endpoints
        guard !endpoints.isEmpty else {
            counters.withoutEndpoint += 1
            return dialLater(id, isSlow: true, now)
        }
        if let seed = links.firstIndex(where: { $0.target == nil && endpoints.contains($0.endpoint) }) {
            // It is a seed, and about to be reached as such.
            links[seed].target = id
            peers[place].outbound = links[seed].number
            return
        }
        let endpoint = endpoints[peers[place].nextEndpoint % endpoints.count]
        peers[place].nextEndpoint = (peers[place].nextEndpoint + 1) % endpoints.count
        let destination = peers[place].asksAnybody ? nil : peers[place].incarnation
        peers[place].asksAnybody = false
        peers[place].outbound = open(endpoint, to: id, destination, now, &actions)
    }

    /// Tries a member again after a while.
    mutating func dialLater(_ id: NodeID, isSlow: Bool, _ now: Instant) {
        guard let place = index(of: id), peers[place].record != nil, peers[place].outbound == nil else { return }
        var delay = max(.nanoseconds(1), peers[place].backoff.next(using: &chance))
        if isSlow { delay = max(delay, options.slowRetry) }
        timers.set(.dial(id), at: now.advanced(by: delay))
    }

    /// The membership wants to know who is at a seed. How often, it decides itself.
    mutating func connect(toSeed endpoint: String, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let seed = seeds.firstIndex(where: { $0.endpoint == endpoint }) else { return }
        if membership.own.content.endpoints.contains(endpoint) { return meetSeed(seed, id, now, &actions) }
        if let peer = linkedPeer(at: endpoint) { return meetSeed(seed, peer, now, &actions) }
        let isUnderWay = links.contains { $0.endpoint == endpoint && !$0.isUp }
        guard !isUnderWay, now >= seeds[seed].notBefore ?? now else { return }
        _ = open(endpoint, to: nil, nil, now, &actions)
    }

    /// Who is at an endpoint that a link of ours leads to already, or that is the endpoint of somebody we are linked
    /// with.
    private func linkedPeer(at endpoint: String) -> NodeID? {
        if let link = links.first(where: { $0.isUp && $0.endpoint == endpoint }) { return link.target }
        return peers.first { peer in
            guard let number = peer.outbound, let link = link(number), link.isUp else { return false }
            return peer.record?.content.endpoints.contains(endpoint) ?? false
        }?.id
    }

    private mutating func open(
        _ endpoint: String,
        to target: NodeID?,
        _ destination: Incarnation?,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) -> UInt32? {
        // With the last number the next step makes us a new process.
        guard lastNumber < .max else { return nil }
        lastNumber += 1
        counters.opened += 1
        links.append(
            OutboundLink(number: lastNumber, endpoint: endpoint, target: target, destination: destination)
        )
        timers.set(.handshake(lastNumber), at: now.advanced(by: max(.nanoseconds(1), options.linkTimeout)))
        actions.append(.open(lastNumber, endpoint: endpoint))
        return lastNumber
    }

    mutating func opened(_ number: UInt32, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let place = linkPlace(number), links[place].state == .opening else {
            counters.late += 1
            return
        }
        links[place].state = .greeting
        actions.append(.send(ControlFrame(to: links[place].destination, .hello(greeting)), on: number))
    }

    /// Who we are, and what we take.
    var greeting: Greeting {
        Greeting(
            cluster: cluster,
            name: name,
            maximumFrameBytes: UInt64(options.maximumFrameBytes),
            windowBytes: UInt64(options.windowBytes)
        )
    }

    mutating func closed(_ number: UInt32, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let link = end(number, now, &actions) else {
            counters.late += 1
            return
        }
        if link.isUp {
            counters.broken += 1
        } else {
            counters.failed += 1
            unreached(link, &actions)
        }
        if let target = link.target { dialLater(target, isSlow: false, now) }
    }

    mutating func timedOut(_ number: UInt32, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let link = link(number), !link.isUp else { return }
        _ = end(number, now, &actions)
        counters.timedOut += 1
        unreached(link, &actions)
        if let target = link.target { dialLater(target, isSlow: false, now) }
    }

    /// A link of ours could not be made. Said less and less often, because it is tried for as long as the other end is
    /// a member or a seed.
    private mutating func unreached(_ link: OutboundLink, _ actions: inout Actions<Action>) {
        let attempts: UInt64
        if let id = link.target, let place = index(of: id) {
            peers[place].failures += 1
            attempts = peers[place].failures
        } else if let seed = seeds.firstIndex(where: { $0.endpoint == link.endpoint }) {
            seeds[seed].failures += 1
            attempts = seeds[seed].failures
        } else {
            return
        }
        guard attempts & (attempts - 1) == 0 else { return }
        actions.append(.news(.unreachable(endpoint: link.endpoint, link.target, attempts: attempts)))
    }

    /// Ends a link of ours, whatever it was doing. What comes after that is the caller's to say.
    @discardableResult
    mutating func end(_ number: UInt32, _ now: Instant, _ actions: inout Actions<Action>) -> OutboundLink? {
        guard let place = linkPlace(number) else { return nil }
        let link = links.remove(at: place)
        timers.cancel(.handshake(number))
        if let id = link.target, let peer = index(of: id), peers[peer].outbound == number {
            peers[peer].outbound = nil
            if case .up(let since) = link.state, let process = peers[peer].peer {
                // One that breaks again and again right after it was let in is not tried ever faster.
                if since.advanced(by: options.linkBackoff.cap) <= now { peers[peer].backoff.reset() }
                actions.append(.linkDown(number, process))
                interestStep(.peerDown(id), now, &actions)
            }
        }
        actions.append(.close(number))
        return link
    }

    func linkPlace(_ number: UInt32) -> Int? {
        var (low, high) = (0, links.count)
        while low < high {
            let middle = (low + high) / 2
            if links[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < links.count && links[low].number == number ? low : nil
    }

    func link(_ number: UInt32) -> OutboundLink? { linkPlace(number).map { links[$0] } }

    /// The number of our link to a peer, if it is up.
    func upLink(to place: Int) -> UInt32? {
        guard let number = peers[place].outbound, let link = link(number), link.isUp else { return nil }
        return number
    }
}
