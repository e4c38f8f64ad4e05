// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// A publisher that receives its subscribers' wishes as messages, for forwarders and caches.
///
/// A subscription arrives as one byte, 1 to subscribe or 0 to unsubscribe, and the prefix; see
/// ``Message/subscriptionChange``.
public final class XPublisherSocket: SendingSocket, ReceivingSocket {
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
        let kind = SocketKind(
            name: "XPUB",
            type: ZMQ_XPUB,
            readiness: .activity,
            overflow: options.overflow == .drop ? .drop : .wait
        )
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", count: options.sendHighWaterMark)
            try writer.set(ZMQ_XPUB_NODROP, "overflow", to: true)
            try writer.set(ZMQ_XPUB_VERBOSER, "verbose", to: options.verbose)
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many messages wait for each peer until the overflow policy decides; 0 for no limit.
        /// Default 1000. libzmq: `ZMQ_SNDHWM`, 1000.
        public var sendHighWaterMark: Int
        /// What happens when a subscriber's queue is full. Default ``PublisherOverflow/drop``.
        public var overflow: PublisherOverflow
        /// Report each subscription, not only the first of its kind. Default false, as libzmq's `ZMQ_XPUB_VERBOSER`.
        public var verbose: Bool
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            sendHighWaterMark: Int = 1000,
            overflow: PublisherOverflow = .drop,
            verbose: Bool = false,
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.overflow = overflow
            self.verbose = verbose
            self.transport = transport
        }
    }
}
