// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// What subscribers ask for, and what publishers know of it.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct SubscriptionTests {
    /// A publisher's count comes down again, however often a subscriber asked for the same.
    @Test func countsComeDown() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let endpoint = try publisher.bind(.inproc("counts"))
        let subscriber = try SubscriberSocket(subscriptions: ["a", "a", "b"], context: context)
        try subscriber.connect(endpoint)
        try await publisher.subscriptions(to: "b", atLeast: 1, timeout: SocketTest.patience)
        #expect(try await publisher.subscriptions(to: "a", atLeast: 0) == 1)

        try subscriber.unsubscribe(from: "a")
        try await publisher.send("a1")
        #expect(try await subscriber.receive(timeout: SocketTest.patience) == "a1")
        try subscriber.unsubscribe(from: "a")
        // Changes come in order: once the new one is known, so is the last.
        try subscriber.subscribe(to: "c")
        try await publisher.subscriptions(to: "c", atLeast: 1, timeout: SocketTest.patience)
        #expect(try await publisher.subscriptions(to: "a", atLeast: 0) == 0)
    }

    @Test func unsubscribingFromNothingIsAnError() async throws {
        let subscriber = try SubscriberSocket(subscriptions: ["a"], context: try Context())
        await SocketTest.expect(.invalidArgument, "\"b\"") { try subscriber.unsubscribe(from: "b") }
        // The other subscription is still there: waiting is not an error.
        await SocketTest.expect(.timedOut) { _ = try await subscriber.receive(timeout: .milliseconds(1)) }
        try subscriber.unsubscribe(from: "a")
        await SocketTest.expect(.noSubscriptions) { _ = try await subscriber.receive() }
    }

    /// libzmq takes the end of a subscription that begins with the byte 1 for a subscription to the rest, which would
    /// never end. (The subscription to "a" then could not be taken back any more.)
    @Test func subscriptionsThatBeginWithOneStay() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let subscriber = try SubscriberSocket(
            subscriptions: [Topic([1, 0x61]), Topic([1, 0x61]), "a"],
            context: context
        )
        try subscriber.connect(try publisher.bind(.inproc("one")))
        // One of two is only counted.
        try subscriber.unsubscribe(from: Topic([1, 0x61]))
        await SocketTest.expect(.notSupported, "byte 1") { try subscriber.unsubscribe(from: Topic([1, 0x61])) }
        try subscriber.unsubscribe(from: "a")
        try subscriber.subscribe(to: "end")
        try await publisher.subscriptions(to: "end", atLeast: 1, timeout: SocketTest.patience)
        #expect(try await publisher.subscriptions(to: "a", atLeast: 0) == 0)
        for bytes in [[0x61], [1, 0x61], Array("end".utf8)] { try await publisher.send(Message(bytes)) }
        #expect(try await subscriber.receive(timeout: SocketTest.patience).array == [1, 0x61])
        #expect(try await subscriber.receive(timeout: SocketTest.patience) == "end")
    }

    /// An XSUB says it in a form that libzmq understands.
    @Test func xSubscriberTakesBackWhatBeginsWithOne() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let subscriber = try XSubscriberSocket(context: context)
        try subscriber.connect(try publisher.bind(.inproc("one")))
        for topic in [Topic([1, 0x61]), "a"] { try await subscriber.subscribe(to: topic) }
        for topic in [Topic([1, 0x61]), "a"] { try await subscriber.unsubscribe(from: topic) }
        try await subscriber.subscribe(to: "end")
        try await publisher.subscriptions(to: "end", atLeast: 1, timeout: SocketTest.patience)
        #expect(try await publisher.subscriptions(to: Topic([1, 0x61]), atLeast: 0) == 0)
        #expect(try await publisher.subscriptions(to: "a", atLeast: 0) == 0)
    }

    /// Against a plain list of prefixes.
    @Test func tableCountsAsAListDoes() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        var table = SubscriptionTable()
        var list: [[UInt8]] = []
        for _ in 0..<5000 {
            let prefix = (0..<Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 0...2, using: &random)
            }
            if Bool.random(using: &random) {
                #expect(table.apply(Message([1] + prefix)) == .recorded)
                list.append(prefix)
            } else {
                #expect(table.apply(Message([0] + prefix)) == .recorded)
                if let index = list.firstIndex(of: prefix) { list.remove(at: index) }
            }
            let topic = (0..<4).map { _ in UInt8.random(in: 0...2, using: &random) }
            #expect(table.count(matching: topic) == list.count { topic.starts(with: $0) }, "seed \(seed)")
        }
        #expect(table.apply(Message([2, 1])) == .notASubscription)
    }

    /// Subscriptions of any size and number cannot fill the memory.
    @Test func tableIsBounded() {
        var table = SubscriptionTable()
        var recorded = 0
        for number in 0..<40 {
            let prefix = [UInt8](repeating: UInt8(number), count: 1 << 20)
            if table.apply(Message([1] + prefix)) == .recorded { recorded += 1 }
        }
        #expect(recorded == 16)
        #expect(table.apply(Message([0] + [UInt8](repeating: 0, count: 1 << 20))) == .recorded)
        #expect(table.apply(Message([1, 7])) == .recorded)
    }

    /// Peers that send nothing that follows the pattern do not keep a call beyond its deadline.
    @Test func deadlineIsKeptUnderGarbage() async throws {
        let context = try Context()
        let reply = try ReplySocket(context: context)
        let dealer = try DealerSocket(context: context)
        try dealer.connect(try reply.bind(.inproc("garbage")))
        let flood = Task { while true { try await dealer.send("no envelope") } }
        try await within(SocketTest.patience) {
            while reply.statistics.malformed < 10_000 {
                await SocketTest.expect(.timedOut) { _ = try await reply.receive(timeout: .milliseconds(20)) }
            }
        }
        flood.cancel()
        await #expect(throws: ZMQError.self) { try await flood.value }
    }
}
