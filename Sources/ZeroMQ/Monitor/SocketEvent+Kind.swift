// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SocketEvent {
    /// What can happen. New kinds may be added: give every `switch` a default.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name, as it is spelled in Swift.
        public let name: String

        init(_ name: String) { self.name = name }

        /// The kind's name.
        public var description: String { name }
    }
}

extension SocketEvent.Kind {
    /// The socket accepts connections at this endpoint. libzmq: `ZMQ_EVENT_LISTENING`.
    public static let listening = Self("listening")
    /// It could not be bound. libzmq: `ZMQ_EVENT_BIND_FAILED`.
    public static let bindFailed = Self("bindFailed")
    /// A peer has connected; the handshake follows. libzmq: `ZMQ_EVENT_ACCEPTED`.
    public static let accepted = Self("accepted")
    /// A peer could not be let in, for want of descriptors say. libzmq: `ZMQ_EVENT_ACCEPT_FAILED`.
    public static let acceptFailed = Self("acceptFailed")
    /// A connection was made; the handshake follows. libzmq: `ZMQ_EVENT_CONNECTED`.
    public static let connected = Self("connected")
    /// An attempt to connect is under way. libzmq: `ZMQ_EVENT_CONNECT_DELAYED`.
    public static let connectDelayed = Self("connectDelayed")
    /// An attempt has failed, or a connection was lost: libzmq tries again after ``SocketEvent/retryDelay``. libzmq:
    /// `ZMQ_EVENT_CONNECT_RETRIED`.
    public static let connectRetried = Self("connectRetried")
    /// The socket does not listen any more, or an attempt to connect was given up: refused, say, which libzmq does not
    /// tell apart. libzmq: `ZMQ_EVENT_CLOSED`.
    public static let closed = Self("closed")
    /// A descriptor could not be closed. libzmq: `ZMQ_EVENT_CLOSE_FAILED`.
    public static let closeFailed = Self("closeFailed")
    /// A connection ended, before or after its handshake: when the socket types do not fit, this is all that libzmq
    /// says. libzmq: `ZMQ_EVENT_DISCONNECTED`.
    public static let disconnected = Self("disconnected")
    /// The peer speaks ZMTP, fits this socket and was let in: messages can pass. libzmq:
    /// `ZMQ_EVENT_HANDSHAKE_SUCCEEDED`.
    public static let handshakeSucceeded = Self("handshakeSucceeded")
    /// The peer was not let in, or did not let this socket in; see ``SocketEvent/handshakeFailure``. libzmq:
    /// `ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL`, `_PROTOCOL` and `_AUTH`.
    public static let handshakeFailed = Self("handshakeFailed")
    /// The reader was slower than the events: ``SocketEvent/missed`` of them, older than what follows, are gone.
    public static let lagged = Self("lagged")
    /// An event of a later libzmq, see ``SocketEvent/number``, or one that cannot be read.
    public static let unknown = Self("unknown")
}
