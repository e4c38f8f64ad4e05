// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// A sender whose receiver has stopped is held up, and memory is bounded.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct HighWaterMarkTests {
    private func pair(_ endpoint: Endpoint, send: Int, receive: Int) throws -> (PushSocket, PullSocket) {
        let context = try Context()
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: receive))
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: send))
        try push.connect(try pull.bind(endpoint))
        return (push, pull)
    }

    @Test(arguments: [(1, 1), (1, 2), (2, 1), (10, 100), (1000, 1000), (3, 5)])
    func inprocTakesExactlyTheSum(send: Int, receive: Int) async throws {
        let (push, pull) = try pair(.inproc("sum"), send: send, receive: receive)
        for _ in 0..<send + receive { #expect(try push.trySend("x")) }
        for _ in 0..<3 { #expect(try !push.trySend("x")) }
        await SocketTest.expect(.timedOut) { try await push.send("x", timeout: .milliseconds(10)) }
        #expect(push.statistics.sent == UInt64(send + receive))
        #expect(push.statistics.parks == 1)
        // A waiting sender goes on as soon as there is room.
        async let held: Void = push.send("last", timeout: SocketTest.patience)
        for _ in 0..<send + receive {
            #expect(try await pull.receive(timeout: SocketTest.patience) == "x")
        }
        #expect(try await pull.receive(timeout: SocketTest.patience) == "last")
        try await held
    }

    @Test(arguments: [(1, 1), (7, 5)])
    func suspendedSendersAreInOrder(send: Int, receive: Int) async throws {
        let (push, pull) = try pair(.inproc("sends"), send: send, receive: receive)
        async let sent: Void = { for number in 0..<500 { try await push.send("\(number)") } }()
        for number in 0..<500 {
            #expect(try await pull.receive(timeout: SocketTest.patience).string == "\(number)")
        }
        try await sent
        #expect(push.statistics.sent == 500)
    }

    @Test(arguments: [(0, 0), (0, 1), (1, 0)])
    func zeroIsNoLimit(send: Int, receive: Int) throws {
        let (push, pull) = try pair(.inproc("none"), send: send, receive: receive)
        defer { pull.close() }
        var count = 0
        while count < 20_000, try push.trySend("x") { count += 1 }
        #expect(count == 20_000)
    }

    @Test(arguments: [Endpoint.ipc("*"), .tcp("127.0.0.1", port: .any)])
    func connectionsAreBounded(endpoint: Endpoint) async throws {
        let (push, pull) = try pair(endpoint, send: 10, receive: 10)
        let payload = [UInt8](repeating: 1, count: 64 << 10)
        var sent = 0
        // The kernel's buffers hold some megabytes on top of the twenty messages.
        do {
            while sent < 10_000 {
                try await push.send(payload, timeout: .milliseconds(300))
                sent += 1
            }
            Issue.record("10 000 messages and no end")
        } catch {
            #expect(error.code == .timedOut)
        }
        #expect(sent >= 20)
        #expect(sent < 1000)
        for _ in 0..<sent {
            #expect(try await pull.receive(timeout: SocketTest.patience).byteCount == payload.count)
        }
        #expect(try pull.tryReceive() == nil)
    }

    @Test func waitingSendersHoldNoMessagesInTheSocket() async throws {
        let (push, pull) = try pair(.inproc("held"), send: 1, receive: 1)
        try await push.send("1")
        try await push.send("2")
        let tasks = (0..<10).map { _ in Task { try await push.send("never") } }
        // All of them wait before the first is cancelled.
        while push.statistics.parks < 10 { await Task.yield() }
        for task in tasks {
            task.cancel()
            await SocketTest.expect(.cancelled) { try await task.value }
        }
        #expect(try await pull.receive(upTo: 100, timeout: SocketTest.patience) == ["1", "2"])
        #expect(try pull.tryReceive() == nil)
    }
}
