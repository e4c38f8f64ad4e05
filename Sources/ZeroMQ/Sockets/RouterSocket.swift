// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Receives from all its peers and sends to the one that is named: the server's end of DEALER, REQ and ROUTER peers.
///
/// It knows peers by routing ids, which they choose or libzmq makes up. Sending to a peer that is not connected throws
/// ``ZMQError/Code/unreachable``; nothing is dropped in silence (libzmq's `ZMQ_ROUTER_MANDATORY` is always set).
public final class RouterSocket: RoutedSocket {
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
        let kind = SocketKind(name: "ROUTER", type: ZMQ_ROUTER, readiness: .activity)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_ROUTER_MANDATORY, "mandatory", to: true)
            try writer.set(ZMQ_ROUTER_HANDOVER, "handover", to: options.handover)
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", count: options.sendHighWaterMark)
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
            try writer.set(ZMQ_PROBE_ROUTER, "probe", to: options.probe)
            if let id = options.routingID { try writer.set(ZMQ_ROUTING_ID, "routingID", to: id.bytes) }
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many messages wait for each peer until `send` suspends; 0 for no limit. Default 1000, as libzmq's
        /// `ZMQ_SNDHWM`.
        public var sendHighWaterMark: Int
        /// How many messages from each peer wait to be received until that peer must wait; 0 for no limit. Default
        /// 1000, as libzmq's `ZMQ_RCVHWM`.
        public var receiveHighWaterMark: Int
        /// When a second peer comes with the routing id of a first: true gives it the place of the first, which is
        /// what a client that connects again needs; false ignores it. Default true. libzmq: `ZMQ_ROUTER_HANDOVER`,
        /// false.
        public var handover: Bool
        /// The name that other ROUTER peers know this socket by; nil lets each choose one. libzmq: `ZMQ_ROUTING_ID`.
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
            handover: Bool = true,
            routingID: RoutingID? = nil,
            probe: Bool = false,
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.receiveHighWaterMark = receiveHighWaterMark
            self.handover = handover
            self.routingID = routingID
            self.probe = probe
            self.transport = transport
        }
    }

    /// Changes what happens when a peer comes with the routing id of another: see ``Options/handover``.
    ///
    /// - Throws: ``ZMQError/Code/busy``, ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setHandover(_ handover: Bool) throws(ZMQError) {
        try engine.change("setHandover") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_ROUTER_HANDOVER, "handover", to: handover)
        }
    }
}
