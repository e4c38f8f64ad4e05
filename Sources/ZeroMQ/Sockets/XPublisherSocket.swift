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
            try options.reports.apply(to: writer)
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
            try writer.set(ZMQ_INVERT_MATCHING, "invertMatching", to: options.invertMatching)
            try writer.setWelcome(options.welcomeMessage, atMost: options.transport.maximumMessageBytes)
            try options.multicast.apply(to: writer)
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many messages wait for each peer until the overflow policy decides; 0 for no limit.
        /// Default 1000. libzmq: `ZMQ_SNDHWM`, 1000.
        public var sendHighWaterMark: Int
        /// What happens when a subscriber's queue is full. Default ``PublisherOverflow/drop``.
        public var overflow: PublisherOverflow
        /// How many messages from each subscriber wait to be received until it must wait; 0 for no limit. Default 1000,
        /// as libzmq's `ZMQ_RCVHWM`.
        public var receiveHighWaterMark: Int
        /// Which subscriptions are received. Default ``SubscriptionReports/changes``, as with libzmq.
        public var reports: SubscriptionReports
        /// Send to those subscribers whose subscriptions do *not* match. Their sockets must be set to invert as well.
        /// Default false, as libzmq's `ZMQ_INVERT_MATCHING`.
        public var invertMatching: Bool
        /// A message of one frame that each subscriber gets as it connects, if it has subscribed to it by then; nil for
        /// none. 1 byte or more, and not more than ``TransportOptions/maximumMessageBytes``. libzmq:
        /// `ZMQ_XPUB_WELCOME_MSG`.
        public var welcomeMessage: [UInt8]?
        /// Rate, recovery and reach of multicast transports.
        public var multicast: MulticastOptions
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            sendHighWaterMark: Int = 1000,
            overflow: PublisherOverflow = .drop,
            receiveHighWaterMark: Int = 1000,
            reports: SubscriptionReports = .changes,
            invertMatching: Bool = false,
            welcomeMessage: [UInt8]? = nil,
            multicast: MulticastOptions = MulticastOptions(),
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.overflow = overflow
            self.receiveHighWaterMark = receiveHighWaterMark
            self.reports = reports
            self.invertMatching = invertMatching
            self.welcomeMessage = welcomeMessage
            self.multicast = multicast
            self.transport = transport
        }
    }

    /// Changes which subscriptions are received from now on.
    ///
    /// - Throws: ``ZMQError/Code/busy``, ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func setReports(_ reports: SubscriptionReports) throws(ZMQError) {
        try engine.change("setReports") { (writer) throws(ZMQError) in try reports.apply(to: writer) }
    }
}
