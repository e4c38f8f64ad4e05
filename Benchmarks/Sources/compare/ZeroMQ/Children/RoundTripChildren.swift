// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import ZeroMQ

/// REQ and REP, on the default pool and on the context's own executor.
let roundTripChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "async-request": { options in
        let asker = try Asker(options)
        return try blocking { try await asker.run() }
    },
    "executor-request": { options in
        let asker = try Asker(options)
        return try blocking {
            try await Task(executorPreference: Context.shared.executor) { try await asker.run() }.value
        }
    },
    "async-reply": { options in
        try answering { reply in try await answer(reply, count: options.integer("count") + options.integer("warm-up")) }
    },
    "executor-reply": { options in
        let count = try options.integer("count") + options.integer("warm-up")
        return try answering { reply in
            try await Task(executorPreference: Context.shared.executor) {
                try await answer(reply, count: count)
            }.value
        }
    },
]

/// Sends one request at a time and notes how long each answer takes.
private struct Asker: Sendable {
    let endpoint: Endpoint
    let size: Int
    let count: Int
    let warmUp: Int

    init(_ options: ChildOptions) throws {
        self.endpoint = try Endpoint(parsing: options.text("endpoint"))
        self.size = try options.integer("size")
        self.count = try options.integer("count")
        self.warmUp = try options.integer("warm-up")
    }

    func run() async throws -> Sample {
        let request = try RequestSocket()
        try request.connect(self.endpoint)
        let payload = unsafe payload(self.size)
        var latencies: [UInt64] = []
        latencies.reserveCapacity(self.count)
        for _ in 0..<self.warmUp { _ = try await request.request(Message(copying: unsafe payload.span)) }
        let cpu = cb_cpu()
        for _ in 0..<self.count {
            let began = cb_now_ns()
            let answer = try await request.request(Message(copying: unsafe payload.span))
            latencies.append(cb_now_ns() - began)
            guard answer.byteCount == self.size else { throw HarnessError("an answer has the wrong size") }
        }
        return percentiles(of: latencies, cpu: cb_cpu() - cpu)
    }
}

/// Binds a REP, announces it, lets it answer, and waits for the parent to say that all answers have arrived.
private func answering(_ work: @escaping @Sendable (ReplySocket) async throws -> Void) throws -> Sample {
    let cpu = cb_cpu()
    let reply = try ReplySocket()
    unsafe cb_announce(try reply.bind(.tcp("127.0.0.1", port: .any)).description)
    try blocking { try await work(reply) }
    cb_wait_for_parent()
    return Sample(["cpu": cb_cpu() - cpu])
}

/// Answers so many requests with what they carried.
private func answer(_ reply: ReplySocket, count: Int) async throws {
    for _ in 0..<count {
        let call = try await reply.receive()
        let message = call.request
        try await call.reply(with: message)
    }
}
