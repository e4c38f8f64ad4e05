// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension InterestExchange {
    mutating func receive(
        _ message: InterestMessage,
        from id: NodeID,
        _ now: Instant,
        _ actions: inout Actions<InterestAction>
    ) {
        guard case (let place, true) = place(of: id), peers[place].isUp else {
            counters.fromStrangers += 1
            return
        }
        guard message.sender == peers[place].incarnation else {
            counters.fromOtherIncarnations += 1
            return
        }
        guard message.destination == incarnation else {
            counters.forOtherIncarnations += 1
            return
        }
        switch message.body {
        case .statement(let statement):
            finish(peers[place].held.receive(statement, options, &sessions), place, &actions)
        case .delta(let delta):
            finish(peers[place].held.receive(delta, options, &sessions), place, &actions)
        case .snapshot(let part):
            finish(peers[place].held.receive(part, options, &sessions), place, &actions)
        case .confirmation(let session, let version):
            guard isPossible(version), isCurrent(session, place) else { return }
            confirmed(version, place, now, &actions)
        case .repair(let session, let held, let isDoubted):
            guard isPossible(held), isCurrent(session, place) else { return }
            repair(place, held, isDoubted, now, &actions)
        case .progress(let session, let version, let offset):
            guard isPossible(version), isCurrent(session, place) else { return }
            progress(place, version, offset, now, &actions)
        case .refusal(let session, let version):
            guard isPossible(version), isCurrent(session, place) else { return }
            refused(version, place, now, &actions)
        }
        thawIfUnused()
    }

    /// Does what a message about a peer's interest has come to.
    private mutating func finish(
        _ outcome: HeldInterest.Outcome,
        _ place: Int,
        _ actions: inout Actions<InterestAction>
    ) {
        if let counted = outcome.counted { counters[keyPath: counted] += 1 }
        if !outcome.difference.isEmpty {
            actions.append(.peerInterestChanged(peers[place].id, outcome.difference))
        }
        if let reply = outcome.reply { send(reply, place, &actions) }
    }

    private mutating func isPossible(_ version: UInt64) -> Bool {
        if version > local.version { counters.contradictions += 1 }
        return version <= local.version
    }

    private mutating func isCurrent(_ session: UInt64, _ place: Int) -> Bool {
        let isCurrent = peers[place].delivery.admits(session)
        if !isCurrent { counters.late += 1 }
        return isCurrent
    }

    // MARK: Answers. Each moves on only by what is new in it: else a repeated one would repeat all that follows.

    private mutating func confirmed(
        _ version: UInt64,
        _ place: Int,
        _ now: Instant,
        _ actions: inout Actions<InterestAction>
    ) {
        if peers[place].delivery.confirm(version) {
            actions.append(.confirmed(version, by: peers[place].id))
        } else if version == peers[place].delivery.confirmed, peers[place].delivery.underWay == .statement {
            peers[place].delivery.underWay = .nothing
            peers[place].delivery.backoff.reset()
        } else {
            counters.late += 1
            return
        }
        advance(place, now, &actions)
    }

    private mutating func repair(
        _ place: Int,
        _ held: UInt64,
        _ isDoubted: Bool,
        _ now: Instant,
        _ actions: inout Actions<InterestAction>
    ) {
        guard !isDoubted else {
            // A doubt begins a session: once something is confirmed in it, it is over.
            guard !peers[place].delivery.needsSnapshot, peers[place].delivery.confirmed == nil else {
                counters.late += 1
                return
            }
            peers[place].delivery.needsSnapshot = true
            peers[place].delivery.doubted = held
            peers[place].delivery.underWay = .nothing
            advance(place, now, &actions)
            return
        }
        confirmed(held, place, now, &actions)
    }

    private mutating func progress(
        _ place: Int,
        _ version: UInt64,
        _ offset: Int,
        _ now: Instant,
        _ actions: inout Actions<InterestAction>
    ) {
        let isKept = local.frozen?.summary.version == version
        guard offset >= 0, !isKept || offset < local.frozen?.members.count ?? 0 else {
            counters.contradictions += 1
            return
        }
        switch peers[place].delivery.underWay {
        case .part(version, let last) where offset > last && isKept:
            peers[place].delivery.backoff.reset()
            sendPart(place, of: version, at: offset, now, &actions)
        case .nothing where peers[place].delivery.confirmed == nil:
            // The first answer of a session.
            peers[place].delivery.needsSnapshot = true
            sendPart(place, of: version, at: offset, now, &actions)
        default: counters.late += 1
        }
    }

    private mutating func refused(
        _ version: UInt64,
        _ place: Int,
        _ now: Instant,
        _ actions: inout Actions<InterestAction>
    ) {
        let isNews = peers[place].delivery.underWay != .refused(version: version)
        guard version > peers[place].delivery.confirmed ?? 0, isNews else {
            counters.late += 1
            return
        }
        counters.refusals += 1
        peers[place].delivery.needsSnapshot = false
        peers[place].delivery.underWay = .refused(version: version)
        rest(place, now)
        actions.append(.refused(version, by: peers[place].id))
    }
}
