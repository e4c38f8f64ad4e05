// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What can happen to an ``InterestExchange``.
public enum InterestEvent: Sendable {
    /// The time that the machine asked for has come.
    case tick
    /// A message has come.
    case received(InterestMessage, from: NodeID)
    /// Somebody here wants this; each subscriber counts, and ends with an ``unsubscribe(_:)`` of its own.
    case subscribe(Interest)
    /// One of those who wanted this does not any more.
    case unsubscribe(Interest)
    /// A process can be reached from now on.
    case peerUp(NodeID, Incarnation)
    /// A peer cannot be reached for the time being. What is known of it stays.
    case peerDown(NodeID)
    /// A peer has gone for good: what is known of it is given up.
    case peerForgotten(NodeID)
}

extension InterestEvent: PeerEvent {}

/// What an ``InterestExchange`` wants done.
public enum InterestAction: Sendable {
    /// A message is to be sent. It may be lost.
    case send(InterestMessage, to: NodeID)
    /// What is known to be wanted by a peer has changed. Following these from the start, each peer has exactly what
    /// ``InterestExchange/interest(of:)`` says.
    case peerInterestChanged(NodeID, InterestDifference)
    /// A peer has this version of the node's interest, and so has every earlier one.
    case confirmed(UInt64, by: NodeID)
    /// A peer does not take this version, because it has more interests or bytes than the peer allows.
    case refused(UInt64, by: NodeID)
    /// A ``InterestEvent/subscribe(_:)`` or ``InterestEvent/unsubscribe(_:)`` changed nothing.
    case rejected(Interest, InterestError)
    /// A ``InterestEvent/peerUp(_:_:)`` changed nothing.
    case peerRejected(NodeID, InterestError)
}

extension InterestAction: PeerAction {
    /// The message that this action sends, or nil when it is something else that is to be done.
    public var outgoing: Outgoing<NodeID, InterestMessage>? {
        if case .send(let message, let peer) = self { Outgoing(message, to: peer) } else { nil }
    }
}
