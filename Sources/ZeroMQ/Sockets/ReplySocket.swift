// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

/// Answers REQ and DEALER peers.
///
/// On the wire it is a REP socket. Underneath it is a ROUTER, so that several requests may be under way at once, and a
/// call that ends without a reply is counted (``SocketStatistics/abandoned``) and never wedges the socket. Messages
/// without REP's envelope are counted as malformed and skipped.
public final class ReplySocket: Socket {
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
        let kind = SocketKind(name: "REP", type: ZMQ_ROUTER, readiness: .activity)
        engine = try context.makeEngine(kind, options.transport, "\(file):\(line)") { (writer) throws(ZMQError) in
            try writer.set(ZMQ_ROUTER_MANDATORY, "mandatory", to: true)
            try writer.set(ZMQ_ROUTER_HANDOVER, "handover", to: true)
            try writer.set(ZMQ_SNDHWM, "sendHighWaterMark", count: options.sendHighWaterMark)
            try writer.set(ZMQ_RCVHWM, "receiveHighWaterMark", count: options.receiveHighWaterMark)
        }
    }

    /// What can be chosen when the socket is made.
    public struct Options: Sendable, Hashable {
        /// How many replies wait for each peer until replying suspends; 0 for no limit. Default 1000, as libzmq's
        /// `ZMQ_SNDHWM`.
        public var sendHighWaterMark: Int
        /// How many requests from each peer wait to be received; 0 for no limit. Default 1000, as libzmq's
        /// `ZMQ_RCVHWM`.
        public var receiveHighWaterMark: Int
        /// Connections, heartbeats, limits.
        public var transport: TransportOptions

        /// The safe defaults, or others.
        public init(
            sendHighWaterMark: Int = 1000,
            receiveHighWaterMark: Int = 1000,
            transport: TransportOptions = TransportOptions()
        ) {
            self.sendHighWaterMark = sendHighWaterMark
            self.receiveHighWaterMark = receiveHighWaterMark
            self.transport = transport
        }
    }

    /// Receives the next request, to be answered by ``ReplyCall/reply(with:timeout:)``; suspends until there is one.
    public func receive(timeout: Duration? = nil) async throws(ZMQError) -> ReplyCall {
        let envelope = try await engine.receiveNext(timeout: timeout, ReplyEnvelope.init(raw:))
        return ReplyCall(engine: engine, envelope: envelope)
    }

    /// Answers requests, one after the other, until the socket is closed or its context shut down.
    ///
    /// Run it in several tasks to answer several requests at once. A client that has gone, or does not take its reply
    /// for `replyTimeout`, does not stop the others: its call counts as abandoned.
    ///
    /// - Parameters:
    ///   - replyTimeout: How long a client's full queue may hold up the reply to it.
    ///   - answer: Gets a request and returns the one reply to it. What it throws ends the loop and is thrown.
    /// - Throws: ``ZMQError/Code/cancelled`` when the task is cancelled, and what `answer` throws.
    public func serve(
        replyTimeout: Duration = .seconds(5),
        _ answer: (Message) async throws -> Message
    ) async throws {
        for try await envelope in Messages(engine: engine, convert: ReplyEnvelope.init(raw:)) {
            let call = ReplyCall(engine: engine, envelope: envelope)
            let reply = try await answer(call.request)
            do {
                try await call.reply(with: reply, timeout: replyTimeout)
            } catch {
                if error.code == .closed || error.code == .contextTerminated { return }
                let isClientsLoss = error.code == .unreachable || error.code == .timedOut
                guard isClientsLoss else { throw error }
            }
        }
    }
}
