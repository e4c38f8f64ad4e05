// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// Messages are values, and large ones are not copied on their way.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct MessageTests {
    private func address(_ message: Message) -> UInt {
        unsafe message.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }

    @Test(arguments: [2048, 100_000])
    func largeArraysTravelWithoutACopy(count: Int) async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(.inproc("zero-copy")))
        let bytes = [UInt8](repeating: 7, count: count)
        let place = unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        try await push.send(bytes)
        let received = try await pull.receive(timeout: SocketTest.patience)
        #expect(address(received) == place)
        #expect(address(received.copy()) != place)
        // Sent on, the received bytes stay where they are.
        try await push.send(received)
        #expect(address(try await pull.receive(timeout: SocketTest.patience)) == place)
    }

    @Test func equalityAndHash() throws {
        let one = try Message(frames: ["ab", "c"])
        #expect(one == one.copy())
        #expect(one.hashValue == one.copy().hashValue)
        #expect(one != (try Message(frames: ["a", "bc"])))
        #expect(one != "abc")
        #expect(Set([one, one.copy(), "abc"]).count == 2)
    }

    @Test func descriptions() throws {
        #expect(try Message(frames: ["text", ""]).description == "[\"text\", \"\"]")
        #expect(Message([0, 255]).description == "[2 bytes: 00ff]")
        #expect(Message([0xff]).string == "\u{fffd}")
        #expect(Message().byteCount == 0)
    }

    @Test func oneMessageFromManyTasks() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(.inproc("many")))
        let parts = [Frame("small"), Frame([UInt8](repeating: 1, count: 3000)), Frame("")]
        for message in [Message("small"), Message([UInt8](repeating: 1, count: 10_000)), try Message(frames: parts)] {
            async let sent: Void = withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { for _ in 0..<100 { try await push.send(message) } } }
                try await group.waitForAll()
            }
            for _ in 0..<800 { #expect(try await pull.receive(timeout: SocketTest.patience) == message) }
            try await sent
        }
    }
}
