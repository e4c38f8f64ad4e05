// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension Membership {
    /// All that time brings about: who fell silent or died, pings, a round of gossip, a new version, seeds.
    mutating func sweep(at now: Instant, into actions: inout Actions<Action>) {
        if now >= nextRenewal {
            own.version += 1
            nextRenewal = now.advanced(byNanoseconds: own.lifetimeNanoseconds / 3)
        }
        sweepMembers(at: now, into: &actions)
        view.forgetTombstones(at: now)
        if now >= nextGossip {
            let interval = max(4, options.gossipInterval.wholeNanoseconds)
            let wait = Int64.random(in: 0...interval / 2, using: &random)
            nextGossip = now.advanced(byNanoseconds: interval / 4 * 3).advanced(byNanoseconds: wait)
            gossip(at: now, into: &actions)
        }
        for index in seeds.indices { look(after: index, at: now, into: &actions) }
    }

    private mutating func sweepMembers(at now: Instant, into actions: inout Actions<Action>) {
        detector.beginSweep(at: now)
        var index = 0
        while index < detector.count {
            switch detector.check(index, at: now, hasWork: progress.isWorkWaiting) {
            case .nothing: break
            case .ping(let wantsReply): ping(index, wantsReply: wantsReply, at: now, into: &actions)
            case .suspect(let wantsReply):
                statistics.suspected += 1
                actions.append(.suspected(detector.names[index], detector.peers[index].incarnation))
                if let wantsReply { ping(index, wantsReply: wantsReply, at: now, into: &actions) }
            case .dead:
                bury(detector.names[index], .silence, at: now, into: &actions)
                continue
            }
            index += 1
        }
    }

    /// A member is gone, from the view and from the detector.
    mutating func bury(
        _ peer: NodeID,
        _ death: MembershipDeath,
        at now: Instant,
        into actions: inout Actions<Action>
    ) {
        detector.remove(peer)
        guard let record = view.bury(peer, at: now) else { return }
        statistics.died += 1
        actions.append(.died(peer, record.incarnation, death))
    }

    /// Tries a seed again, unless who answered there is a member (or we are it ourselves).
    private mutating func look(after index: Int, at now: Instant, into actions: inout Actions<Action>) {
        if let peer = seeds[index].peer, peer == id || detector.index(of: peer) != nil {
            seeds[index].backoff.reset()
            return
        }
        guard now >= seeds[index].nextAttempt else { return }
        let wait = seeds[index].backoff.next(using: &random)
        seeds[index].nextAttempt = now.advanced(by: wait)
        actions.append(.connect(endpoint: seeds[index].endpoint))
    }
}
