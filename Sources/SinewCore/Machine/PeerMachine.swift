// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A machine that exchanges messages with others of its kind.
///
/// This is what a shell or a simulated network needs to know in order to carry the messages: which event a message is
/// at the receiver, and which actions are messages to send.
///
/// ```swift
/// enum Event: PeerEvent { case tick, received(Token, from: NodeID), requested }
/// enum Action: PeerAction {
///     case send(Token, to: NodeID), granted
///     var outgoing: Outgoing<NodeID, Token>? {
///         if case .send(let token, let peer) = self { Outgoing(token, to: peer) } else { nil }
///     }
/// }
/// ```
public protocol PeerMachine: Machine where Event: PeerEvent, Action: PeerAction<Event.Peer, Event.Message> {}

/// The events of a machine that exchanges messages.
public protocol PeerEvent: MachineEvent {
    /// The name of a machine among others.
    associatedtype Peer: Hashable & Comparable & Sendable
    /// What they say to each other.
    associatedtype Message

    /// A message has come. It may be late, a repetition, or meant for whoever had this name before.
    static func received(_ message: Message, from peer: Peer) -> Self
}

/// The actions of a machine that exchanges messages.
public protocol PeerAction<Peer, Message> {
    /// The name of a machine among others.
    associatedtype Peer: Hashable & Comparable & Sendable
    /// What they say to each other.
    associatedtype Message

    /// The message that this action sends, or nil when it is something else that is to be done.
    var outgoing: Outgoing<Peer, Message>? { get }
}

/// A message and whom it is for.
public struct Outgoing<Peer, Message> {
    /// What is to be sent.
    public let message: Message
    /// Whom to.
    public let peer: Peer

    /// Makes it of its two parts.
    @inlinable
    public init(_ message: Message, to peer: Peer) {
        self.message = message
        self.peer = peer
    }
}

extension Outgoing: Sendable where Peer: Sendable, Message: Sendable {}
