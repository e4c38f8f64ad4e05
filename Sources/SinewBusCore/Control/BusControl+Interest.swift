// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// What the interest exchange says and wants done.
extension BusControl {
    mutating func interestStep(_ event: InterestEvent, _ now: Instant, _ actions: inout Actions<Action>) {
        var wanted = Actions<InterestAction>()
        interest.step(event, at: now, into: &wanted)
        for action in wanted { perform(action, now, &actions) }
    }

    private mutating func perform(_ action: InterestAction, _ now: Instant, _ actions: inout Actions<Action>) {
        switch action {
        case .send(let message, let peer): send(message, to: peer, now, &actions)
        case .peerInterestChanged(let id, let difference):
            guard let peer = index(of: id).flatMap({ peers[$0].peer }) else { return }
            actions.append(.interestChanged(peer, difference))
        case .confirmed(let version, let peer): actions.append(.interestConfirmed(version, by: peer))
        case .refused(let version, let peer): actions.append(.interestRefused(version, by: peer))
        case .rejected(let interest, let error): actions.append(.interestRejected(interest, error))
        case .peerRejected(let peer, let error): actions.append(.news(.peerRejected(peer, error)))
        }
    }

    private mutating func send(
        _ message: InterestMessage,
        to id: NodeID,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard let place = index(of: id), let number = upLink(to: place) else {
            counters.withoutLink += 1
            return
        }
        actions.append(.send(ControlFrame(to: message.destination, .interest(message)), on: number))
        membershipStep(.sent(to: id), now, &actions)
        // Who confirms what the peer wants has all of it.
        if case .confirmation = message.body, let place = index(of: id) {
            peers[place].isSynced = true
            for seed in seeds.indices where seeds[seed].peer == id { seeds[seed].isSynced = true }
            lookAtStartUp(now, &actions)
        }
    }

    // MARK: From the user

    mutating func subscribe(_ wanted: Interest, _ now: Instant, _ actions: inout Actions<Action>) {
        let rejected = interest.counters.rejectedSubscriptions
        interestStep(.subscribe(wanted), now, &actions)
        if interest.counters.rejectedSubscriptions == rejected { subscriptions.add(wanted) }
    }

    mutating func unsubscribe(_ wanted: Interest, _ now: Instant, _ actions: inout Actions<Action>) {
        let rejected = interest.counters.rejectedSubscriptions
        interestStep(.unsubscribe(wanted), now, &actions)
        if interest.counters.rejectedSubscriptions == rejected { subscriptions.remove(wanted) }
    }
}
