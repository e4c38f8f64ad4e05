// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Takes messages from PUSH peers, fairly from each (a pipeline's lower end).
public final class PullSocket: ReceivingSocket {
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
        let kind = SocketKind(name: "PULL", type: ZMQ_PULL)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many messages from each peer wait to be received until that peer must wait (or drop); 0 for no limit.
        /// Default 1000. libzmq: `ZMQ_RCVHWM`, 1000.
        public var receiveHighWaterMark: Int
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            receiveHighWaterMark: Int = 1000,
            transport: TransportOptions = TransportOptions()
        ) {
            self.receiveHighWaterMark = receiveHighWaterMark
            self.transport = transport
        }
    }
}
