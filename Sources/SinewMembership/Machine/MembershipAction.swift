// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What a node's membership wants done.
///
/// The order of ``joined(_:)``, ``left(_:_:)`` and ``died(_:_:_:)`` is that of what happened: between two of one node's
/// incarnations there is always the end of the earlier.
public enum MembershipAction: PeerAction, Hashable, Sendable {
    /// Send this now, or not at all: nothing waits in a queue, whatever is lost is repaired by what comes after.
    case send(MembershipMessage, to: NodeID)
    /// Connect to a seed, and say ``MembershipEvent/connected(endpoint:to:)`` when the connection stands, or once more
    /// if it stands already. It is asked for again when nothing comes of it.
    case connect(endpoint: String)
    /// A process has become a member: connect to one of its endpoints.
    case joined(MemberRecord)
    /// A member says something else of itself than before.
    case updated(MemberRecord)
    /// A member has been silent for longer than it announced. Others may still hear it.
    case suspected(NodeID, Incarnation)
    /// A suspected member was heard again.
    case alive(NodeID, Incarnation)
    /// A process left on purpose. Also said of one that was no member.
    case left(NodeID, Incarnation)
    /// A member is gone.
    case died(NodeID, Incarnation, MembershipDeath)
    /// Work waits at a member, and none of it was done for the stall timeout.
    case stalled(NodeID, Incarnation)
    /// The work of a stalled member goes on.
    case movedOn(NodeID, Incarnation)
    /// A later process has our name (or says that we left): this one should end.
    case superseded(by: Incarnation)

    /// The message that this action sends, or nil when it is something else that is to be done.
    @inlinable
    public var outgoing: Outgoing<NodeID, MembershipMessage>? {
        if case .send(let message, let peer) = self { Outgoing(message, to: peer) } else { nil }
    }
}

/// How it is known that a member is gone.
public enum MembershipDeath: Hashable, Sendable {
    /// No word of it has come for the lifetime that it announced, by any way.
    case silence
    /// A later process has its name.
    case replaced
}
