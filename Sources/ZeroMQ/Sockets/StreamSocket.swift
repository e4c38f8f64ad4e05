// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Speaks raw TCP with peers that know nothing of ZeroMQ; over `ipc`, too, but not over `inproc`
/// (``ZMQError/Code/notSupported``).
///
/// Bytes arrive as they come from the network, in pieces of any size, each with the peer's routing id. An empty piece
/// says that the peer has connected or has gone.
public final class StreamSocket: RoutedSocket {
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
        let kind = SocketKind(name: "STREAM", type: ZMQ_STREAM, readiness: .activity)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", count: options.sendHighWaterMark)
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
            try writer.set(ZMQ_STREAM_NOTIFY, "notify", to: options.notify)
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many pieces wait for each peer until `send` suspends; 0 for no limit. Default 1000, as libzmq's
        /// `ZMQ_SNDHWM`.
        public var sendHighWaterMark: Int
        /// How many pieces from each peer wait to be received; 0 for no limit. Default 1000, as libzmq's
        /// `ZMQ_RCVHWM`.
        public var receiveHighWaterMark: Int
        /// Report with an empty piece that a peer has connected or has gone. Default true, as libzmq's
        /// `ZMQ_STREAM_NOTIFY`.
        public var notify: Bool
        /// Connections and limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            sendHighWaterMark: Int = 1000,
            receiveHighWaterMark: Int = 1000,
            notify: Bool = true,
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.receiveHighWaterMark = receiveHighWaterMark
            self.notify = notify
            self.transport = transport
        }
    }

    /// Closes the connection to a peer.
    ///
    /// - Throws: ``ZMQError/Code/unreachable`` when no such peer is connected, and what every send throws.
    public func disconnect(_ peer: RoutingID, timeout: Duration? = nil) async throws(ZMQError) {
        try await engine.sendEventually(Message(), to: peer, timeout: timeout)
    }
}
