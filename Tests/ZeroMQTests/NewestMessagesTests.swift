// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// Loops that want the newest message only.
@Suite(.timeLimit(.minutes(3)))
struct NewestMessagesTests {
    private static let endpoints: [Endpoint] = [.inproc("newest"), .tcp("127.0.0.1", port: .any)]

    /// A sender never waits for long for a loop that does not ask, though the marks are as small as can be, and the
    /// loop gets the last message in the end; what it did not get is counted.
    @Test(arguments: endpoints) func lastMessageIsKept(endpoint: Endpoint) async throws {
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 1))
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 1))
        try push.connect(try pull.bind(endpoint))
        let newest = pull.messages.newest
        var messages = newest.makeAsyncIterator()
        let count = 20_000
        for number in 1...count { try await push.send("\(number)", timeout: SocketTest.patience) }
        var received: [Int] = []
        while received.last != count {
            received.append(try await number(from: &messages))
        }
        #expect(received == received.sorted())
        #expect(newest.replaced == count - received.count)
        #expect(pull.statistics.received == count)
        // What is left when one asks only at the end is what came while the loop above ran.
        for number in 1...count { try await push.send("\(number)", timeout: SocketTest.patience) }
        try await eventually { newest.replaced == 2 * count - received.count - 1 }
        #expect(try await messages.next() == "\(count)")
    }

    @Test func subscriberGetsTheLastOfEachBurst() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context, options: .init(overflow: .wait))
        let subscriber = try SubscriberSocket(subscriptions: [.all], context: context)
        try subscriber.connect(try publisher.bind(.inproc("bursts")))
        try await publisher.subscriptions(to: .all, atLeast: 1, timeout: SocketTest.patience)
        let newest = subscriber.messages.newest
        var messages = newest.makeAsyncIterator()
        for burst in 1...50 {
            for number in 0..<burst { try await publisher.send(Message("\(burst).\(number)")) }
            // One message of each burst before was handed out; one of this is kept.
            try await eventually { newest.replaced == (1...burst).map { $0 - 1 }.reduce(0, +) }
            #expect(try await messages.next() == Message("\(burst).\(burst - 1)"))
        }
    }

    /// With libzmq's own `ZMQ_CONFLATE`, a peer that does this ends the receiver's process (libzmq#4399).
    @Test(arguments: endpoints) func messagesOfSeveralFramesStayWhole(endpoint: Endpoint) async throws {
        let context = try Context()
        let push = try PushSocket(context: context)
        let pull = try PullSocket(context: context)
        try push.connect(try pull.bind(endpoint))
        var messages = pull.messages.newest.makeAsyncIterator()
        let count = 20_000
        let sending = Task {
            for number in 1...count {
                // Longer than what libzmq keeps within its own messages.
                let frames = [Frame("\(number)"), Frame(String(repeating: "-", count: 100)), Frame("\(number)")]
                try await push.send(try Message(frames: frames), timeout: SocketTest.patience)
            }
        }
        var last = 0
        while last != count {
            let message = try #require(try await messages.next())
            let frames = message.frames
            try #require(frames.count == 3)
            let numbers = [frames[0], frames[2]].map { Int($0.string) }
            #expect(numbers[0] == numbers[1])
            let number = try #require(numbers[0])
            #expect(number > last)
            last = number
        }
        try await sending.value
    }

    /// Once the loop is left, messages stay in the socket.
    @Test func nothingIsTakenAfterTheLoop() async throws {
        let (push, pull) = try pair()
        try await push.send("first")
        for try await message in pull.messages.newest {
            #expect(message == "first")
            break
        }
        try await eventually {
            try await push.send("later")
            return try pull.tryReceive() == "later"
        }
        for number in 0..<100 { try await push.send("\(number)") }
        for number in 0..<100 {
            #expect(try await pull.receive(timeout: SocketTest.patience).string == "\(number)")
        }
    }

    /// What was kept when the socket is closed is handed out first.
    @Test func closingEndsTheSequence() async throws {
        let (push, pull) = try pair()
        let newest = pull.messages.newest
        var messages = newest.makeAsyncIterator()
        for number in 0..<3 { try await push.send("\(number)") }
        try await eventually { newest.replaced == 2 }
        pull.close()
        #expect(try await messages.next() == "2")
        #expect(try await messages.next() == nil)
        #expect(try await messages.next() == nil)
    }

    @Test func cancellationEndsTheWait() async throws {
        let (push, pull) = try pair()
        let waiting = Task {
            for try await _ in pull.messages.newest {}
        }
        waiting.cancel()
        await #expect { try await waiting.value } throws: { ($0 as? ZMQError)?.code == .cancelled }
        try await push.send("later")
        #expect(try await pull.receive(timeout: SocketTest.patience) == "later")
    }

    /// What ends the receiving is thrown: a subscriber that has no subscription would wait for ever.
    @Test func errorsAreThrown() async throws {
        let subscriber = try SubscriberSocket(context: Context())
        var messages = subscriber.messages.newest.makeAsyncIterator()
        await #expect { try await messages.next() } throws: { ($0 as? ZMQError)?.code == .noSubscriptions }
    }

    private func number(from messages: inout NewestMessages<Message>.AsyncIterator) async throws -> Int {
        let message = try #require(try await messages.next())
        return try #require(Int(message.string))
    }

    private func pair() throws -> (PushSocket, PullSocket) {
        let context = try Context()
        let push = try PushSocket(context: context)
        let pull = try PullSocket(context: context)
        try push.connect(try pull.bind(.inproc("pair")))
        return (push, pull)
    }
}
