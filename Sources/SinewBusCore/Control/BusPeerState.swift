// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
public import SinewMembership

/// What is known of another process at one moment.
public struct BusPeerState: Hashable, Sendable {
    /// How it is with a link, in one direction.
    public enum Link: Hashable, Sendable {
        /// There is none.
        case none
        /// It is opened again once the back-off is over.
        case waiting
        /// It is being opened, or not let in yet: its number.
        case opening(UInt32)
        /// It stands: its number.
        case up(UInt32)
    }

    /// The name of its node among others.
    public let id: NodeID
    /// Which process of the node.
    public let incarnation: Incarnation
    /// What the node is called; empty while that is not known.
    public let name: String
    /// What it says of itself; nil when it is no member.
    public let record: MemberRecord?
    /// What is believed of its life; nil when it is no member.
    public let status: PeerStatus?
    /// Our link to it.
    public let outbound: Link
    /// Its link to us.
    public let inbound: Link
    /// How many interests of it are here.
    public let interestCount: Int
    /// Whether its interest was here whole at some time.
    public let isSynced: Bool

    /// Whether a link stands in both directions.
    public var isLinked: Bool {
        if case .up = outbound, case .up = inbound { true } else { false }
    }
}
