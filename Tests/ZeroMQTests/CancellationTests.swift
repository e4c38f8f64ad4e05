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
}
