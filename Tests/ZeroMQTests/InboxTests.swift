// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// Messages taken ahead of their receivers: whatever mixture of shapes comes, and however it is received, it arrives in
/// order and whole. A queue is the model.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct InboxTests {
    static let seeds = (1...24).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }

    private func message(_ number: Int, isSimple: Bool, _ random: inout SeededGenerator) throws -> Message {
        let frames = [1, 1, 1, 2, 3, 16, 64, 65, 200, Int.random(in: 1...200, using: &random)]
        let sizes = [0, 1, 33, 34, 100, 2047, 2048, 5000]
        let count = isSimple ? 1 : frames.randomElement(using: &random) ?? 1
        let size = count > 20 ? 30 : sizes.randomElement(using: &random) ?? 0
        return try Message(
            frames: (0..<count).map { index in
                Frame([UInt8](repeating: UInt8(truncatingIfNeeded: number &+ index), count: size))
            }
        )
    }

    @Test(arguments: seeds) func anyMixtureArrivesInOrder(seed: UInt64) async throws {
        print("inbox: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let context = try Context()
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(.inproc("inbox")))
        var expected: [Message] = []
        var received: [Message] = []
        var sent = 0
        var isSimple = false
        while sent < 200 || !expected.isEmpty {
            let burst = sent < 200 ? Int.random(in: 0...40, using: &random) : 0
            if Int.random(in: 0..<4, using: &random) == 0 { isSimple.toggle() }
            for _ in 0..<burst {
                let message = try message(sent, isSimple: isSimple, &random)
                try await push.send(message.copy(), timeout: SocketTest.patience)
                expected.append(message)
                sent += 1
            }
            let limit = Int.random(in: 1...70, using: &random)
            received.removeAll()
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where !expected.isEmpty:
                received = [try await pull.receive(timeout: SocketTest.patience)]
            case 1 where !expected.isEmpty:
                received = try await pull.receive(upTo: limit, timeout: SocketTest.patience)
                #expect((1...limit).contains(received.count))
            case 2:
                if let message = try pull.tryReceive() { received = [message] }
                #expect(received.isEmpty == expected.isEmpty, "seed \(seed): what was sent is there at once")
            default:
                received = try pull.withExclusiveAccess { socket in
                    var taken: [Message] = []
                    while taken.count < limit, let message = try socket.receive(timeout: .zero) {
                        taken.append(message)
                    }
                    return taken
                }
                #expect(received.count == min(limit, expected.count), "seed \(seed)")
            }
            let isRight = expected.starts(with: received)
            try #require(isRight, "seed \(seed): torn, lost or out of order after \(sent) messages")
            expected.removeFirst(received.count)
            #expect(pull.statistics.received == UInt64(sent - expected.count), "seed \(seed)")
        }
        #expect(try pull.tryReceive() == nil)
        #expect(pull.statistics.received == UInt64(sent))
    }

    /// Messages are taken ahead however many frames they have.
    @Test(arguments: [1, 2, 3, 16]) func messagesAreTakenAhead(frames: Int) async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(.inproc("ahead")))
        let message = try Message(frames: (0..<frames).map { _ in Frame("x") })
        for _ in 0..<500 { #expect(try push.trySend(message)) }
        var ahead = 0
        for _ in 0..<400 {
            #expect(try await pull.receive() == message)
            let engine = pull.engine
            if engine.shelf.count > 0 || engine.state.withLock({ !$0.inbox.isEmpty }) { ahead += 1 }
        }
        #expect(ahead > 350)
    }

    /// After a stream, messages that come alone soon have a small buffer each again: somebody may keep them.
    @Test func buffersShrinkAgain() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(.inproc("shrink")))
        for _ in 0..<200 { #expect(try push.trySend("x")) }
        for _ in 0..<200 { #expect(try await pull.receive().slab.room <= SocketKind.usualPrefetch) }
        for _ in 0..<5 {
            #expect(try push.trySend("x"))
            _ = try await pull.receive()
        }
        for _ in 0..<20 {
            #expect(try push.trySend("x"))
            #expect(try await pull.receive().slab.room <= 2)
        }
    }
}
