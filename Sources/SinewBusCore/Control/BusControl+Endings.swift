// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// How a process ends: on purpose, or because it was away for too long.
extension BusControl {
    // MARK: Away

    /// Whether we did not run, although a tick was due, for as long as the others wait for a word of ours.
    func hasBeenAway(at now: Instant) -> Bool {
        #if PlantedBugs
        if options.plantedBug == .pauseUnnoticed { return false }
        #endif
        guard steppedAt.nanoseconds(to: now) > lifetime, let deadline = nextDeadline else { return false }
        return deadline <= now
    }

    /// All others take us for dead, so we are a new process: everything of the earlier one ends, and what we say and
    /// hear from now on is of the new one. Our subscriptions are kept.
    mutating func restart(_ now: Instant, _ actions: inout Actions<Action>) {
        for number in links.map(\.number) { end(number, now, &actions) }
        for peer in peers.map({ ($0.id, $0.incarnation) }) { bury(peer.0, peer.1, now, &actions) }
        counters.restarts += 1
        incarnation = Incarnation(rawValue: max(incarnation.rawValue, incarnation.rawValue &+ 1))
        actions.append(.restarted(incarnation))
        timers.removeAll()
        if lastNumber == .max { lastNumber = 0 }
        seeds = seeds.map { BusSeed(endpoint: $0.endpoint) }
        startUp = StartUp(isOver: seeds.isEmpty)
        supersededBy = nil
        beginAnew(now, &actions)
    }

    private mutating func beginAnew(_ now: Instant, _ actions: inout Actions<Action>) {
        let fresh = try? Membership(
            id: id,
            incarnation: incarnation,
            content: membership.own.content,
            options: options.membership,
            randomSeed: chance.next(),
            at: now
        )
        // The same values were good enough the first time.
        if let fresh { membership = fresh }
        interest = InterestExchange(
            node: id,
            incarnation: incarnation,
            options: options.interest,
            seed: chance.next()
        )
        membershipStep(.progress(progress), now, &actions)
        for entry in subscriptions.entries {
            for _ in 0..<entry.count { interestStep(.subscribe(entry.interest), now, &actions) }
        }
    }

    // MARK: Leaving

    /// Tells everybody that we leave and how far we are, and ends all links.
    mutating func leave(_ now: Instant, _ actions: inout Actions<Action>) {
        // Before the word that we left, after which nobody listens.
        for id in peers.map(\.id) { tellPosition(to: id, &actions) }
        membershipStep(.leave, now, &actions)
        for peer in peers {
            guard let number = peer.outbound, link(number)?.isUp ?? false else { continue }
            let position = peer.inbound?.position ?? LanePosition(link: 0, received: 0, granted: 0)
            actions.append(.send(ControlFrame(to: peer.incarnation, .goodbye(position)), on: number))
        }
        for number in links.map(\.number) { end(number, now, &actions) }
        for place in peers.indices { putDown(place, &actions) }
        timers.removeAll()
        hasLeft = true
    }

    /// Whoever still says hello is told that it is in vain; all else is over.
    mutating func afterLeaving(_ event: Event, _ now: Instant, _ actions: inout Actions<Action>) {
        guard case .received(let frame, let link) = event, case .hello = frame.body else {
            counters.late += 1
            return
        }
        refuse(link, Refusal(.leaving, "this node has left"), now, &actions)
    }
}
