// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

/// Receives the messages that match its subscriptions, from all publishers it is connected to.
///
/// A subscription is a prefix of a message's first frame. When this socket's queue is full, publishers drop (or wait;
/// theirs to choose). Its send high-water mark has no limit, because libzmq silently loses subscriptions beyond it when
/// it connects again (libzmq#2258). ``TransportOptions/linger`` does not concern it: all that it could leave unsent are
/// subscriptions.
public final class SubscriberSocket: ReceivingSocket {
    /// The socket's machinery; opaque.
    @_documentation(visibility: internal)
    public let engine: SocketEngine

    /// Makes a socket.
    ///
    /// - Parameters:
    ///   - subscriptions: What to receive; ``Topic/all`` for everything.
    ///   - context: What the socket lives in.
    ///   - options: High-water mark, connections, limits.
    ///   - file: Where the socket is made, for messages about it.
    ///   - line: Where the socket is made, for messages about it.
    /// - Throws: ``ZMQError/Code/invalidArgument`` for an option outside its range,
    ///   ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/tooManySockets``,
    ///   ``ZMQError/Code/fileDescriptorBudget``.
    public init(
        subscriptions: [Topic] = [],
        context: Context = .shared,
        options: Options = Options(),
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(ZMQError) {
        let kind = SocketKind(name: "SUB", type: ZMQ_SUB, needsSubscription: !options.invertMatching)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_LINGER, "linger", to: 0 as Int32)
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", to: 0 as Int32)
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
            try writer.set(ZMQ_INVERT_MATCHING, "invertMatching", to: options.invertMatching)
            try options.multicast.apply(to: writer)
        }
        for topic in subscriptions { try subscribe(to: topic) }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many messages from each publisher wait to be received until it drops (or waits); 0 for no limit.
        /// Default 1000, as libzmq's `ZMQ_RCVHWM`.
        public var receiveHighWaterMark: Int
        /// Receive what does *not* match any subscription, from publishers that are set to invert as well (a publisher
        /// that is not sends only what this socket then leaves out). Default false, as libzmq's `ZMQ_INVERT_MATCHING`.
        public var invertMatching: Bool
        /// Rate, recovery and reach of multicast transports.
        public var multicast: MulticastOptions
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            receiveHighWaterMark: Int = 1000,
            invertMatching: Bool = false,
            multicast: MulticastOptions = MulticastOptions(),
            transport: TransportOptions = TransportOptions()
        ) {
            self.receiveHighWaterMark = receiveHighWaterMark
            self.invertMatching = invertMatching
            self.multicast = multicast
            self.transport = transport
        }
    }

    /// Asks for messages whose first frame begins with `topic`. Who asks twice has to take it back twice.
    /// libzmq: `ZMQ_SUBSCRIBE`.
    ///
    /// - Throws: ``ZMQError/Code/busy``, ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func subscribe(to topic: Topic) throws(ZMQError) { try engine.subscribe(to: topic) }

    /// Takes one ``subscribe(to:)`` back. Messages that have already come (up to the high-water mark and the 32 that a
    /// receive takes ahead) are still received. libzmq: `ZMQ_UNSUBSCRIBE`.
    ///
    /// Not for topics that begin with the byte 1: libzmq would take that for a subscription to the rest of the topic,
    /// and stay subscribed. ``XSubscriberSocket/unsubscribe(from:timeout:)`` can do it.
    ///
    /// - Throws: ``ZMQError/Code/invalidArgument`` when there is no such subscription, ``ZMQError/Code/notSupported``
    ///   for the last subscription to a topic that begins with the byte 1, ``ZMQError/Code/busy``,
    ///   ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``.
    public func unsubscribe(from topic: Topic) throws(ZMQError) { try engine.unsubscribe(from: topic) }
}
