// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// Where the bytes of messages live, and how long.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct MessageMemoryTests {
    private func pair() throws -> (Context, PushSocket, PullSocket) {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(.inproc("memory")))
        return (context, push, pull)
    }

    private func address(_ frame: Frame) -> UInt { unsafe frame.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }

    @Test func ownerIsReleasedOnceTheReceiverIsDone() async throws {
        let (_, push, pull) = try pair()
        let releases = Count()
        try await push.send(try CountedBytes.message(of: 2048, releases))
        do {
            let received = try await pull.receive(timeout: SocketTest.patience)
            #expect(received.array == [UInt8](repeating: 7, count: 2048))
            #expect(releases.value == 0)
            // Sent on by its only owner, and kept by somebody else meanwhile.
            let kept = received.first
            try await push.send(received)
            #expect(try await pull.receive(timeout: SocketTest.patience).byteCount == 2048)
            #expect(kept.byteCount == 2048)
            #expect(releases.value == 0)
        }
        #expect(releases.value == 1)
    }

    @Test func ownersOfMessagesThatNobodyReceivedAreReleased() async throws {
        let (context, push, pull) = try pair()
        let releases = Count()
        for _ in 0..<10 { try await push.send(try CountedBytes.message(of: 5000, releases)) }
        // One is received with others taken ahead, which go with the socket.
        _ = try await pull.receive(upTo: 1, timeout: SocketTest.patience)
        push.close()
        pull.close()
        try await context.terminate(within: SocketTest.patience)
        #expect(releases.value == 10)
    }

    /// Swift writes to an array in place once nobody else refers to its memory.
    @Test func adoptedArrayIsGivenBack() async throws {
        let (_, push, pull) = try pair()
        var bytes = [UInt8](repeating: 7, count: 100_000)
        let place = unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        try await push.send(bytes)
        do {
            let received = try await pull.receive(timeout: SocketTest.patience)
            #expect(address(received.first) == place)
        }
        bytes[0] = 8
        #expect(unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == place)
    }

    @Test func copiesShareNothing() throws {
        let frames = [Frame("small"), Frame([UInt8](repeating: 1, count: 4096)), Frame([])]
        var original: Message? = try Message(frames: frames)
        let message = try #require(original)
        #expect(address(message.frames[1]) == address(frames[1]), "large frames are shared")
        let copy = message.copy()
        #expect(copy == message)
        for (left, right) in zip(copy.frames, message.frames) where !left.isEmpty {
            #expect(address(left) != address(right))
            #expect(address(left.copy()) != address(left))
        }
        original = nil
        #expect(copy.frames[0] == "small" && copy.frames[1].byteCount == 4096 && copy.frames[2].isEmpty)
    }

    /// A buffer serves many messages: one that is kept keeps its bytes.
    @Test func messageOfABatchOutlivesTheOthersAndTheSocket() async throws {
        let (context, push, pull) = try pair()
        let seed: UInt64 = 3
        var random = SeededGenerator(seed: seed)
        // Bytes inside libzmq's message, beside it, and in somebody else's array; one frame, and several.
        let sizes = [0, 1, 33, 34, 600, 2048]
        let sent = try (0..<60).map { number in
            try Message(frames: (0...number % 3).map { Frame(random.bytes(sizes[(number + $0) % sizes.count])) })
        }
        for message in sent { try await push.send(message.copy()) }
        var kept: [Int: Message] = [:]
        var count = 0
        while count < sent.count {
            var batch = try await pull.receive(upTo: 64, timeout: SocketTest.patience)
            for index in batch.indices where Bool.random(using: &random) { kept[count + index] = batch[index] }
            count += batch.count
            batch = []
        }
        push.close()
        pull.close()
        try await context.terminate(within: SocketTest.patience)
        #expect(kept.count > 10)
        for number in kept.keys.shuffled(using: &random) {
            #expect(kept[number] == sent[number], "seed \(seed), message \(number)")
            kept[number] = nil
        }
    }

    @Test func framesEndAtTheirBounds() async throws {
        let message = try Message(frames: ["a", "b"])
        #expect(message.frames.count == 2 && message.frames.indices == 0..<2)
        #expect(message.frames[1] == "b" && message.frames.last == "b")
        // Its neighbours in the buffer are other messages' frames.
        #expect(message.dropping(frames: 1).frames.count == 1)
        await #expect(processExitsWith: .failure) { _ = try Message(frames: ["a", "b"]).frames[2] }
        await #expect(processExitsWith: .failure) { _ = try Message(frames: ["a", "b"]).frames[-1] }
        await #expect(processExitsWith: .failure) { _ = try Message(frames: ["a", "b"]).dropping(frames: 1).frames[1] }
    }
}

/// A number that several threads count up.
final class Count: Sendable {
    private let number = Locked(0)
    var value: Int { number.withLock { $0 } }
    func rise() { number.withLock { $0 += 1 } }
}

/// Bytes that count how often they are given back.
final class CountedBytes {
    private let bytes: [UInt8]
    private let releases: Count

    private init(_ count: Int, _ releases: Count) {
        bytes = [UInt8](repeating: 7, count: count)
        self.releases = releases
    }

    deinit { releases.rise() }

    /// A slab with one frame of so many bytes.
    static func slab(of count: Int, _ releases: Count) -> FrameSlab {
        let owner = CountedBytes(count, releases)
        let slab = FrameSlab.make(capacity: 1)
        unsafe owner.bytes.withUnsafeBytes { unsafe slab.append(sharing: $0, owner: owner) }
        return slab
    }

    /// A text that does.
    final class Text {
        let bytes: [UInt8]
        private let releases: Count

        init(_ text: String, _ releases: Count) {
            bytes = Array(text.utf8)
            self.releases = releases
        }

        deinit { releases.rise() }
    }

    static func message(of count: Int, _ releases: Count) throws -> Message {
        Message(slab: slab(of: count, releases))
    }
}
