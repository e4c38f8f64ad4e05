// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import ZeroMQ

/// Publishes to plain ZeroMQ subscribers, and to ``SubjectSubscriber``, under subjects.
///
/// ```swift
/// let publisher = try SubjectPublisher()
/// let endpoint = try publisher.bind(.tcp("127.0.0.1", port: 5556))
/// try await publisher.subscriptions(to: "orders.*.new", atLeast: 1)
/// try await publisher.publish("two pots", to: "orders.us.new")
/// ```
///
/// **On the wire** the first frame of a message is the subject, as bytes and with nothing behind it, and the payload
/// follows in one frame or more. A program with a SUB socket takes part by subscribing to the beginning of the subjects
/// that it wants, `orders.` say, and has to leave out what it did not mean: `orders` lets `orders2` through as well.
///
/// A message goes to every peer that asked for a prefix of its subject; the publisher matches nothing else. Peers that
/// ask later miss what came before. Unlike a PUB socket it knows what its peers ask for:
/// ``isWanted(_:)`` and ``subscriptions(to:atLeast:timeout:)``.
///
/// Any number of tasks may use it at once.
public final class SubjectPublisher: Sendable {
    let socket: PublisherSocket

    /// Makes a publisher that is connected to nobody yet.
    ///
    /// - Parameters:
    ///   - context: What the socket lives in. Default: the shared one.
    ///   - options: High-water mark, what happens at it, connections.
    ///   - file: Where the publisher is made, for messages about it.
    ///   - line: Where the publisher is made, for messages about it.
    /// - Throws: What `PublisherSocket.init` throws.
    public init(
        context: Context = .shared,
        options: Options = Options(),
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(ZMQError) {
        let socketOptions = PublisherSocket.Options(
            sendHighWaterMark: options.sendHighWaterMark,
            overflow: options.overflow,
            transport: options.transport
        )
        socket = try PublisherSocket(context: context, options: socketOptions, file: file, line: line)
    }

    /// What can be chosen when the publisher is made.
    public struct Options: Sendable, Hashable {
        /// How many messages wait for each peer until ``overflow`` decides; 0 for no limit. Default 1000.
        public var sendHighWaterMark: Int
        /// What happens when a peer's queue is full. Default `PublisherOverflow.drop`: that peer misses
        /// messages, and the others do not.
        public var overflow: PublisherOverflow
        /// Connections, heartbeats, security, and the most bytes of a frame
        /// (`TransportOptions.maximumMessageBytes`).
        public var transport: TransportOptions

        /// The safe defaults, or others.
        ///
        /// - Parameters:
        ///   - sendHighWaterMark: How many messages wait for each peer; 0 for no limit.
        ///   - overflow: What happens when a peer's queue is full.
        ///   - transport: Connections, heartbeats, security, limits.
        public init(
            sendHighWaterMark: Int = 1000,
            overflow: PublisherOverflow = .drop,
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.overflow = overflow
            self.transport = transport
        }
    }

    /// What was published, and what peers missed.
    public var statistics: SubjectPublisherStatistics { SubjectPublisherStatistics(socket.statistics) }

    /// Accepts peers at an endpoint.
    ///
    /// - Parameter endpoint: Where; wildcards are allowed.
    /// - Returns: The endpoint with wildcards resolved.
    /// - Throws: What `Socket.bind(_:)` throws.
    @discardableResult
    public func bind(_ endpoint: Endpoint) throws(ZMQError) -> Endpoint { try socket.bind(endpoint) }

    /// Starts connecting to a peer that is bound, and connects again whenever the connection is lost.
    ///
    /// - Parameter endpoint: Where the peer is, or will be.
    /// - Throws: What `Socket.connect(_:)` throws.
    public func connect(_ endpoint: Endpoint) throws(ZMQError) { try socket.connect(endpoint) }

    /// Stops accepting peers at an endpoint.
    ///
    /// - Parameter endpoint: What ``bind(_:)`` returned.
    /// - Throws: `ZMQError.Code.endpointNotFound`.
    public func unbind(_ endpoint: Endpoint) throws(ZMQError) { try socket.unbind(endpoint) }

    /// Gives up the connection to a peer, with the messages that wait for it.
    ///
    /// - Parameter endpoint: What ``connect(_:)`` was given.
    /// - Throws: `ZMQError.Code.endpointNotFound`.
    public func disconnect(_ endpoint: Endpoint) throws(ZMQError) { try socket.disconnect(endpoint) }

    /// What happens to the connections from now on; see `Socket.events(bufferingNewest:)`.
    ///
    /// - Parameter count: How many events wait for a slow reader. Default 1000.
    /// - Throws: What `Socket.events(bufferingNewest:)` throws.
    public func events(bufferingNewest count: Int = 1000) throws(ZMQError) -> SocketEvents {
        try socket.events(bufferingNewest: count)
    }

    /// Ends it: every call on it ends with `ZMQError.Code.closed`. What was published and has not left yet is
    /// delivered in the background for `TransportOptions.linger`. Closing twice does nothing.
    public func close() { socket.close() }
}
