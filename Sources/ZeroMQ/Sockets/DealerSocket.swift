// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Sends to its peers in turn and receives from each fairly; what REQ is without lock-step, for ROUTER and REP peers.
///
/// At the high-water mark, and while there is no peer, `send` suspends. To a REP peer, send an empty frame first.
public final class DealerSocket: SendingSocket, ReceivingSocket {
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
        let kind = SocketKind(name: "DEALER", type: ZMQ_DEALER)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", count: options.sendHighWaterMark)
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
            try writer.set(ZMQ_PROBE_ROUTER, "probe", to: options.probe)
            if let id = options.routingID { try writer.set(ZMQ_ROUTING_ID, "routingID", to: id.bytes) }
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
        /// The name that ROUTER peers know this socket by; nil lets each choose one. 1 to 255 bytes, not beginning with
        /// zero. libzmq: `ZMQ_ROUTING_ID`.
        public var routingID: RoutingID?
        /// Send an empty message on each new connection, so that a ROUTER peer learns of this socket before it has
        /// anything to say. Peers of other kinds receive it, too. Default false, as libzmq's `ZMQ_PROBE_ROUTER`.
        public var probe: Bool
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            sendHighWaterMark: Int = 1000,
            receiveHighWaterMark: Int = 1000,
            routingID: RoutingID? = nil,
            probe: Bool = false,
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.receiveHighWaterMark = receiveHighWaterMark
            self.routingID = routingID
            self.probe = probe
            self.transport = transport
        }
    }
}
