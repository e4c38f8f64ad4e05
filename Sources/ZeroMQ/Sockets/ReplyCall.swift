// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// A request that waits for its one reply.
///
/// ```swift
/// func answerOne(_ socket: ReplySocket) async throws {
///     let call = try await socket.receive()
///     try await call.reply(with: "you said \(call.request.string)")
/// }
/// ```
///
/// (Inside a function: Swift does not let a global be consumed.) It cannot be copied, and replying consumes it, so it
/// cannot be answered twice. One that is let go of unanswered is counted as abandoned; the peer hears nothing.
public struct ReplyCall: ~Copyable, Sendable {
    private let engine: SocketEngine
    private let envelope: ReplyEnvelope
    private var isAnswered = false

    init(engine: SocketEngine, envelope: ReplyEnvelope) {
        self.engine = engine
        self.envelope = envelope
    }

    deinit {
        if !isAnswered { engine.countAbandoned() }
    }

    /// What the peer asks.
    public var request: Message { envelope.request }

    /// Sends the reply; suspends while the peer's queue is full.
    ///
    /// - Throws: ``ZMQError/Code/unreachable`` when the peer has gone, ``ZMQError/Code/timedOut``, and what every send
    ///   throws. The call then counts as abandoned.
    public consuming func reply(with message: Message, timeout: Duration? = nil) async throws(ZMQError) {
        try await engine.sendEventually(try envelope.reply(message), to: envelope.peer, timeout: timeout)
        isAnswered = true
    }
}

/// A request as a ROUTER receives it: the peer, REP's envelope (every frame up to and with the first empty one), and
/// the question. Source: ZeroMQ RFC 28/REQREP.
struct ReplyEnvelope: Sendable {
    let peer: RoutingID
    /// The frames that the reply must begin with.
    private let route: Message
    let request: Message

    /// Nil when there is no empty frame, or nothing behind it.
    init?(raw: Message) {
        guard let delimiter = raw.frames.dropFirst().firstIndex(where: \.isEmpty), delimiter + 1 < raw.frameCount else {
            return nil
        }
        peer = RoutingID(raw.first)
        route = Message(slab: raw.slab, index: raw.index + 1, frameCount: delimiter)
        request = raw.dropping(frames: delimiter + 1)
    }

    func reply(_ message: Message) throws(ZMQError) -> Message {
        try Message(frames: Array(route.frames) + Array(message.frames))
    }
}
