// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

/// What a ``SubjectSubscriber`` delivers of what plain PUB sockets send, and what it does with the rest.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PlainSubscriberTests {
    private let context: Context

    init() throws { context = try Context() }

    /// Everything that a PUB socket sends is delivered once or counted once.
    @Test func deliversOrCounts() async throws {
        let socket = try PublisherSocket(context: context, options: .init(overflow: .wait))
        let subscriber = try SubjectSubscriber(context: context)
        let (all, two) = (try subscriber.subscribe("orders"), try subscriber.subscribe("orders.*.new"))
        let again = try subscriber.subscribe("orders.us.>")
        let end = try subscriber.subscribe("end")
        try subscriber.connect(try socket.bind(.tcp("127.0.0.1", port: .any)))
        try await socket.subscriptions(to: "end", atLeast: 1, timeout: PlainTest.patience)
        let wrong: [Message] = [
            Message("orders.", "x"), Message("orders..new", "x"), Message("orders us", "x"), "orders with a payload",
            Message("orders.*", "x"), Message("orders.>", "x"), Message(Frame(Array("orders.".utf8) + [10]), Frame()),
            Message(Frame([UInt8](repeating: 0x6F, count: 5000)), Frame()),
        ]
        let sent: [Message] =
            [
                Message("orders", "1"), Message("orders2", "x"), Message("orders.us.new", "2", "", "3"), "orders",
                Message("orders.new", "x"), Message("orders.us", "x"), Message("unasked", "x"),
                Message("orders.us.a.b", "4"), "orders.us.new",
            ] + wrong + [Message("end", "")]
        for message in sent { try await socket.send(message) }
        var received: [SubjectMessage] = []
        while received.last?.subject != "end" {
            received.append(try await subscriber.receive(timeout: PlainTest.patience))
        }
        #expect(received.map(\.subject) == ["orders", "orders.us.new", "orders.us.a.b", "end"])
        #expect(received.map { $0.payloadFrames.map(\.string) } == [["1"], ["2", "", "3"], ["4"], [""]])
        #expect(received.map(\.payload.string) == ["1", "2", "4", ""])
        #expect(received.map(\.message.first.string) == ["orders", "orders.us.new", "orders.us.a.b", "end"])
        #expect(received.map { Set($0.subscriptions) } == [[all], [two, again], [again], [end]])
        let statistics = subscriber.statistics
        // `unasked` and the subject of o's have none of the prefixes, so they were not sent.
        #expect(statistics.delivered == 4)
        #expect(statistics.unmatched == 3)
        #expect(statistics.invalidSubject == UInt64(wrong.count - 1))
        #expect(statistics.withoutPayload == 2)
        #expect(statistics.received == 4 + 3 + 7 + 2)
        #expect(statistics.filters == 4)
    }

    /// The grammar that was chosen decides what a subject is.
    @Test func grammarIsKept() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context, .init(grammar: .strict))
        try subscriber.subscribe("a.>")
        try await publisher.subscriptions(to: "a.>", atLeast: 1, timeout: PlainTest.patience)
        try await publisher.publish("", to: "a.b*c")
        try await publisher.publish("", to: "a.b")
        #expect(try await subscriber.receive(timeout: PlainTest.patience).subject == "a.b")
        #expect(subscriber.statistics.invalidSubject == 1)
    }

    /// The publisher is asked for a prefix as long as one filter needs it, and no longer.
    @Test func prefixesAreShared() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context)
        let one = try subscriber.subscribe("orders.*.one")
        let two = try subscriber.subscribe("orders.*.two")
        let third = try subscriber.subscribe("orders.*.two")
        try await publisher.subscriptions(to: "orders.*.x", atLeast: 1, timeout: PlainTest.patience)
        #expect(one != two && two != third && third.filter == two.filter)
        #expect(try subscriber.unsubscribe(two))
        #expect(try !subscriber.unsubscribe(two))
        for (rest, name) in [(one, "one"), (third, "two")] {
            try await publisher.publish("", to: Subject("orders.us.\(name)"))
            #expect(try await subscriber.receive(timeout: PlainTest.patience).subscriptions == [rest])
        }
        #expect(try subscriber.unsubscribe(third))
        try await publisher.publish("", to: "orders.us.two")
        try await publisher.publish("", to: "orders.us.one")
        #expect(try await subscriber.receive(timeout: PlainTest.patience).subscriptions == [one])
        #expect(subscriber.statistics.unmatched == 1)
        #expect(publisher.isWanted("orders.us.two"))
        #expect(try subscriber.unsubscribe(one))
        try await eventually { !publisher.isWanted("orders.us.one") }
        #expect(subscriber.statistics.filters == 0)
    }

    /// A subscription means nothing to another subscriber.
    @Test func subscriptionsAreOfTheirSubscriber() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context)
        let other = try SubjectSubscriber(context: context)
        try subscriber.subscribe("a")
        let foreign = try other.subscribe("a")
        #expect(try !subscriber.unsubscribe(foreign))
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: PlainTest.patience)
        try await publisher.publish("", to: "a")
        #expect(try await subscriber.receive(timeout: PlainTest.patience).subject == "a")
    }

    /// libzmq cannot take back what begins with the byte 1, so that something else is asked for.
    @Test func filtersThatBeginWithOne() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context)
        let filter = try SubjectFilter(bytes: Array("\u{1}a.*".utf8))
        let subscription = try subscriber.subscribe(filter)
        try await publisher.subscriptions(to: filter, atLeast: 1, timeout: PlainTest.patience)
        try await publisher.publish("", to: "other")
        let subject = try Subject(bytes: Array("\u{1}a.b".utf8))
        try await publisher.publish("", to: subject)
        #expect(try await subscriber.receive(timeout: PlainTest.patience).subject == subject)
        #expect(subscriber.statistics.unmatched == 1)
        #expect(try subscriber.unsubscribe(subscription))
        try await eventually { !publisher.isWanted(subject) && !publisher.isWanted("a.b") }
    }

    @Test func limits() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context, .init(maximumFilters: 2))
        let first = try subscriber.subscribe("a")
        try subscriber.subscribe("b")
        let words = "'c.*': there are too many subscriptions; there are 2"
        PlainTest.expect(.tooManyFilters, isRetriable: true, words, for: "c.*", from: subscriber)
        try await publisher.subscriptions(to: "b", atLeast: 1, timeout: PlainTest.patience)
        #expect(!publisher.isWanted("c.d"))
        try subscriber.unsubscribe(first)
        let deep = try SubjectFilter(Array(repeating: "x", count: 129).joined(separator: "."))
        PlainTest.expect(.unusableFilter, isRetriable: false, "128 tokens", for: deep, from: subscriber)
        try subscriber.subscribe("c.*")
        #expect(subscriber.statistics.filters == 2)
        // What was refused has left nothing at the publisher.
        try await publisher.subscriptions(to: "c.*", atLeast: 1, timeout: PlainTest.patience)
        #expect(!publisher.isWanted("x.x") && !publisher.isWanted("a"))
    }

    /// A publisher that sends more than is allowed loses its connection, and comes back if it was the one to connect.
    /// libzmq gives up on one that it connected to itself.
    @Test(arguments: [true, false]) func largeMessagesEndTheConnection(isBound: Bool) async throws {
        var transport = PlainTest.quick
        transport.maximumMessageBytes = 1000
        let subscriber = try SubjectSubscriber(context: context, options: .init(transport: transport))
        try subscriber.subscribe("a")
        let options = SubjectPublisher.Options(overflow: .wait, transport: PlainTest.quick)
        let publisher = try SubjectPublisher(context: context, options: options)
        let events = try publisher.events()
        let endpoint = Endpoint.tcp("127.0.0.1", port: .any)
        let bound = isBound ? try subscriber.bind(endpoint) : try publisher.bind(endpoint)
        if isBound { try publisher.connect(bound) } else { try subscriber.connect(bound) }
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: PlainTest.patience)
        try await publisher.publish([UInt8](repeating: 7, count: 1001), to: "a")
        for await event in events where event.kind == .disconnected { break }
        if !isBound {
            try subscriber.disconnect(bound)
            try subscriber.connect(bound)
        }
        var message: SubjectMessage?
        try await eventually(.seconds(30)) {
            try await publisher.publish("small", to: "a", timeout: PlainTest.patience)
            message = try subscriber.tryReceive()
            return message != nil
        }
        #expect(message?.payload == "small")
        #expect(subscriber.statistics.received == subscriber.statistics.delivered)
    }

    /// Closing ends everything, with a word about it.
    @Test func closing() async throws {
        let (publisher, subscriber) = try PlainTest.pair(context: context)
        let subscription = try subscriber.subscribe("a")
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: PlainTest.patience)
        let loop = Task {
            var count = 0
            for try await _ in subscriber.messages { count += 1 }
            return count
        }
        try await publisher.publish("", to: "a")
        try await eventually { subscriber.statistics.delivered == 1 }
        subscriber.close()
        #expect(try await loop.value == 1)
        PlainTest.expect(.socket, isRetriable: false, "closed", for: "b", from: subscriber)
        #expect(subscriber.statistics.filters == 1)
        #expect(try subscriber.unsubscribe(subscription))
        await PlainTest.expect(.closed) { _ = try await subscriber.receive() }
    }

    /// Who wants nothing waits for nothing.
    @Test func nothingSubscribed() async throws {
        let (_, subscriber) = try PlainTest.pair(context: context)
        await PlainTest.expect(.noSubscriptions) { _ = try await subscriber.receive() }
        await PlainTest.expect(.noSubscriptions) { for try await _ in subscriber.messages {} }
        #expect(try subscriber.tryReceive() == nil)
    }
}
