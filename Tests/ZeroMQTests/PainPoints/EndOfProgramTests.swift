// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import TestSupport
import Testing
import ZeroMQ

/// What a program's end does to messages, and messages to a program's end.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct EndOfProgramTests {
    /// A path where nobody is bound.
    private static func freePath() -> Endpoint {
        .ipc("\(FileManager.default.temporaryDirectory.path)/sinew-\(UInt32.random(in: 0 ... .max))")
    }

    /// libzmq's own default keeps them, and the context, for ever (pyzmq#102).
    @Test(arguments: [Endpoint.tcp("127.0.0.1", port: 1), freePath(), .inproc("nobody")])
    func messagesForNobodyDoNotHoldTheEndUp(endpoint: Endpoint) async throws {
        let context = try Context()
        let (push, dealer) = (try PushSocket(context: context), try DealerSocket(context: context))
        let request = try RequestSocket(context: context)
        for socket in [push, dealer, request] as [any Socket] { try socket.connect(endpoint) }
        try await push.send("to nobody")
        try await dealer.send("to nobody")
        await SocketTest.expect(.timedOut) { _ = try await request.request("nobody?", timeout: .zero) }
        for socket in [push, dealer, request] as [any Socket] { socket.close() }
        let start = ContinuousClock.now
        try await context.terminate(within: SocketTest.patience)
        #expect(start.duration(to: .now) < SocketTest.patience / 3, "linger is a second")
    }

    /// Closing at once takes nothing away from a receiver that reads meanwhile (libzmq#1264).
    @Test(arguments: [Endpoint.ipc("*"), .tcp("127.0.0.1", port: .any)])
    func messagesOfAShortLivedSocketArrive(endpoint: Endpoint) async throws {
        let pull = try PullSocket(context: Context())
        let bound = try pull.bind(endpoint)
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(transport: .init(linger: nil)))
        try push.connect(bound)
        let padding = String(repeating: ".", count: 10_000)
        for number in 0..<1000 { try await push.send("\(number)\(padding)") }
        push.close()
        async let end: Void = context.terminate(within: SocketTest.patience)
        for number in 0..<1000 {
            let text = try await pull.receive(timeout: SocketTest.patience).string
            #expect(text.hasPrefix("\(number)."))
        }
        try await end
    }

    /// So few that all are with the system, and the context has ended, before the reader takes the first.
    @Test(arguments: [100, 600]) func fullReadersGetTheRestOverTCP(count: Int) async throws {
        let pull = try PullSocket(context: Context(), options: .init(receiveHighWaterMark: 10))
        let bound = try pull.bind(.tcp("127.0.0.1", port: .any))
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(transport: .init(linger: nil)))
        try push.connect(bound)
        for number in 0..<count { try await push.send("\(number) and some more") }
        push.close()
        try await context.terminate(within: SocketTest.patience)
        for number in 0..<count {
            #expect(try await pull.receive(timeout: SocketTest.patience).string == "\(number) and some more")
        }
    }

    /// Who must know whether everything left says so, and is told that it has not; then it may be tried again.
    @Test func terminationTellsThatMessagesAreLeft() async throws {
        let context = try Context()
        let push = try PushSocket(
            context: context,
            options: .init(transport: .init(linger: nil, reconnectInterval: .milliseconds(10)))
        )
        let endpoint = Self.freePath()
        try push.connect(endpoint)
        try await push.send("last words")
        push.close()
        await SocketTest.expect(.terminationTimedOut) { try await context.terminate(within: .milliseconds(50)) }
        let pull = try PullSocket(context: Context())
        try pull.bind(endpoint)
        try await context.terminate(within: SocketTest.patience)
        #expect(try await pull.receive(timeout: SocketTest.patience) == "last words")
    }

    #if os(Linux)
    /// Nothing of this keeps a process from ending: sockets and contexts that nobody closed, with messages that linger
    /// for ever (pyzmq#1003, rust-zmq#107).
    @Test func processesEndWithoutCleaningUp() async {
        await #expect(processExitsWith: .success) {
            for _ in 0..<3 {
                let context = try Context()
                let push = try PushSocket(context: context, options: .init(transport: .init(linger: nil)))
                try push.connect(.tcp("127.0.0.1", port: 1))
                try await push.send("for ever")
            }
            let kept = try PushSocket(options: .init(transport: .init(linger: nil)))
            try kept.connect(.tcp("127.0.0.1", port: 1))
            try await kept.send("for ever")
            exit(0)
        }
    }
    #endif

    /// A socket belongs to no thread: the one that made it may end (zeromq.js#411).
    @Test func socketsOutliveTheirThreads() async throws {
        for _ in 0..<20 {
            let context = try Context()
            let pull = try await onThread { try PullSocket(context: context) }
            let bound = try await onThread { try pull.bind(.inproc("threads")) }
            let push = try await onThread {
                let push = try PushSocket(context: context)
                try push.connect(bound)
                try push.withExclusiveAccess { try $0.send("from a thread that has ended") }
                return push
            }
            #expect(try await pull.receive(timeout: SocketTest.patience) == "from a thread that has ended")
            try await onThread { push.close() }
            pull.close()
            try await context.terminate(within: SocketTest.patience)
        }
    }
}
