// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Sends each message to every subscriber that wants it.
///
/// A message goes to those whose subscription is a prefix of its first frame; with no subscriber it goes nowhere.
/// Subscribers that come later miss what came before: await ``subscriptions(to:atLeast:timeout:)`` first where that
/// matters. When a subscriber's queue is full, ``PublisherOverflow`` decides.
///
/// It is an XPUB socket underneath, because PUB can neither count what it drops nor say who has subscribed.
public final class PublisherSocket: SendingSocket {
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
            name: "PUB",
            type: ZMQ_XPUB,
            readiness: .activity,
            overflow: options.overflow == .drop ? .drop : .wait,
            isObserved: true
        )
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", count: options.sendHighWaterMark)
            try writer.set(ZMQ_XPUB_NODROP, "overflow", to: true)
            try writer.set(ZMQ_XPUB_VERBOSER, "verboser", to: true)
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", to: 0 as Int32)
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
            invertMatching: Bool = false,
            welcomeMessage: [UInt8]? = nil,
            multicast: MulticastOptions = MulticastOptions(),
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.overflow = overflow
            self.invertMatching = invertMatching
            self.welcomeMessage = welcomeMessage
            self.multicast = multicast
            self.transport = transport
        }
    }

    /// Waits until this many subscriptions would match messages that begin with `topic`.
    ///
    /// A subscriber that asked for several prefixes of `topic` counts several times. With ``Options/invertMatching``
    /// these are the ones that do not get such messages.
    ///
    /// - Returns: How many there are.
    /// - Throws: ``ZMQError/Code/timedOut``, ``ZMQError/Code/cancelled``, ``ZMQError/Code/closed``,
    ///   ``ZMQError/Code/contextTerminated``.
    @discardableResult
    public func subscriptions(
        to topic: Topic,
        atLeast count: Int,
        timeout: Duration? = nil
    ) async throws(ZMQError) -> Int {
        try await engine.waitForSubscriptions(to: topic.bytes, atLeast: count, timeout: timeout)
    }

    /// How many subscriptions would match messages that begin with `topic`, as far as is known now: 0 says that nobody
    /// would get them. ``subscriptions(to:atLeast:timeout:)`` waits until there are some.
    ///
    /// - Parameter topic: What the messages begin with.
    /// - Throws: ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/busy``.
    public func subscriptions(to topic: Topic) throws(ZMQError) -> Int {
        try engine.knownSubscriptions(to: topic.bytes)
    }
}
