// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// What a node that has just come waits for before it takes "nobody is known" for "there is nobody".
struct StartUp: Sendable {
    /// Whether it waits no more. It never waits again.
    var isOver: Bool
    /// Whom the seeds have named.
    var named: Set<NodeID> = []
}

extension BusControl {
    /// A seed answers our hello with a list of all whom it knows, perhaps in several parts. The interest of a seed is
    /// its own: those whom it names have theirs, and are linked with only after this.
    mutating func listed(_ digest: Digest, by peer: NodeID, _ now: Instant, _ actions: inout Actions<Action>) {
        guard !startUp.isOver, seeds.contains(where: { $0.peer == peer }) else { return }
        for entry in digest.entries where entry.id != id && startUp.named.count < options.maximumPeers {
            startUp.named.insert(entry.id)
        }
        guard digest.upper == nil else { return }
        for seed in seeds.indices where seeds[seed].peer == peer { seeds[seed].hasListed = true }
        lookAtStartUp(now, &actions)
    }

    /// Ends the start-up once everybody has said what he wants: the seeds, and those whom they named and who are there.
    mutating func lookAtStartUp(_ now: Instant, _ actions: inout Actions<Action>) {
        guard !startUp.isOver, seeds.allSatisfy(\.isSynced) else { return }
        // Who was named may be gone without our knowing, and who should name them may have no link to us for a while.
        if timers[.startUp] == nil { timers.set(.startUp, at: now.advanced(by: options.linkTimeout)) }
        let haveListed = seeds.allSatisfy { $0.hasListed || $0.peer == id }
        guard haveListed, startUp.named.allSatisfy({ isSyncedOrGone($0) }) else { return }
        endStartUp(&actions)
    }

    mutating func endStartUp(_ actions: inout Actions<Action>) {
        guard !startUp.isOver else { return }
        startUp = StartUp(isOver: true)
        timers.cancel(.startUp)
        actions.append(.news(.synced))
    }

    private func isSyncedOrGone(_ peer: NodeID) -> Bool {
        if let place = index(of: peer), peers[place].isSynced { return true }
        return membership.view.tombstone(of: peer) != nil
    }
}
