// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// A connection between exactly two sockets, usually over `inproc`.
///
/// At the high-water mark, and while there is no peer, `send` suspends.
///
/// There is one place for a peer. It is free again once a peer has gone and all it sent was received. Who comes before
/// that is refused, and neither side is told: libzmq keeps the connection without ever delivering on it, so that peer
/// must connect again. Over `tcp` whoever completes the handshake takes the place; where strangers can connect, use
/// another pattern.
public final class PairSocket: SendingSocket, ReceivingSocket {
    /// The socket's machinery; opaque.
    @_documentation(visibility: internal)
    public let engine: SocketEngine

    /// Makes a socket.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` for an option outside its range,
    ///   ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/tooManySockets``,
    ///   ``ZMQError/Code/fileDescriptorBudget``.
    public init(
        context: Context = .shared,
        options: Options = Options(),
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(ZMQError) {
        let kind = SocketKind(name: "PAIR", type: ZMQ_PAIR)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", count: options.sendHighWaterMark)
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many messages wait for each peer until `send` suspends; 0 for no limit.
        /// Default 1000. libzmq: `ZMQ_SNDHWM`, 1000.
        public var sendHighWaterMark: Int
        /// How many messages from each peer wait to be received until that peer must wait (or drop); 0 for no limit.
        /// Default 1000. libzmq: `ZMQ_RCVHWM`, 1000.
        public var receiveHighWaterMark: Int
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            sendHighWaterMark: Int = 1000,
            receiveHighWaterMark: Int = 1000,
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.receiveHighWaterMark = receiveHighWaterMark
            self.transport = transport
        }
    }
}
