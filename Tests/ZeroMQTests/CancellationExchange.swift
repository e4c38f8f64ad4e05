// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// Requests and replies, whose calls are cancelled one by one on both sides.
struct Exchange: Sendable {
    private let request: RequestSocket
    private let reply: ReplySocket

    init(_ context: Context, _ endpoint: Endpoint) throws {
        reply = try ReplySocket(
            context: context,
            options: .init(sendHighWaterMark: 1, receiveHighWaterMark: 1, transport: Pattern.transport)
        )
        request = try RequestSocket(context: context, options: .init(transport: Pattern.transport))
        try request.connect(try reply.bind(endpoint))
    }

    func close() {
        request.close()
        reply.close()
    }

    /// Three clients share a socket, two servers the other; checks that each request is answered, by its own reply.
    ///
    /// A request that was cancelled may have been received; the reply to it must never answer another. A server that
    /// loses a request leaves a client without an answer.
    func run(_ load: CallLoad, _ name: String) async throws -> Outcome {
        let answers = Arrivals()
        let isDone = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 3..<5 { group.addTask { try await serve(load.generator(part), isDone) } }
            try await withThrowingTaskGroup(of: Void.self) { clients in
                for part in 0..<3 { clients.addTask { try await ask(part, load, answers) } }
                try await clients.waitForAll()
            }
            isDone.raise()
            try await group.waitForAll()
        }
        try answers.check(load.messages, "\(name), \(load.advice)")
        return Outcome(sender: .init(request), receiver: .init(reply))
    }

    private func ask(_ part: Int, _ load: CallLoad, _ answers: Arrivals) async throws {
        var random = load.generator(part)
        for index in stride(from: part, to: load.messages, by: 3) {
            let message = try numbered(index, bytes: load.bytes)
            let call: @Sendable (Duration?) async throws -> Void = { [request] timeout in
                let answer = try await request.request(message, timeout: timeout)
                #expect(number(of: answer) == index, "the reply to another request; \(load.advice)")
                answers.add(answer)
            }
            var tries = 0
            // A round trip takes longer than most attempts have, so the last is not cancelled.
            while tries < 3, try await !attempt(&random, at: request, { try await call(nil) }) {
                tries += 1
            }
            if tries == 3 { try await call(SocketTest.patience) }
        }
    }

    private func serve(_ generator: SeededGenerator, _ isDone: Flag) async throws {
        var random = generator
        let engine = reply.engine
        while !isDone.isRaised {
            let next = Locked<ReplyEnvelope?>(nil)
            _ = try await attempt(&random, at: reply) {
                // What `receive` does; a call itself could not leave the task, and would be abandoned with it.
                let envelope = try await engine.receiveNext(timeout: nil, ReplyEnvelope.init(raw:))
                next.withLock { $0 = envelope }
            }
            guard let envelope = next.withLock({ $0 }) else { continue }
            var isSent = false
            while !isSent, !isDone.isRaised {
                isSent = try await attempt(&random, at: reply) {
                    try await ReplyCall(engine: engine, envelope: envelope).reply(with: envelope.request)
                }
            }
        }
    }
}
