// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
public import SinewMembership

/// What is worth knowing and needs nothing done: for events, logs and presence.
public enum BusNews: Sendable {
    /// A process has become a member.
    case joined(MemberRecord)
    /// A member says something else of itself than before.
    case updated(MemberRecord)
    /// A member has been silent for longer than it announced.
    case suspected(NodeID, Incarnation)
    /// A suspected member was heard again.
    case alive(NodeID, Incarnation)
    /// A process left on purpose.
    case left(NodeID, Incarnation)
    /// A member is gone.
    case died(NodeID, Incarnation, MembershipDeath)
    /// Work waits at a member, and none of it was done for the stall timeout.
    case stalled(NodeID, Incarnation)
    /// The work of a stalled member goes on.
    case movedOn(NodeID, Incarnation)
    /// This node did not let in a link, or does not any more. Said as often as the opener is told.
    case refused(LinkID, Refusal)
    /// A link of this node was not let in, or is not any more; to whom it led, where that is known.
    case linkRefused(endpoint: String, NodeID?, Refusal)
    /// So many links of this node in a row could not be made, to a member or, where it is nil, to a seed: said at the
    /// first, the second, the fourth and so on.
    case unreachable(endpoint: String, NodeID?, attempts: UInt64)
    /// There was no room for a peer in the interest exchange.
    case peerRejected(NodeID, InterestError)
    /// What this node was to say of itself cannot be said, and was not.
    case announcementRejected(MembershipError)
    /// What everybody wants who was there when this node came is known: from now on ``BusControl/isSynced``.
    case synced
}
