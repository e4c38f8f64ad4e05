// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewSubjects
import Synchronization
import TestSupport
import Testing
import ZeroMQ

/// How calls of a ``SubjectSubscriber`` end while messages that nobody asked for come all the time.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PlainCallTests {
    private let context: Context

    init() throws { context = try Context() }

    /// Runs `body` while `orders2` comes to a subscriber of `orders`, as fast as it takes it.
    private func underFlood(_ body: (SubjectPublisher, SubjectSubscriber) async throws -> Void) async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context)
        try subscriber.subscribe("orders")
        try await publisher.subscriptions(to: "orders", atLeast: 1, timeout: PlainTest.patience)
        let flood = Task { while !Task.isCancelled { try await publisher.publish("x", to: "orders2") } }
        defer { flood.cancel() }
        try await body(publisher, subscriber)
        #expect(subscriber.statistics.unmatched > 0)
    }

    /// Each call takes some of what nobody asked for, and gives up when its time has passed. Times with which no clock
    /// could count are endured.
    @Test func deadlinesAreKept() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context)
        try subscriber.subscribe("orders")
        try await publisher.subscriptions(to: "orders", atLeast: 1, timeout: PlainTest.patience)
        for _ in 0..<1000 { try await publisher.publish("x", to: "orders2") }
        try await publisher.publish("here", to: "orders")
        for timeout in [Duration.zero, .nanoseconds(1), .seconds(-1), Duration(attoseconds: .min)] {
            await PlainTest.expect(.timedOut) { _ = try await subscriber.receive(timeout: timeout) }
        }
        #expect((4..<1000).contains(subscriber.statistics.unmatched))
        #expect(try await subscriber.receive(timeout: Duration(attoseconds: .max)).payload == "here")
        #expect(subscriber.statistics.unmatched == 1000)
    }

    @Test func deadlinesAreKeptUnderAFlood() async throws {
        try await underFlood { _, subscriber in
            let begin = ContinuousClock.now
            await PlainTest.expect(.timedOut) { _ = try await subscriber.receive(timeout: .milliseconds(100)) }
            #expect(ContinuousClock.now - begin >= .milliseconds(100))
        }
    }

    @Test func cancellationIsKept() async throws {
        try await underFlood { _, subscriber in
            let call = Task { try await subscriber.receive() }
            try await eventually { subscriber.statistics.unmatched > 100 }
            call.cancel()
            await PlainTest.expect(.cancelled) { _ = try await call.value }
        }
    }

    @Test func whatWasAskedForStillComes() async throws {
        try await underFlood { publisher, subscriber in
            let call = Task { try await subscriber.receive(timeout: PlainTest.patience) }
            try await eventually { subscriber.statistics.unmatched > 100 }
            try await publisher.publish("here", to: "orders")
            #expect(try await call.value.payload == "here")
        }
    }

    /// A call that does not wait looks at a bounded number of messages.
    @Test func tryingIsBounded() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context)
        try subscriber.subscribe("orders")
        try await publisher.subscriptions(to: "orders", atLeast: 1, timeout: PlainTest.patience)
        for _ in 0..<100 { try await publisher.publish("x", to: "orders2") }
        try await publisher.publish("here", to: "orders")
        #expect(try subscriber.tryReceive() == nil)
        #expect(subscriber.statistics.unmatched == 64)
        #expect(try subscriber.tryReceive()?.payload == "here")
        #expect(subscriber.statistics.unmatched == 100)
    }

    /// Several loops share the messages: each comes once, to one of them.
    @Test func loopsShareMessages() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context)
        try subscriber.subscribe("n.*")
        try await publisher.subscriptions(to: "n.*", atLeast: 1, timeout: PlainTest.patience)
        let numbers = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var numbers: [Int] = []
                    for try await message in subscriber.messages {
                        guard let number = Int(message.payload.string) else { break }
                        numbers.append(number)
                    }
                    return numbers
                }
            }
            for number in 0..<2000 { try await publisher.publish("\(number)", to: Subject("n.\(number % 7)")) }
            for _ in 0..<4 { try await publisher.publish("end", to: "n.end") }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(numbers.sorted() == Array(0..<2000))
    }
}
