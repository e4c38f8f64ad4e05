// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// REQ and REP: one reply to each request, whatever happens to the one before.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RequestReplyTests {
    private func pair(
        _ options: RequestSocket.Options = .init()
    ) throws -> (RequestSocket, ReplySocket) {
        let context = try Context()
        let reply = try ReplySocket(context: context)
        let request = try RequestSocket(context: context, options: options)
        try request.connect(try reply.bind(.tcp("127.0.0.1", port: .any)))
        return (request, reply)
    }

    @Test(arguments: [true, false])
    func shapes(correlate: Bool) async throws {
        let (request, reply) = try pair(.init(correlate: correlate))
        async let served: Void = reply.serve { $0 }
        for (frames, bytes) in [(1, 0), (1, 5), (2, 0), (3, 100 << 10), (200, 1)] {
            let message = try SocketTest.message(frames: frames, bytes: bytes)
            #expect(try await request.request(message, timeout: SocketTest.patience) == message)
        }
        reply.close()
        try await served
        #expect(reply.statistics.abandoned == 0)
    }

    @Test func concurrentRequestsQueue() async throws {
        let (request, reply) = try pair()
        async let served: Void = reply.serve { Message("re: \($0.string)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let answer = try await request.request(Message("\(number)"), timeout: SocketTest.patience)
                    #expect(answer.string == "re: \(number)")
                }
            }
            try await group.waitForAll()
        }
        reply.close()
        try await served
    }

    @Test(arguments: [true, false])
    func lateReplyIsDiscarded(correlate: Bool) async throws {
        let (request, reply) = try pair(.init(correlate: correlate))
        let late = Task { try await request.request("late", timeout: .milliseconds(100)) }
        let lateCall = try await reply.receive(timeout: SocketTest.patience)
        #expect(lateCall.request == "late")
        await SocketTest.expect(.timedOut, "REQ socket") { _ = try await late.value }

        async let answer = request.request("next", timeout: SocketTest.patience)
        let call = try await reply.receive(timeout: SocketTest.patience)
        #expect(call.request == "next")
        // The late one is answered first; without correlation its connection is gone.
        do {
            try await lateCall.reply(with: "late answer")
        } catch {
            #expect(error.code == .unreachable)
        }
        try await call.reply(with: "next answer")
        #expect(try await answer == "next answer")
    }

    @Test func cancelledRequestLeavesTheSocketReady() async throws {
        let (request, reply) = try pair()
        let task = Task { try await request.request("cancelled") }
        let cancelledCall = try await reply.receive(timeout: SocketTest.patience)
        task.cancel()
        await SocketTest.expect(.cancelled, "REQ socket") { _ = try await task.value }
        async let answer = request.request("next", timeout: SocketTest.patience)
        let call = try await reply.receive(timeout: SocketTest.patience)
        try await cancelledCall.reply(with: "too late")
        try await call.reply(with: "answer")
        #expect(try await answer == "answer")
    }

    @Test func deadlines() async throws {
        let request = try RequestSocket(context: Context())
        await SocketTest.expect(.timedOut, "REQ socket") {
            _ = try await request.request("nobody", timeout: .milliseconds(10))
        }
        let reply = try ReplySocket(context: Context())
        await SocketTest.expect(.timedOut, "REP socket") { _ = try await reply.receive(timeout: .milliseconds(10)) }
    }

    @Test func turnIsWaitedForNoLongerThanTheDeadline() async throws {
        let (request, reply) = try pair()
        async let first = request.request("first", timeout: SocketTest.patience)
        let call = try await reply.receive(timeout: SocketTest.patience)
        await SocketTest.expect(.timedOut, "REQ socket") {
            _ = try await request.request("second", timeout: .milliseconds(20))
        }
        try await call.reply(with: "answer")
        #expect(try await first == "answer")
    }

    @Test func abandonedCallsAreCounted() async throws {
        let (request, reply) = try pair()
        let asked = Task { try await request.request("ignored", timeout: .milliseconds(100)) }
        do { _ = try await reply.receive(timeout: SocketTest.patience) }
        #expect(reply.statistics.abandoned == 1)
        await SocketTest.expect(.timedOut, "REQ socket") { _ = try await asked.value }

        async let answer = request.request("heard", timeout: SocketTest.patience)
        let call = try await reply.receive(timeout: SocketTest.patience)
        try await call.reply(with: "answer")
        #expect(try await answer == "answer")
        #expect(reply.statistics.abandoned == 1)
    }

    @Test func failureOfTheHandlerEndsServing() async throws {
        struct Broken: Error {}
        let (request, reply) = try pair()
        let asked = Task { try await request.request("x", timeout: .milliseconds(200)) }
        await #expect(throws: Broken.self) { try await reply.serve { _ in throw Broken() } }
        #expect(reply.statistics.abandoned == 1)
        await SocketTest.expect(.timedOut, "REQ socket") { _ = try await asked.value }
    }

    @Test func severalRequestsAreUnderWay() async throws {
        let context = try Context()
        let reply = try ReplySocket(context: context)
        let endpoint = try reply.bind(.inproc("several"))
        let requests = try (0..<2).map { _ in try RequestSocket(context: context) }
        for request in requests { try request.connect(endpoint) }
        async let first = requests[0].request("first", timeout: SocketTest.patience)
        let firstCall = try await reply.receive(timeout: SocketTest.patience)
        async let second = requests[1].request("second", timeout: SocketTest.patience)
        let secondCall = try await reply.receive(timeout: SocketTest.patience)
        try await secondCall.reply(with: "2")
        try await firstCall.reply(with: "1")
        #expect(try await [first, second] == ["1", "2"])
    }

    @Test func malformedRequestsAreCountedAndSkipped() async throws {
        let context = try Context()
        let reply = try ReplySocket(context: context)
        let dealer = try DealerSocket(context: context)
        try dealer.connect(try reply.bind(.inproc("malformed")))
        try await dealer.send("no delimiter")
        try await dealer.send(try Message(frames: ["a", "b", "c"]))
        try await dealer.send(try Message(frames: ["nothing behind", ""]))
        try await dealer.send("")
        try await dealer.send(try Message(frames: ["route-1", "route-2", "", "question", ""]))
        let call = try await reply.receive(timeout: SocketTest.patience)
        #expect(call.request == (try Message(frames: ["question", ""])))
        #expect(reply.statistics.malformed == 4)
        try await call.reply(with: "answer")
        #expect(
            try await dealer.receive(timeout: SocketTest.patience)
                == Message(frames: ["route-1", "route-2", "", "answer"])
        )
    }

    @Test func replyToAClientThatHasGone() async throws {
        let reply = try ReplySocket(context: Context())
        let port = try reply.bind(.tcp("127.0.0.1", port: .any)).port
        let client = try await onThread {
            let client = try RawPeer(port: port)
            try client.handshake(as: "REQ")
            client.write([1, 0] + RawPeer.message("question"))
            return client
        }
        let call = try await reply.receive(timeout: SocketTest.patience)
        #expect(call.request == "question")
        try await onThread { try client.end() }
        // The connection has ended; has the socket learn of it.
        await SocketTest.expect(.timedOut, "REP") { _ = try await reply.receive(timeout: .zero) }
        do {
            try await call.reply(with: "nobody")
            Issue.record("the reply went nowhere")
        } catch {
            #expect(error.code == .unreachable, "\(error)")
        }
        #expect(reply.statistics.abandoned == 1)
    }
}
