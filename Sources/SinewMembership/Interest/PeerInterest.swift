// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What is known of a peer's interest.
public struct PeerInterest: Sendable {
    private let peer: InterestExchange.Peer

    init(_ peer: InterestExchange.Peer) { self.peer = peer }

    /// Which process of the peer it is.
    public var incarnation: Incarnation { peer.incarnation }
    /// Whether the peer is connected.
    public var isConnected: Bool { peer.isUp }
    /// The version that is here; 0 before the first.
    public var version: UInt64 { peer.held.version }
    /// Whether it was found to differ from what the peer has, so that all of it is being fetched anew.
    public var isDoubted: Bool { peer.held.isDoubted }
    /// How many interests there are.
    public var count: Int { peer.held.set.count }
    /// The interests, each once, in an order that is the same in each run.
    public var interests: [Interest] { Array(peer.held.set.members) }
    /// The version with count and hash.
    public var summary: InterestSummary { peer.held.set.summary(at: peer.held.version) }

    /// Whether the peer wants this.
    ///
    /// - Parameter interest: An interest: the same filter and the same group.
    /// - Returns: Whether it is among the interests; not whether others cover it.
    public func contains(_ interest: Interest) -> Bool { peer.held.set.contains(interest) }
}
