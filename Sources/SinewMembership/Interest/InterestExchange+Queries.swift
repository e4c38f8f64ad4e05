// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension InterestExchange {
    /// The version of this node's interest: how often it has changed.
    public var version: UInt64 { local.version }

    /// This node's version with its count and hash.
    public var summary: InterestSummary { local.summary }

    /// What this node wants, each once, in an order that is the same in each run.
    public var interests: [Interest] { Array(local.set.members) }

    /// The connected peers that have not confirmed a version of this node's interest, in the order of their names.
    ///
    /// - Parameter version: The version; each that is later counts too.
    /// - Returns: Who has not confirmed it; nobody, when every connected peer has.
    /// - Complexity: O(peers).
    public func unconfirmed(_ version: UInt64) -> [NodeID] {
        peers.filter { peer in peer.isUp && !(peer.delivery.confirmed.map { $0 >= version } ?? false) }.map(\.id)
    }

    /// The version of this node's interest that a peer has confirmed; nil when none is known.
    ///
    /// - Parameter peer: The peer.
    /// - Returns: The version, also of a peer that is not connected at the moment.
    public func confirmedVersion(by peer: NodeID) -> UInt64? {
        guard case (let place, true) = place(of: peer) else { return nil }
        return peers[place].delivery.confirmed
    }

    /// What is known of a peer's interest; nil of a stranger.
    ///
    /// - Parameter peer: The peer.
    /// - Returns: What it wants as far as is known, also of one that is not connected at the moment.
    public func interest(of peer: NodeID) -> PeerInterest? {
        guard case (let place, true) = place(of: peer) else { return nil }
        return PeerInterest(peers[place])
    }

    /// The peers that are known, connected or not, in the order of their names.
    public var peerNames: [NodeID] { peers.map(\.id) }

    /// Of which process of a peer, and of which version, the interest is that is known of it; nil of a stranger.
    ///
    /// - Parameter peer: The peer.
    /// - Returns: What ``interest(of:)`` says of them, without copying the rest.
    /// - Complexity: O(log peers).
    public func heldVersion(of peer: NodeID) -> (incarnation: Incarnation, version: UInt64)? {
        guard case (let place, true) = place(of: peer) else { return nil }
        return (peers[place].incarnation, peers[place].held.version)
    }

    /// What a simulation checks: what a peer has confirmed, and in which session.
    package func confirmation(by peer: NodeID) -> (session: UInt64, version: UInt64)? {
        guard case (let place, true) = place(of: peer), let version = peers[place].delivery.confirmed else {
            return nil
        }
        return (peers[place].delivery.session, version)
    }

    /// What a simulation checks: what is held of a peer, without copying it.
    package func heldState(
        of peer: NodeID
    ) -> (incarnation: Incarnation, session: UInt64, version: UInt64, isDoubted: Bool)? {
        guard case (let place, true) = place(of: peer) else { return nil }
        return (
            peers[place].incarnation, peers[place].held.session, peers[place].held.version, peers[place].held.isDoubted
        )
    }
}
