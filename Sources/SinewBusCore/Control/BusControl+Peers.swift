// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// The table of the other processes: one for each node, in the order of their names.
extension BusControl {
    /// How long somebody may be silent until nobody remembers that he was there.
    var lifetime: Int64 { membership.own.lifetimeNanoseconds }

    func index(of id: NodeID) -> Int? {
        let place = insertionPlace(of: id)
        return place < peers.count && peers[place].id == id ? place : nil
    }

    private func insertionPlace(of id: NodeID) -> Int {
        var (low, high) = (0, peers.count)
        while low < high {
            let middle = (low + high) / 2
            if peers[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The place of the peer whose link this is, if it is let in.
    func inboundPlace(_ link: LinkID) -> Int? {
        guard let place = index(of: link.node), peers[place].inboundLink == link else { return nil }
        return place
    }

    /// The latest process of a node that is known, also if it is gone.
    func knownIncarnation(of id: NodeID) -> Incarnation? {
        let known = [
            index(of: id).map { peers[$0].incarnation },
            membership.view[id]?.incarnation,
            membership.view.tombstone(of: id)?.incarnation,
        ]
        return known.compactMap(\.self).max()
    }

    /// Finds a process, or takes it in, which is the end of an earlier one of its node.
    ///
    /// - Returns: Its place; nil when a later one is known, or when there is no room. A member takes the room of
    ///   somebody who is none.
    mutating func admit(
        _ id: NodeID,
        _ incarnation: Incarnation,
        isMember: Bool,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) -> Int? {
        if let place = index(of: id) {
            if peers[place].incarnation == incarnation { return place }
            guard peers[place].incarnation < incarnation else { return nil }
            bury(id, peers[place].incarnation, now, &actions)
        }
        if peers.count >= options.maximumPeers {
            guard isMember, let stranger = longestSilentStranger else {
                counters.refusedPeers += 1
                return nil
            }
            counters.forgottenStrangers += 1
            bury(stranger.id, stranger.incarnation, now, &actions)
        }
        var record = membership.view[id]
        if record?.incarnation != incarnation { record = nil }
        let place = insertionPlace(of: id)
        peers.insert(PeerEntry(id, incarnation, record: record, options.linkBackoff, at: now), at: place)
        timers.set(.stranger(id), at: now.advanced(byNanoseconds: lifetime))
        return place
    }

    private mutating func forgetInterest(of id: NodeID, _ now: Instant, _ actions: inout Actions<Action>) {
        #if PlantedBugs
        if options.plantedBug == .interestKept { return }
        #endif
        interestStep(.peerForgotten(id), now, &actions)
    }

    private var longestSilentStranger: PeerEntry? {
        peers.filter { $0.record == nil }.min { $0.heardAt < $1.heardAt }
    }

    /// A process is gone for good, or is given up: so is all that we had to do with it.
    mutating func bury(
        _ id: NodeID,
        _ incarnation: Incarnation,
        _ now: Instant,
        _ actions: inout Actions<Action>
    ) {
        guard let place = index(of: id), peers[place].incarnation == incarnation else { return }
        if let number = peers[place].outbound { end(number, now, &actions) }
        putDown(place, &actions)
        forgetInterest(of: id, now, &actions)
        timers.cancel(.dial(id))
        timers.cancel(.stranger(id))
        let gone = peers.remove(at: place)
        if gone.isReceivedFrom { actions.append(.forgetInbound(id, incarnation)) }
        if gone.isSentTo { actions.append(.forgetOutbound(id, incarnation)) }
    }

    /// Somebody who is no member is forgotten once he has been silent for as long as a member lives, unless a link of
    /// ours leads to him.
    mutating func lookAfterStranger(_ id: NodeID, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let place = index(of: id), peers[place].record == nil else { return }
        let end = peers[place].heardAt.advanced(byNanoseconds: lifetime)
        if end > now || upLink(to: place) != nil {
            let next = max(end, now.advanced(byNanoseconds: lifetime))
            timers.set(.stranger(id), at: next)
            return
        }
        counters.forgottenStrangers += 1
        bury(id, peers[place].incarnation, now, &actions)
        // He may have claimed to be a later process of a member that is still there.
        if let record = membership.view[id] { welcomeMember(record, now, &actions) }
    }

    /// A process is a member: it is linked with.
    mutating func welcomeMember(_ record: MemberRecord, _ now: Instant, _ actions: inout Actions<Action>) {
        guard let place = admit(record.id, record.incarnation, isMember: true, now, &actions) else { return }
        peers[place].record = record
        timers.cancel(.stranger(record.id))
        if peers[place].outbound == nil, timers[.dial(record.id)] == nil { dial(record.id, now, &actions) }
    }
}
