// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension Membership {
    /// Takes in records that a process sent, of itself or of others.
    mutating func take(
        _ items: [GossipRecord],
        from peer: NodeID,
        _ sender: Incarnation,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        for item in items {
            if item.record.id == id {
                takeOwn(item.record.incarnation, item.record.version, into: &actions)
            } else if item.remainingNanoseconds <= 0 || item.record.incarnation.rawValue == 0 {
                statistics.recordsExpired += 1
            } else {
                let isOwnersWord = item.record.id == peer && item.record.incarnation == sender
                take(item, isOwnersWord: isOwnersWord, at: now, into: &actions)
            }
        }
    }

    private mutating func take(
        _ item: GossipRecord,
        isOwnersWord: Bool,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        let record = item.record
        let remaining = item.remainingNanoseconds
        let change = view.merge(record, isOwnersWord: isOwnersWord, remaining: .nanoseconds(remaining), at: now)
        switch change {
        case .joined(let earlier):
            if let earlier {
                statistics.died += 1
                actions.append(.died(record.id, earlier, .replaced))
            }
            statistics.recordsTaken += 1
            statistics.joined += 1
            watch(item, isOwnersWord: isOwnersWord, at: now)
            actions.append(.joined(record))
        case .updated, .renewed:
            statistics.recordsTaken += 1
            vouch(for: record.id, remaining, at: now)
            if change == .updated { actions.append(.updated(record)) }
        case .departed(let member):
            statistics.recordsTaken += 1
            end(record, member, into: &actions)
        case .known:
            statistics.recordsKnown += 1
            #if PlantedBugs
            if options.plantedBug == .relayLengthensLife {
                vouch(for: record.id, record.lifetimeNanoseconds, at: now)
            }
            #endif
        case .outdated: statistics.recordsOutdated += 1
        case .buried: statistics.recordsBuried += 1
        case .full: statistics.recordsRefused += 1
        }
    }

    /// Somebody has a record of ours. One that is newer than ours was not made by us: we make a newer one still, as
    /// SWIM does; unless it is by a later process, or says that we left.
    mutating func takeOwn(_ other: Incarnation, _ version: UInt64, into actions: inout Actions<Action>) {
        guard other > incarnation || (other == incarnation && version > own.version) else {
            statistics.recordsKnown += 1
            return
        }
        // Beyond half of all numbers nobody gets by counting, and adding to them must not overflow.
        if other == incarnation, version < UInt64.max / 2 {
            statistics.refutations += 1
            own.version = version + 1
            own.contentVersion = own.version
            return
        }
        statistics.conflicts += 1
        guard supersededBy.map({ $0 < other }) ?? true else { return }
        supersededBy = other
        actions.append(.superseded(by: other))
    }

    private mutating func watch(_ item: GossipRecord, isOwnersWord: Bool, at now: Instant) {
        let record = item.record
        let life = isOwnersWord ? record.lifetimeNanoseconds : item.remainingNanoseconds
        detector.add(
            record.id,
            record.incarnation,
            timeToLive: record.timeToLive,
            lifetime: record.lifetime,
            remaining: .nanoseconds(life),
            at: now
        )
    }

    private mutating func vouch(for id: NodeID, _ remaining: Int64, at now: Instant) {
        guard let index = detector.index(of: id) else { return }
        detector.vouch(at: index, for: remaining, at: now)
    }

    private mutating func end(_ record: MemberRecord, _ member: Incarnation?, into actions: inout Actions<Action>) {
        if let member {
            detector.remove(record.id)
            if member != record.incarnation {
                statistics.died += 1
                actions.append(.died(record.id, member, .replaced))
            } else {
                statistics.left += 1
            }
        }
        actions.append(.left(record.id, record.incarnation))
    }
}
