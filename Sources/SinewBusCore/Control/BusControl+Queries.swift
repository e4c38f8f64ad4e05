// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
public import SinewMembership

extension BusControl {
    /// Whether "nobody wants this" is known, and not merely not yet heard: the interest of each seed, and of everybody
    /// whom a seed named when this node came, has been here at some time. Who was named and is silent is waited for as
    /// long as a link may take. True from the start where there are no seeds.
    public var isSynced: Bool { startUp.isOver }

    /// The members whose interest has not been here whole yet, in the order of their names.
    ///
    /// - Complexity: O(peers).
    public var unsynced: [NodeID] { peers.filter { $0.record != nil && !$0.isSynced }.map(\.id) }

    /// How many peers there are with which a link stands in both directions.
    ///
    /// - Complexity: O(peers log links).
    public var linkedPeers: Int {
        peers.indices.count { upLink(to: $0) != nil && peers[$0].inbound?.isWelcomed ?? false }
    }

    /// The version of this node's interest: how often it has changed; from 0 on again after
    /// ``BusControlAction/restarted(_:)``.
    public var interestVersion: UInt64 { interest.version }

    /// The peers that a link of ours leads to and that have not confirmed a version of our interest, in the order of
    /// their names.
    ///
    /// - Parameter version: The version; each that is later counts too.
    /// - Returns: Who has not confirmed it; nobody, when all have.
    /// - Complexity: O(peers).
    public func unconfirmed(_ version: UInt64) -> [NodeID] { interest.unconfirmed(version) }

    /// What the membership has done and dropped, since this process began.
    public var membershipStatistics: MembershipStatistics { membership.statistics }

    /// Whether the node has left: then nothing is done any more.
    public var isGone: Bool { hasLeft }

    /// All other processes that are known, in the order of their names.
    ///
    /// - Parameter now: The present instant.
    /// - Returns: A copy of what is known at that instant.
    /// - Complexity: O(n log n).
    public func peers(at now: Instant) -> [BusPeerState] {
        peers.map { peer in
            let interest = interest.interest(of: peer.id)
            return BusPeerState(
                id: peer.id,
                incarnation: peer.incarnation,
                name: peer.record?.content["name"] ?? peer.peer?.name ?? "",
                record: peer.record,
                status: membership.status(of: peer.id),
                outbound: outboundState(of: peer),
                inbound: inboundState(of: peer),
                interestCount: interest?.count ?? 0,
                isSynced: peer.isSynced
            )
        }
    }

    private func outboundState(of peer: PeerEntry) -> BusPeerState.Link {
        guard let number = peer.outbound, let link = link(number) else {
            return timers[.dial(peer.id)] == nil ? .none : .waiting
        }
        return link.isUp ? .up(number) : .opening(number)
    }

    private func inboundState(of peer: PeerEntry) -> BusPeerState.Link {
        guard let inbound = peer.inbound else { return .none }
        return inbound.isWelcomed ? .up(inbound.number) : .opening(inbound.number)
    }
}
