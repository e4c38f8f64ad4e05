// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

/// What plain SUB sockets get from a ``SubjectPublisher``, and what it knows of them.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PlainPublisherTests {
    private let context: Context

    init() throws { context = try Context() }

    /// The first frame is the subject, without anything behind it, and the payload follows, frame by frame.
    @Test(arguments: [Endpoint.inproc("wire"), .ipc("*"), .tcp("127.0.0.1", port: .any)])
    func wire(endpoint: Endpoint) async throws {
        let publisher = try SubjectPublisher(context: context)
        let socket = try SubscriberSocket(subscriptions: ["orders."], context: context)
        try socket.connect(try publisher.bind(endpoint))
        try await publisher.subscriptions(to: "orders.>", atLeast: 1, timeout: PlainTest.patience)
        try await publisher.publish("text", to: "orders.us.new")
        try await publisher.publish("elsewhere", to: "stock.us")
        try await publisher.publish([0, 255, 7], to: "orders.b")
        try await publisher.publish(Frame(), to: "orders.c")
        try await publisher.publish([Frame("one"), Frame(), Frame("three")], to: "orders.d")
        #expect(try publisher.tryPublish("tried", to: "orders.e"))
        #expect(try publisher.tryPublish([Frame("x"), Frame("y")], to: "orders.f"))
        let expected = [
            Message("orders.us.new", "text"), Message(Frame("orders.b"), Frame([0, 255, 7])), Message("orders.c", ""),
            Message("orders.d", "one", "", "three"), Message("orders.e", "tried"), Message("orders.f", "x", "y"),
        ]
        for message in expected { #expect(try await socket.receive(timeout: PlainTest.patience) == message) }
        #expect(publisher.statistics.published == 7)
        #expect(publisher.statistics.dropped == 0)
    }

    /// It may as well connect to a subscriber that is bound.
    @Test func connects() async throws {
        let publisher = try SubjectPublisher(context: context)
        let subscriber = try SubjectSubscriber(context: context)
        try subscriber.subscribe("a.*")
        let endpoint = try subscriber.bind(.tcp("127.0.0.1", port: .any))
        try publisher.connect(endpoint)
        try await publisher.subscriptions(to: "a.*", atLeast: 1, timeout: PlainTest.patience)
        try await publisher.publish("hello", to: "a.b")
        #expect(try await subscriber.receive(timeout: PlainTest.patience).payload == "hello")
        try publisher.disconnect(endpoint)
        try await eventually { !publisher.isWanted("a.b") }
    }

    @Test func knowsWhatIsWanted() async throws {
        let publisher = try SubjectPublisher(context: context)
        let socket = try SubscriberSocket(context: context)
        try socket.connect(try publisher.bind(.tcp("127.0.0.1", port: .any)))
        #expect(!publisher.isWanted("orders.us"))
        try socket.subscribe(to: "orders.")
        try socket.subscribe(to: "exact")
        try await eventually { publisher.isWanted("orders.us") && publisher.isWanted("exact") }
        #expect(publisher.isWanted("orders.us.new") && publisher.isWanted("exactly"))
        #expect(!publisher.isWanted("orders") && !publisher.isWanted("Orders.us") && !publisher.isWanted("exac"))
        try socket.unsubscribe(from: "orders.")
        try await eventually { !publisher.isWanted("orders.us") }
        #expect(publisher.isWanted("exact"))
        publisher.close()
        #expect(!publisher.isWanted("exact"))
    }

    /// A subscription covers a filter when all that the filter matches comes through it. A plain program that asks for
    /// `orders.>` gets what begins with these very bytes, which is nothing.
    @Test func countsWhatCoversAFilter() async throws {
        let publisher = try SubjectPublisher(context: context)
        let endpoint = try publisher.bind(.inproc("cover"))
        let topics: [Topic] = ["", "ord", "orders.", "orders.>", "orders.us", "orders.us.n", "end"]
        let sockets = try topics.map { topic in
            let socket = try SubscriberSocket(subscriptions: [topic], context: context)
            try socket.connect(endpoint)
            return socket
        }
        try await publisher.subscriptions(to: "end", atLeast: 2, timeout: PlainTest.patience)
        let counts: [(SubjectFilter, Int)] = [
            ("*.x", 1), (">", 1), ("orders.>", 3), ("orders.*.new", 3), ("orders.us.*", 4), ("orders.us.new", 5),
            ("orders.us", 4), ("orders", 2), ("end", 2), ("endless.*", 2),
        ]
        for (filter, count) in counts {
            try await eventually { try await publisher.subscriptions(to: filter, atLeast: 0) == count }
        }
        await PlainTest.expect(.timedOut) {
            try await publisher.subscriptions(to: "orders.>", atLeast: 4, timeout: .milliseconds(20))
        }
        extendLifetime(sockets)
    }

    /// Beyond what is kept count of, everything may be wanted.
    @Test func whatIsNotCountedMayBeWanted() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context, .init(maximumFilters: 100_001))
        try await onThread {
            for number in 0..<100_000 { try subscriber.subscribe(SubjectFilter("s.\(number)")) }
        }
        try await publisher.subscriptions(to: "s.99999", atLeast: 1, timeout: PlainTest.patience)
        #expect(publisher.statistics.subscriptionsIgnored == 0)
        #expect(!publisher.isWanted("t"))
        try subscriber.subscribe("u")
        try await eventually { publisher.isWanted("u") }
        #expect(publisher.statistics.subscriptionsIgnored == 1)
        #expect(publisher.isWanted("t"))
        try await publisher.publish("all the same", to: "u")
        #expect(try await subscriber.receive(timeout: PlainTest.patience).subject == "u")
    }

    /// A peer that does not read misses messages, which is counted; the others miss none.
    @Test func dropsAreCounted() async throws {
        let publisher = try SubjectPublisher(context: context, options: .init(sendHighWaterMark: 1))
        let endpoint = try publisher.bind(.inproc("drops"))
        let slow = try SubscriberSocket(subscriptions: ["a"], context: context, options: .init(receiveHighWaterMark: 1))
        let quick = try SubjectSubscriber(context: context, options: .init(receiveHighWaterMark: 1))
        try quick.subscribe("a.*")
        try slow.connect(endpoint)
        try quick.connect(endpoint)
        try await publisher.subscriptions(to: "a.*", atLeast: 2, timeout: PlainTest.patience)
        for number in 0..<100 {
            try await publisher.publish("\(number)", to: "a.b")
            #expect(try await quick.receive(timeout: PlainTest.patience).payload.string == "\(number)")
        }
        #expect(publisher.statistics.published == 100)
        #expect((1...98).contains(publisher.statistics.dropped))
        extendLifetime(slow)
    }

    /// A publisher that waits says so, and then nobody has got the message.
    @Test func waitsForAll() async throws {
        let options = SubjectPublisher.Options(sendHighWaterMark: 1, overflow: .wait)
        let publisher = try SubjectPublisher(context: context, options: options)
        let subscriber = try SubjectSubscriber(context: context, options: .init(receiveHighWaterMark: 1))
        try subscriber.subscribe("a")
        try subscriber.connect(try publisher.bind(.inproc("waits")))
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: PlainTest.patience)
        var sent = 0
        while sent < 1000, try publisher.tryPublish("\(sent)", to: "a") { sent += 1 }
        #expect((1..<100).contains(sent))
        await PlainTest.expect(.timedOut) {
            try await publisher.publish("late", to: "a", timeout: .milliseconds(20))
        }
        // Nobody else is held up by what nobody wants.
        #expect(try publisher.tryPublish("unwanted", to: "b"))
        for number in 0..<sent {
            #expect(try await subscriber.receive(timeout: PlainTest.patience).payload.string == "\(number)")
        }
        try await publisher.publish("next", to: "a", timeout: PlainTest.patience)
        #expect(try await subscriber.receive(timeout: PlainTest.patience).payload == "next")
        #expect(publisher.statistics.dropped == 0)
    }

    @Test func whatCannotBeSent() async throws {
        let options = SubjectPublisher.Options(transport: TransportOptions(maximumMessageBytes: 1000))
        let publisher = try SubjectPublisher(context: context, options: options)
        try publisher.bind(.inproc("cannot"))
        let large = [UInt8](repeating: 1, count: 1001)
        await PlainTest.expect(.messageTooLarge) { try await publisher.publish(large, to: "a") }
        await PlainTest.expect(.messageTooLarge) { _ = try publisher.tryPublish([Frame(), Frame(large)], to: "a") }
        await PlainTest.expect(.emptyMessage) { try await publisher.publish([Frame](), to: "a") }
        await PlainTest.expect(.emptyMessage) { _ = try publisher.tryPublish([Frame](), to: "a") }
        #expect(publisher.statistics.published == 0)
        publisher.close()
        await PlainTest.expect(.closed) { try await publisher.publish("x", to: "a") }
    }
}
