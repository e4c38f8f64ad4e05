// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// Loops that want the newest message only.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct NewestMessagesTests {
    private static let count = isSanitized ? 1000 : 5000
    private static let endpoints: [Endpoint] = [.inproc("newest"), .tcp("127.0.0.1", port: .any)]

    /// A sender never waits for long for a loop that does not ask, though the marks are as small as can be, and the
    /// loop gets the last message in the end; what it did not get is counted.
    @Test(arguments: endpoints) func lastMessageIsKept(endpoint: Endpoint) async throws {
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 1))
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 1))
        try push.connect(try pull.bind(endpoint))
        var messages = pull.messages.newest.makeAsyncIterator()
        for number in 1...Self.count { try await push.send("\(number)", timeout: SocketTest.patience) }
        try await eventually { pull.statistics.discarded == UInt64(Self.count - 1) }
        #expect(try await number(from: &messages) == Self.count)
        #expect(pull.statistics.received == UInt64(Self.count))
    }

    @Test func subscriberGetsTheLastOfEachBurst() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context, options: .init(overflow: .wait))
        let subscriber = try SubscriberSocket(subscriptions: [.all], context: context)
        try subscriber.connect(try publisher.bind(.inproc("bursts")))
        try await publisher.subscriptions(to: .all, atLeast: 1, timeout: SocketTest.patience)
        var messages = subscriber.messages.newest.makeAsyncIterator()
        var discarded: UInt64 = 0
        for burst in 1...50 {
            for number in 0..<burst { try await publisher.send(Message("\(burst).\(number)")) }
            discarded += UInt64(burst - 1)
            try await eventually { subscriber.statistics.discarded == discarded }
            #expect(try await messages.next() == Message("\(burst).\(burst - 1)"))
        }
    }

    /// Other sockets have it, too.
    @Test func newestRoutedMessage() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let dealer = try DealerSocket(context: context, options: .init(routingID: "dealer"))
        try dealer.connect(try router.bind(.inproc("routed")))
        var messages = router.messages.newest.makeAsyncIterator()
        for number in 0..<5 { try await dealer.send("\(number)") }
        try await eventually { router.statistics.discarded == 4 }
        #expect(try await messages.next() == RoutedMessage(peer: "dealer", message: "4"))
    }

    /// With libzmq's own `ZMQ_CONFLATE`, a peer that does this ends the receiver's process (libzmq#4399).
    @Test(arguments: endpoints) func messagesOfSeveralFramesStayWhole(endpoint: Endpoint) async throws {
        let context = try Context()
        let push = try PushSocket(context: context)
        let pull = try PullSocket(context: context)
        try push.connect(try pull.bind(endpoint))
        var messages = pull.messages.newest.makeAsyncIterator()
        let count = Self.count
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

    /// Once the loop is left, at most the message that is just being taken is missing: in the middle of a stream, too.
    @Test(arguments: endpoints) func nothingIsTakenAfterTheLoop(endpoint: Endpoint) async throws {
        let context = try Context()
        let (push, pull) = (try PushSocket(context: context), try PullSocket(context: context))
        try push.connect(try pull.bind(endpoint))
        let (rounds, count) = (40, 500)
        var late: UInt64 = 0
        for _ in 0..<rounds {
            let start = pull.statistics.discarded
            var messages: NewestMessages<Message>.AsyncIterator? = pull.messages.newest.makeAsyncIterator()
            let sending = Task {
                for number in 0..<count { try await push.send("\(number)", timeout: SocketTest.patience) }
            }
            let first = try await messages?.next()
            messages = nil
            let before = pull.statistics.discarded
            let text = try #require(first).string
            var next = try #require(Int(text)) + 1
            var handedOut = 1
            try await sending.value
            try await eventually {
                while let message = try pull.tryReceive() {
                    let number = try #require(Int(message.string))
                    #expect(number >= next)
                    next = number + 1
                    handedOut += 1
                }
                return handedOut + Int(pull.statistics.discarded - start) == count
            }
            late += pull.statistics.discarded - before
        }
        // In all, because one may be just being taken until the next round.
        #expect(late <= rounds)
    }

    /// An exclusive access ends the receiving, until the next message is asked for.
    @Test func receivingGoesOnAfterExclusiveAccess() async throws {
        let (push, pull) = try pair()
        var messages = pull.messages.newest.makeAsyncIterator()
        for number in 0..<500 {
            let parks = pull.statistics.parks
            try await push.send("\(number)")
            #expect(try await messages.next() == Message("\(number)"))
            try await eventually { pull.statistics.parks > parks }
            try await onThread { try pull.withExclusiveAccess { _ in } }
        }
    }

    /// In a stream in which there always is a newer message, too.
    @Test func cancellationEndsALoopThatNeverWaits() async throws {
        let (push, pull) = try pair()
        let sending = Task { while true { try await push.send("x") } }
        let looping = Task {
            for try await _ in pull.messages.newest {
                // Until there is a newer one. (One that was replaced before may be counted only now.)
                let discarded = pull.statistics.discarded
                while pull.statistics.discarded < discarded + 2 { await Task.yield() }
            }
        }
        try await eventually { pull.statistics.discarded > 100 }
        looping.cancel()
        await #expect { try await value(of: looping) } throws: { ($0 as? ZMQError)?.code == .cancelled }
        sending.cancel()
        _ = await sending.result
    }

    /// An iterator is for one call at a time: another is told so, and takes nothing from the first.
    @Test func secondCallIsRefused() async throws {
        let (push, pull) = try pair()
        let receiver = NewestReceiver(pull.messages)
        let isRefused = Flag()
        let calls = (0..<2).map { _ in
            Task { () -> Message? in
                do throws(ZMQError) { return try await receiver.next() } catch {
                    #expect(error.code == .busy)
                    isRefused.raise()
                    return nil
                }
            }
        }
        try await eventually { isRefused.isRaised }
        try await push.send("one")
        var messages: [Message] = []
        for call in calls { if let message = await call.value { messages.append(message) } }
        #expect(messages == ["one"])
        receiver.leave()
    }

    /// A cancelled call takes nothing with it, and another task may go on.
    @Test func cancelledCallIsNotTheEnd() async throws {
        let (push, pull) = try pair()
        let reader = Reader(pull.messages.newest)
        let waiting = Task { try await reader.next() }
        waiting.cancel()
        await #expect { try await waiting.value } throws: { ($0 as? ZMQError)?.code == .cancelled }
        try await push.send("later")
        #expect(try await reader.next() == "later")
    }

    /// What was kept when the socket is closed is handed out first.
    @Test func closingEndsTheSequence() async throws {
        let (push, pull) = try pair()
        var messages = pull.messages.newest.makeAsyncIterator()
        for number in 0..<3 { try await push.send("\(number)") }
        try await eventually { pull.statistics.discarded == 2 }
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
        try await eventually { pull.statistics.parks > 0 }
        waiting.cancel()
        await #expect { try await waiting.value } throws: { ($0 as? ZMQError)?.code == .cancelled }
        try await push.send("later")
        #expect(try await pull.receive(timeout: SocketTest.patience) == "later")
    }

    /// What ends the receiving is thrown: a subscriber that has no subscription would wait for ever.
    @Test func errorsAreThrown() async throws {
        let subscriber = try SubscriberSocket(context: Context())
        var messages = subscriber.messages.newest.makeAsyncIterator()
        for _ in 0..<3 {
            await #expect { try await messages.next() } throws: { ($0 as? ZMQError)?.code == .noSubscriptions }
        }
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

/// Lets several tasks read one sequence, one after the other.
private actor Reader {
    private let iterator: NewestMessages<Message>.AsyncIterator

    init(_ messages: NewestMessages<Message>) { iterator = messages.makeAsyncIterator() }

    func next() async throws -> Message? {
        var iterator = iterator
        return try await iterator.next()
    }
}
