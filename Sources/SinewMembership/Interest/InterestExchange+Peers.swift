// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension InterestExchange {
    mutating func peerUp(
        _ id: NodeID,
        _ incarnation: Incarnation,
        _ now: Instant,
        _ actions: inout Actions<InterestAction>
    ) {
        guard id != node else { return reject(id, .notAPeer, "a node is no peer of itself", &actions) }
        if case (let place, true) = place(of: id) {
            guard incarnation >= peers[place].incarnation else {
                return reject(id, .notAPeer, "a later process of it was here before", &actions)
            }
            if incarnation > peers[place].incarnation {
                abandon(place, &actions)
                peers[place] = newPeer(id, incarnation)
            }
            peers[place].isUp = true
            greet(place, now, &actions)
            return
        }
        if peers.count >= max(1, options.maximumPeers) {
            guard let oldest = longestAway else {
                return reject(id, .tooManyPeers, "raise maximumPeers, or connect to fewer", &actions)
            }
            counters.displacedPeers += 1
            forget(oldest, &actions)
        }
        let place = place(of: id).place
        peers.insert(newPeer(id, incarnation), at: place)
        greet(place, now, &actions)
    }

    mutating func peerDown(_ id: NodeID, _ now: Instant) {
        guard case (let place, true) = place(of: id), peers[place].isUp else { return }
        peers[place].isUp = false
        peers[place].downSince = now
        peers[place].held.interrupt(&sessions)
        peers[place].delivery.underWay = .nothing
        deadlines.cancel(id)
        thawIfUnused()
    }

    mutating func forget(_ id: NodeID, _ actions: inout Actions<InterestAction>) {
        guard case (let place, true) = place(of: id) else { return }
        abandon(place, &actions)
        deadlines.cancel(id)
        peers.remove(at: place)
        thawIfUnused()
    }

    private mutating func newPeer(_ id: NodeID, _ incarnation: Incarnation) -> Peer {
        Peer(
            id: id,
            incarnation: incarnation,
            held: HeldInterest(session: sessions.next()),
            delivery: InterestDelivery(options.retransmission)
        )
    }

    private var longestAway: NodeID? {
        peers.filter { !$0.isUp }.min { $0.downSince < $1.downSince }?.id
    }

    private mutating func reject(
        _ id: NodeID,
        _ code: InterestError.Code,
        _ advice: String,
        _ actions: inout Actions<InterestAction>
    ) {
        counters.rejectedPeers += 1
        actions.append(.peerRejected(id, InterestError(code, "node \(id)", advice)))
    }

    /// Says that a peer wants nothing of what it wanted.
    private func abandon(_ place: Int, _ actions: inout Actions<InterestAction>) {
        let wanted = peers[place].held.set.members
        guard !wanted.isEmpty else { return }
        actions.append(.peerInterestChanged(peers[place].id, InterestDifference(removed: Array(wanted))))
    }

    /// The first word on a connection: what there is, unless the peer is known to lack something, which it gets.
    private mutating func greet(_ place: Int, _ now: Instant, _ actions: inout Actions<InterestAction>) {
        peers[place].delivery.underWay = .nothing
        peers[place].delivery.backoff.reset()
        if peers[place].delivery.confirmed == local.version {
            state(place, now, &actions)
        } else {
            advance(place, now, &actions)
        }
    }
}
