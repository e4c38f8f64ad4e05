// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// PUSH and PULL: each message to one of the receivers, whole.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PipelineSocketTests {
    static let endpoints = [Endpoint.inproc("pipeline"), .ipc("*"), .tcp("127.0.0.1", port: .any)]
    /// Frames of a message, and bytes in each frame.
    static let shapes = [
        (1, 0), (1, 1), (1, 33), (1, 34), (1, 2047), (1, 2048), (1, 100 << 10), (2, 0), (2, 100 << 10), (3, 33),
        (16, 7), (17, 2048), (64, 1), (65, 1), (100, 0), (199, 5), (200, 600), (1, 5),
    ]

    private func pair(_ endpoint: Endpoint) throws -> (PushSocket, PullSocket) {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(endpoint))
        return (push, pull)
    }

    private func shapes() throws -> [Message] {
        try Self.shapes.map { try SocketTest.message(frames: $0.0, bytes: $0.1) }
    }

    @Test(arguments: endpoints)
    func shapesOneByOne(endpoint: Endpoint) async throws {
        let (push, pull) = try pair(endpoint)
        let messages = try shapes()
        for message in messages { try await push.send(message) }
        for message in messages { #expect(try await pull.receive(timeout: SocketTest.patience) == message) }
        #expect(push.statistics.sent == UInt64(messages.count))
        #expect(pull.statistics.received == UInt64(messages.count))
    }

    @Test(arguments: endpoints)
    func shapesInBatches(endpoint: Endpoint) async throws {
        let (push, pull) = try pair(endpoint)
        let messages = try shapes() + shapes()
        for message in messages { try await push.send(message) }
        var received: [Message] = []
        while received.count < messages.count {
            let batch = try await pull.receive(upTo: 5, timeout: SocketTest.patience)
            #expect((1...5).contains(batch.count))
            received += batch
        }
        #expect(received == messages)
    }

    @Test func shapesTriedAndMixed() async throws {
        let (push, pull) = try pair(.inproc("tried"))
        let messages = try shapes()
        for message in messages { #expect(try push.trySend(message)) }
        var received: [Message] = []
        while let message = try pull.tryReceive() {
            received.append(message)
            if received.count % 4 == 3 {
                received += try await pull.receive(upTo: 2, timeout: SocketTest.patience)
            }
        }
        #expect(received == messages)
        #expect(try pull.tryReceive() == nil)
    }

    @Test(arguments: endpoints)
    func shapesWithExclusiveAccess(endpoint: Endpoint) async throws {
        let (push, pull) = try pair(endpoint)
        let messages = try shapes()
        let received = try await onThread {
            try push.withExclusiveAccess { socket in
                for message in messages {
                    guard try socket.send(message, timeout: SocketTest.patience) else { throw OutOfTime() }
                }
            }
            return try pull.withExclusiveAccess { socket in
                var received: [Message] = []
                var message = Message()
                while received.count < messages.count,
                    try socket.receive(into: &message, timeout: SocketTest.patience)
                {
                    received.append(message)
                }
                return received
            }
        }
        #expect(received == messages)
        #expect(try pull.tryReceive() == nil)
        #expect(push.statistics.sent == UInt64(messages.count))
        #expect(pull.statistics.received == UInt64(messages.count))
    }

    @Test func receivedMessageSurvivesItsReuse() throws {
        let (push, pull) = try pair(.inproc("reuse"))
        try push.withExclusiveAccess { for text in ["first", "second"] { try $0.send(Message(text)) } }
        try pull.withExclusiveAccess { socket in
            var message = Message()
            _ = try socket.receive(into: &message)
            let kept = message
            _ = try socket.receive(into: &message)
            #expect(kept == "first")
            #expect(message == "second")
        }
    }

    @Test func messagesTakenAheadReachExclusiveAccessInOrder() async throws {
        let (push, pull) = try pair(.inproc("ahead"))
        for number in 0..<100 { try await push.send("\(number)") }
        var received: [String] = []
        // Refills grow, so the socket has messages in hand after these.
        for _ in 0..<20 { received.append(try await pull.receive(timeout: SocketTest.patience).string) }
        try pull.withExclusiveAccess { socket in
            for _ in 0..<40 { received.append(try socket.receive(timeout: .zero)?.string ?? "nothing") }
        }
        while let message = try pull.tryReceive() { received.append(message.string) }
        #expect(received == (0..<100).map(String.init))
    }

    @Test func everyKindOfSend() async throws {
        let (push, pull) = try pair(.inproc("kinds"))
        let bytes: [UInt8] = [1, 2, 3]
        try await push.send(bytes)
        try await push.send(bytes.span)
        try await push.send("text")
        try await push.send(Message(bytes))
        try push.withExclusiveAccess { _ = try $0.send(bytes.span) }
        let expected = [Message(bytes), Message(bytes), "text", Message(bytes), Message(bytes)]
        #expect(try await pull.receive(upTo: 10, timeout: SocketTest.patience) == expected)
    }

    @Test func messagesAreSharedOut() async throws {
        let context = try Context()
        let push = try PushSocket(context: context)
        let endpoint = try push.bind(.inproc("shared-out"))
        let pulls = try (0..<4).map { _ in try PullSocket(context: context) }
        for pull in pulls { try pull.connect(endpoint) }
        for number in 0..<400 { try await push.send("\(number)") }
        for pull in pulls {
            var count = 0
            while try pull.tryReceive() != nil { count += 1 }
            #expect(count == 100)
        }
    }

    @Test func deadlines() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        let clock = ContinuousClock()
        for limit in [Duration.zero, .milliseconds(30), .milliseconds(-5)] {
            let time = await clock.measure {
                await SocketTest.expect(.timedOut, "receive", "PULL socket") {
                    _ = try await pull.receive(timeout: limit)
                }
                await SocketTest.expect(.timedOut, "send", "PUSH socket") {
                    try await push.send("nobody", timeout: limit)
                }
            }
            #expect(time >= limit)
            #expect(time < SocketTest.patience)
        }
        #expect(try !push.trySend("nobody"))
        #expect(try pull.tryReceive() == nil)
        // What timed out was not sent.
        try push.connect(try pull.bind(.inproc("late")))
        try await push.send("sent")
        #expect(try await pull.receive(timeout: SocketTest.patience) == "sent")
        #expect(try pull.tryReceive() == nil)
    }

    @Test(arguments: [Endpoint.ipc("*"), .tcp("127.0.0.1", port: .any)])
    func disconnectAndUnbind(endpoint: Endpoint) async throws {
        let (context, other) = (try Context(), try Context())
        let pull = try PullSocket(context: context)
        let bound = try pull.bind(endpoint)
        let push = try PushSocket(context: other)
        try push.connect(bound)
        try await push.send("before")
        #expect(try await pull.receive(timeout: SocketTest.patience) == "before")
        try push.disconnect(bound)
        #expect(try !push.trySend("after"))
        await SocketTest.expect(.endpointNotFound, "\(bound)") { try push.disconnect(bound) }
        try pull.unbind(bound)
        await SocketTest.expect(.endpointNotFound, "\(bound)") { try pull.unbind(bound) }
    }

    @Test func connectComesBeforeBind() async throws {
        let context = try Context()
        let push = try PushSocket(context: context)
        try push.connect(.inproc("early"))
        async let sent: Void = push.send("early")
        let pull = try PullSocket(context: context)
        try pull.bind(.inproc("early"))
        #expect(try await pull.receive(timeout: SocketTest.patience) == "early")
        try await sent
    }
}
