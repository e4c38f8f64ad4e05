// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore
public import SinewSubjects
public import ZeroMQ

/// Receives from plain ZeroMQ publishers, and from ``SubjectPublisher``, what subjects with wildcards ask for.
///
/// ```swift
/// let subscriber = try SubjectSubscriber()
/// try subscriber.connect(.tcp("127.0.0.1", port: 5556))
/// let orders = try subscriber.subscribe("orders.*.new")
/// for try await message in subscriber.messages { print(message.subject, message.payload.string) }
/// ```
///
/// **On the wire** the first frame of a message is the subject, as bytes and with nothing behind it, and one or more
/// frames of payload follow: any program with a PUB socket can send that. The subscriber is a SUB socket. Since those
/// know prefixes only, it asks publishers for the literal beginning of each filter (`orders.` for `orders.*.new`,
/// `orders` for `orders`), and matches what comes with a `SubjectIndex`. What no filter matches
/// (`orders2`), what has no subject in front, and what has no payload is counted in ``statistics`` and not delivered.
///
/// Subscriptions go to each publisher as it connects or comes back, all of them and whether or not anybody receives
/// meanwhile. Messages from before a publisher knew of a subscription are not sent; to wait for that, ask
/// ``SubjectPublisher/subscriptions(to:atLeast:timeout:)``. What publishers drop because this socket is full, they
/// alone could count.
///
/// Any number of tasks may use it at once.
public final class SubjectSubscriber: Sendable {
    let socket: SubscriberSocket
    let grammar: SubjectGrammar
    let table: Locked<FilterTable>

    /// Makes a subscriber that is connected to nobody and wants nothing yet.
    ///
    /// - Parameters:
    ///   - context: What the socket lives in. Default: the shared one.
    ///   - options: High-water mark, limits, grammar, connections.
    ///   - file: Where the subscriber is made, for messages about it.
    ///   - line: Where the subscriber is made, for messages about it.
    /// - Throws: What `SubscriberSocket.init` throws.
    public init(
        context: Context = .shared,
        options: Options = Options(),
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(ZMQError) {
        let socketOptions = SubscriberSocket.Options(
            receiveHighWaterMark: options.receiveHighWaterMark,
            transport: options.transport
        )
        socket = try SubscriberSocket(context: context, options: socketOptions, file: file, line: line)
        grammar = options.grammar
        table = Locked(FilterTable(maximumFilters: options.maximumFilters))
    }

    /// What can be chosen when the subscriber is made.
    public struct Options: Sendable, Hashable {
        /// How many messages from each publisher wait to be received until it drops (or waits); 0 for no limit.
        /// Default 1000.
        public var receiveHighWaterMark: Int
        /// The most subscriptions there may be at a time, from 1 on. Default 100 000, which is also what a
        /// `PublisherSocket` keeps count of.
        public var maximumFilters: Int
        /// What a first frame has to be to count as a subject. Default `SubjectGrammar.nats`.
        public var grammar: SubjectGrammar
        /// Connections, heartbeats, security, and the most bytes of a frame
        /// (`TransportOptions.maximumMessageBytes`): the connection of a publisher that sends more ends. libzmq
        /// does not make it again where this side had connected; then it takes ``SubjectSubscriber/disconnect(_:)`` and
        /// ``SubjectSubscriber/connect(_:)``, and ``SubjectSubscriber/events(bufferingNewest:)`` says when.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        ///
        /// - Parameters:
        ///   - receiveHighWaterMark: How many messages from each publisher wait; 0 for no limit.
        ///   - maximumFilters: The most subscriptions at a time.
        ///   - grammar: What a first frame has to be.
        ///   - transport: Connections, heartbeats, security, limits.
        public init(
            receiveHighWaterMark: Int = 1000,
            maximumFilters: Int = 100_000,
            grammar: SubjectGrammar = .nats,
            transport: TransportOptions = TransportOptions()
        ) {
            self.receiveHighWaterMark = receiveHighWaterMark
            self.maximumFilters = maximumFilters
            self.grammar = grammar
            self.transport = transport
        }
    }

    /// What became of the messages that came, and what is subscribed now.
    public var statistics: SubjectSubscriberStatistics { table.withLock { $0.statistics } }

    /// Accepts publishers at an endpoint.
    ///
    /// - Parameter endpoint: Where; wildcards are allowed.
    /// - Returns: The endpoint with wildcards resolved.
    /// - Throws: What `Socket.bind(_:)` throws.
    @discardableResult
    public func bind(_ endpoint: Endpoint) throws(ZMQError) -> Endpoint { try socket.bind(endpoint) }

    /// Starts connecting to a publisher, and connects again whenever the connection is lost. A subscriber may be
    /// connected to several.
    ///
    /// - Parameter endpoint: Where the publisher is, or will be.
    /// - Throws: What `Socket.connect(_:)` throws.
    public func connect(_ endpoint: Endpoint) throws(ZMQError) { try socket.connect(endpoint) }

    /// Stops accepting publishers at an endpoint.
    ///
    /// - Parameter endpoint: What ``bind(_:)`` returned.
    /// - Throws: `ZMQError.Code.endpointNotFound`.
    public func unbind(_ endpoint: Endpoint) throws(ZMQError) { try socket.unbind(endpoint) }

    /// Gives up the connection to a publisher, with the messages that wait from it.
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

    /// Ends it: every call on it ends with `ZMQError.Code.closed`. Closing twice does nothing.
    public func close() { socket.close() }
}
