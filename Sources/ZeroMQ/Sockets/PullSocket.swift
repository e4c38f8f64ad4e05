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
        // The newest message only is what there is when it is asked for: nothing is taken ahead of that.
        let prefetch = options.conflate ? 1 : SocketKind.usualPrefetch
        let kind = SocketKind(name: "PULL", type: ZMQ_PULL, prefetch: prefetch)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
            try writer.set(ZMQ_CONFLATE, "conflate", to: options.conflate)
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many messages from each peer wait to be received until that peer must wait (or drop); 0 for no limit.
        /// Default 1000. libzmq: `ZMQ_RCVHWM`, 1000.
        public var receiveHighWaterMark: Int
        /// Keep only the newest message of each peer (and the one libzmq looked at last, which may be received first).
        /// Over `inproc` only where this socket connects. Not for multipart messages, of which libzmq then loses parts;
        /// of messages of more than 33 bytes it now and then leaks the memory (4.3.5 and before). Default false, as
        /// libzmq's `ZMQ_CONFLATE`.
        public var conflate: Bool
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            receiveHighWaterMark: Int = 1000,
            conflate: Bool = false,
            transport: TransportOptions = TransportOptions()
        ) {
            self.receiveHighWaterMark = receiveHighWaterMark
            self.conflate = conflate
            self.transport = transport
        }
    }
}
