// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A socket that says who sent a message, and sends to the peer that is named: ROUTER and STREAM.
public protocol RoutedSocket: ExclusiveSocket {}

extension RoutedSocket {
    /// Starts connecting to an endpoint, as ``Socket/connect(_:)`` does, and gives the peer there a name of one's own
    /// choice, so that messages can be sent to it before it has said anything. libzmq: `ZMQ_CONNECT_ROUTING_ID`.
    ///
    /// - Parameters:
    ///   - endpoint: Where the peer is.
    ///   - peer: Its name: 1 to 255 bytes that do not begin with zero. A socket gives each name once. (A peer that
    ///     connected by itself under that name receives an empty message when it is tried.)
    /// - Throws: ``ZMQError/Code/invalidArgument`` for a name that cannot be given, or with
    ///   ``TransportOptions/immediate``, where libzmq does not give names; ``ZMQError/Code/invalidEndpoint``,
    ///   ``ZMQError/Code/notSupported``.
    public func connect(_ endpoint: Endpoint, as peer: RoutingID) throws(ZMQError) {
        try engine.connect(endpoint, as: peer)
    }

    /// Sends a message to a peer; suspends while that peer's queue is full.
    ///
    /// - Throws: ``ZMQError/Code/unreachable`` when no such peer is connected, and what every send throws
    ///   (``ZMQError/Code/timedOut``, ``ZMQError/Code/cancelled``, ``ZMQError/Code/messageTooLarge``, …): nothing was
    ///   sent. STREAM also throws ``ZMQError/Code/invalidArgument`` for a message that is not one frame of at least a
    ///   byte.
    public func send(_ message: Message, to peer: RoutingID, timeout: Duration? = nil) async throws(ZMQError) {
        try engine.checkShape(of: message)
        try await engine.sendEventually(message, to: peer, timeout: timeout)
    }

    /// Sends a message to a peer if that is possible now; false when its queue is full.
    ///
    /// - Throws: As ``send(_:to:timeout:)-(Message,_,_)``.
    public func trySend(_ message: Message, to peer: RoutingID) throws(ZMQError) -> Bool {
        try engine.checkShape(of: message)
        return try engine.trySend(message, to: peer)
    }

    /// Sends the text's UTF-8 bytes to a peer; see ``send(_:to:timeout:)-(Message,_,_)``.
    public func send(_ text: String, to peer: RoutingID, timeout: Duration? = nil) async throws(ZMQError) {
        try await send(Message(text), to: peer, timeout: timeout)
    }

    /// Receives the next message and who sent it; suspends until there is one.
    ///
    /// - Throws: As ``ReceivingSocket/receive(timeout:)``.
    public func receive(timeout: Duration? = nil) async throws(ZMQError) -> RoutedMessage {
        try await engine.receiveNext(timeout: timeout, RoutedMessage.init(raw:))
    }

    /// Receives what is there, at most `limit` messages; suspends until there is at least one.
    ///
    /// - Throws: As ``ReceivingSocket/receive(upTo:timeout:)``.
    public func receive(upTo limit: Int, timeout: Duration? = nil) async throws(ZMQError) -> [RoutedMessage] {
        try await engine.receiveNext(upTo: limit, timeout: timeout, RoutedMessage.init(raw:))
    }

    /// Receives a message if there is one now.
    public func tryReceive() throws(ZMQError) -> RoutedMessage? {
        try engine.tryReceiveNext(RoutedMessage.init(raw:))
    }

    /// The messages as they come, until the socket is closed or its context shut down.
    public var messages: Messages<RoutedMessage> { Messages(engine: engine, convert: RoutedMessage.init(raw:)) }
}

/// A message together with the peer it came from, as a ROUTER or STREAM socket receives it.
public struct RoutedMessage: Sendable, Hashable {
    /// Who sent it; answer with `send(_:to:)`.
    public let peer: RoutingID
    /// What was sent, without the routing id.
    public let message: Message

    /// Makes one, for tests of code that handles them.
    public init(peer: RoutingID, message: Message) {
        self.peer = peer
        self.message = message
    }

    /// Splits what libzmq delivered; nil when the frame with the routing id stands alone, which libzmq never does.
    init?(raw: Message) {
        guard raw.frameCount > 1 else { return nil }
        self.init(peer: RoutingID(raw.first), message: raw.dropping(frames: 1))
    }
}

extension SocketEngine {
    /// A stream has no frames, and libzmq takes a message of no bytes for "hang up".
    func checkShape(of message: Message) throws(ZMQError) {
        guard kind.isStream else { return }
        guard !message.isMultipart else {
            throw error(.invalidArgument, "send", "a stream has no frames; send one frame at a time")
        }
        guard message.byteCount > 0 else {
            throw error(.invalidArgument, "send", "there is nothing to send; disconnect(_:) closes the connection")
        }
    }
}
