// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// Receives and sends that are cancelled at random points under load: no message is lost, doubled or torn, and a send
/// that says it was cancelled sent nothing.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct CancellationTests {
    #if DEBUG
    static let messages = 300
    #else
    static let messages = 3000
    #endif

    /// What each side of a pattern waits, and is cancelled while it waits, at the least.
    static let minimumOfSide = UInt64(messages / 60)
    /// The least in all, on all patterns and transports.
    static let minimumInAll: UInt64 = isSanitized ? 3000 : 10_000

    enum Transport: CaseIterable {
        case inproc, ipc, tcp

        func endpoint(_ name: String) -> Endpoint {
            switch self {
            case .inproc: .inproc(name)
            case .ipc: .ipc("*")
            case .tcp: .tcp("127.0.0.1", port: .any)
            }
        }

        /// Large enough to fill the kernel's buffers with a dozen messages.
        var messageBytes: Int { self == .inproc ? 0 : 32 << 10 }
    }

    @Test func nothingIsLostOnAnyPattern() async throws {
        var total = Outcome.Side()
        // Also when an error ends it.
        defer { print("SINEW_SEED=\(CallLoad.seed): \(total)") }
        for transport in Transport.allCases {
            let context = try Context()
            for pattern in Pattern.all {
                let load = CallLoad(messages: Self.messages, bytes: transport.messageBytes, seed: CallLoad.seed)
                let outcome = try await pattern.run(context, transport.endpoint(pattern.name), load)
                for (name, side) in [("senders", outcome.sender), ("receivers", outcome.receiver)] {
                    #expect(side.parks >= Self.minimumOfSide, "\(name), \(pattern.name) over \(transport)")
                    #expect(side.cancellations >= Self.minimumOfSide, "\(name), \(pattern.name) over \(transport)")
                    total += side
                }
            }
            try await context.terminate(within: .seconds(20))
        }
        #expect(total.parks >= Self.minimumInAll, "a queue that never empties tests nothing")
        #expect(total.cancellations >= Self.minimumInAll, "a queue that never empties tests nothing")
    }

    /// A loop whose calls never wait ends soon when its task is cancelled, although not each of them looks.
    @Test(arguments: [true, false], [0, 200])
    func callsThatNeverWaitAreCancelled(isSending: Bool, callsBefore: Int) async throws {
        let context = try Context()
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 0))
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 0))
        try push.connect(try pull.bind(.inproc("hits")))
        for _ in 0..<1000 { #expect(try push.trySend("x")) }
        for _ in 0..<callsBefore { if isSending { try await push.send("x") } else { _ = try await pull.receive() } }
        let calls = await Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            var calls = 0
            let code = await failure {
                while calls < 1000 {
                    if isSending { try await push.send("x") } else { _ = try await pull.receive() }
                    calls += 1
                }
            }
            #expect(code == .cancelled)
            return calls
        }.value
        #expect(calls < 16 + SocketKind.usualPrefetch)
        #expect(push.statistics.parks + pull.statistics.parks == 0)
        // Every message is where it was, or was handed over.
        while try pull.tryReceive() != nil {}
        #expect(pull.statistics.received == push.statistics.sent)
    }

    /// The same when another task uses the socket in between, however often: then it is not always the cancelled one's
    /// turn to look.
    @Test(arguments: Array(0...16)) func receivesBesideASenderAreCancelled(sends: Int) async throws {
        let (left, right) = try await PairSocket.connectedPair(messages: 20_000)
        for _ in 0..<64 { _ = try await left.receive() }
        let calls = await Self.receivesOfACancelledTask(at: left) { calls in
            if calls % 32 == 0 { try await Task { for _ in 0..<sends { try await left.send("y") } }.value }
        }
        #expect(calls < 128)
        right.close()
    }

    /// The same when it is another task that takes messages in.
    @Test(arguments: [1, 2, 31, 32, 33]) func receivesBesideAReceiverAreCancelled(period: Int) async throws {
        let (left, right) = try await PairSocket.connectedPair(messages: 20_000)
        for _ in 0..<64 { _ = try await left.receive() }
        let calls = await Self.receivesOfACancelledTask(at: left) { calls in
            if calls % period == 0 { _ = try await Task { try await left.receive() }.value }
        }
        #expect(calls < 128)
        right.close()
    }

    private static func receivesOfACancelledTask(
        at socket: PairSocket,
        afterEach body: @escaping @Sendable (_ calls: Int) async throws -> Void
    ) async -> Int {
        await Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            var calls = 0
            let code = await failure {
                while calls < 10_000 {
                    _ = try await socket.receive()
                    calls += 1
                    try await body(calls)
                }
            }
            #expect(code == .cancelled)
            return calls
        }.value
    }
}

extension PairSocket {
    /// Two connected sockets without high-water marks; the second has sent so many messages.
    fileprivate static func connectedPair(messages: Int) async throws -> (PairSocket, PairSocket) {
        let context = try Context()
        let options = PairSocket.Options(sendHighWaterMark: 0, receiveHighWaterMark: 0)
        let (left, right) = (
            try PairSocket(context: context, options: options), try PairSocket(context: context, options: options)
        )
        try left.connect(try right.bind(.inproc("pair")))
        for _ in 0..<messages { #expect(try right.trySend("x")) }
        return (left, right)
    }
}
