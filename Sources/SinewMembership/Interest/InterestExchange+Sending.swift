// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension InterestExchange {
    /// Each whose time has come: what is under way is sent again, and whoever has everything is told what there is.
    mutating func tick(_ now: Instant, _ actions: inout Actions<InterestAction>) {
        // Each at most once: at the last instant there is, what is set anew is due at once.
        for _ in 0..<deadlines.count {
            guard let (id, _) = deadlines.popExpired(at: now) else { return }
            guard case (let place, true) = place(of: id), peers[place].isUp else { continue }
            switch peers[place].delivery.underWay {
            case .nothing, .refused: state(place, now, &actions)
            case .statement:
                counters.retransmissions += 1
                state(place, now, &actions)
            case .delta:
                counters.retransmissions += 1
                peers[place].delivery.underWay = .nothing
                advance(place, now, &actions)
            case .part(let version, let offset):
                counters.retransmissions += 1
                sendPart(place, of: version, at: offset, now, &actions)
            }
        }
    }

    /// Sends what the peer lacks, when nothing is under way to it.
    mutating func advance(_ place: Int, _ now: Instant, _ actions: inout Actions<InterestAction>) {
        guard peers[place].delivery.underWay == .nothing else { return }
        if peers[place].delivery.needsSnapshot { return sendPart(place, now, &actions) }
        guard let confirmed = peers[place].delivery.confirmed else { return state(place, now, &actions) }
        guard confirmed < local.version else { return rest(place, now) }
        guard let delta = local.delta(from: confirmed, options) else {
            peers[place].delivery.needsSnapshot = true
            return sendPart(place, now, &actions)
        }
        peers[place].delivery.underWay = .delta(from: confirmed)
        send(.delta(delta), place, &actions)
        awaitAnswer(place, now)
    }

    /// Tells the peer what there is.
    mutating func state(_ place: Int, _ now: Instant, _ actions: inout Actions<InterestAction>) {
        peers[place].delivery.underWay = .statement
        send(.statement(local.summary), place, &actions)
        awaitAnswer(place, now)
    }

    /// Sends a part of the kept snapshot: the one at an offset while the snapshot is still that of the version, and
    /// else the first.
    mutating func sendPart(
        _ place: Int,
        of version: UInt64? = nil,
        at offset: Int = 0,
        _ now: Instant,
        _ actions: inout Actions<InterestAction>
    ) {
        let frozen = local.freeze(atLeast: peers[place].delivery.doubted)
        // What was kept may have been replaced for the sake of another peer; and the offset may be whatever a peer
        // says.
        let isThere = frozen.summary.version == version && frozen.members.indices.contains(offset)
        let start = isThere ? offset : 0
        if start == 0 { counters.snapshots += 1 }
        let part = LocalInterest.part(of: frozen, at: start, options)
        peers[place].delivery.underWay = .part(version: frozen.summary.version, offset: start)
        send(.snapshot(part), place, &actions)
        awaitAnswer(place, now)
    }

    func send(_ body: InterestMessage.Body, _ place: Int, _ actions: inout Actions<InterestAction>) {
        let peer = peers[place]
        actions.append(.send(InterestMessage(body, from: incarnation, to: peer.incarnation), to: peer.id))
    }

    private mutating func awaitAnswer(_ place: Int, _ now: Instant) {
        // Never at once, whatever the options say: a tick has to move the deadline on.
        let delay = max(.nanoseconds(1), peers[place].delivery.backoff.next(using: &chance))
        deadlines.set(peers[place].id, at: now.advanced(by: delay))
    }

    /// Leaves the peer alone until it is told again what there is.
    mutating func rest(_ place: Int, _ now: Instant) {
        let interval = max(2, options.statementInterval.wholeNanoseconds)
        let delay = Int64.random(in: interval / 2...interval, using: &chance)
        deadlines.set(peers[place].id, at: now.advanced(byNanoseconds: delay))
    }

    /// Gives the kept snapshot back when nobody is getting it.
    mutating func thawIfUnused() {
        guard local.frozen != nil else { return }
        let isUsed = peers.contains { peer in
            if case .part = peer.delivery.underWay { peer.isUp } else { false }
        }
        if !isUsed { local.thaw() }
    }
}
