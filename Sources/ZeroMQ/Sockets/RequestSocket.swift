// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// Asks REP and ROUTER peers, one question at a time.
///
/// A request and its reply are one call, so lock-step cannot be broken: a call that ends early (deadline, cancellation)
/// leaves the socket ready for the next, and a reply that comes too late is discarded. Calls from several tasks queue.
/// libzmq's `ZMQ_REQ_RELAXED` is always set.
public final class RequestSocket: Socket {
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
        // A second receive in a row breaks REQ's lock-step, so nothing is taken ahead.
        let kind = SocketKind(name: "REQ", type: ZMQ_REQ, prefetch: 1, reconnectsToForget: !options.correlate)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_REQ_RELAXED, "relaxed", to: true)
            try writer.set(ZMQ_REQ_CORRELATE, "correlate", to: options.correlate)
            try writer.set(ZMQ_PROBE_ROUTER, "probe", to: options.probe)
            if let id = options.routingID { try writer.set(ZMQ_ROUTING_ID, "routingID", to: id.bytes) }
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// Mark each request with a number that the reply must carry. A peer that takes frames apart by hand must copy
        /// the whole envelope into its reply: without the number it is discarded, and the request times out. For a peer
        /// that does not expect the extra frame, say false: an abandoned request then costs a new connection, because
        /// nothing else tells a late reply from the next one, and the socket cannot be bound. Default true. libzmq:
        /// `ZMQ_REQ_CORRELATE`, false.
        public var correlate: Bool
        /// The name that ROUTER peers know this socket by; nil lets each choose one. libzmq: `ZMQ_ROUTING_ID`.
        public var routingID: RoutingID?
        /// Send an empty message on each new connection, so that a ROUTER peer learns of this socket before it has
        /// anything to say. Peers of other kinds receive it, too. Default false, as libzmq's `ZMQ_PROBE_ROUTER`.
        public var probe: Bool
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            correlate: Bool = true,
            routingID: RoutingID? = nil,
            probe: Bool = false,
            transport: TransportOptions = TransportOptions()
        ) {
            self.correlate = correlate
            self.routingID = routingID
            self.probe = probe
            self.transport = transport
        }
    }

    /// Sends a request and waits for its reply.
    ///
    /// - Parameters:
    ///   - message: The question.
    ///   - timeout: How long all of it may take: waiting for the turn, for a peer, and for the reply; nil for as long
    ///     as it takes.
    /// - Throws: ``ZMQError/Code/timedOut``, ``ZMQError/Code/cancelled`` (the request may have been received all the
    ///   same), ``ZMQError/Code/closed``, ``ZMQError/Code/contextTerminated``, ``ZMQError/Code/messageTooLarge``.
    public func request(_ message: consuming Message, timeout: Duration? = nil) async throws(ZMQError) -> Message {
        guard !Task.isCancelled else { throw engine.error(.cancelled, "request") }
        let deadline = engine.deadline(after: timeout)
        try await engine.takeTurn(until: deadline, "request")
        defer { engine.endTurn() }
        var isSent = false
        do throws(ZMQError) {
            var miss = Moment.start
            if try !engine.sendAtOnce(&message, &miss) {
                try await engine.sendEventually(message, after: miss, timeout: remaining(until: deadline))
            }
            isSent = true
            miss = .start
            if let reply = try engine.receiveAtOnce(&miss) { return reply }
            return try await engine.receiveEventually(after: miss, timeout: remaining(until: deadline))
        } catch {
            // With correlation libzmq tells a late reply from the next one.
            if isSent, engine.kind.reconnectsToForget { engine.reconnect() }
            let operation = "request (\(engine.description))"
            throw ZMQError(error.code, operation: operation, advice: error.advice, errno: error.errno)
        }
    }

    /// Sends the text's UTF-8 bytes as a request and waits for its reply; see ``request(_:timeout:)-(Message,_)``.
    public func request(_ text: String, timeout: Duration? = nil) async throws(ZMQError) -> Message {
        try await request(Message(text), timeout: timeout)
    }

    private func remaining(until deadline: ContinuousClock.Instant?) -> Duration? {
        deadline.map { ContinuousClock.now.duration(to: $0) }
    }
}
