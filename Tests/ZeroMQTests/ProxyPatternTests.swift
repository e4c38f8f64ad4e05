// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// The pairs of a proxy over connections: subscriptions that travel to publishers, one direction, one socket.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProxyPatternTests {
    /// PUB – (XSUB – XPUB) – SUB over TCP; the publisher binds.
    private struct Forwarder: Sendable {
        let context: Context
        let frontend: XSubscriberSocket
        let backend: XPublisherSocket
        let entry: Endpoint
        let proxy: Proxy
        let running: Task<Void, any Error>

        init(reports: SubscriptionReports = .changes) throws {
            context = try Context()
            var options = XSubscriberSocket.Options()
            options.transport.reconnectInterval = .milliseconds(10)
            frontend = try XSubscriberSocket(context: context, options: options)
            backend = try XPublisherSocket(context: context, options: .init(reports: reports))
            entry = try backend.bind(.tcp("127.0.0.1", port: .any))
            let proxy = Proxy(frontend, backend)
            self.proxy = proxy
            running = Task { try await proxy.run() }
        }

        func publisher(
            at endpoint: Endpoint = .tcp("127.0.0.1", port: .any)
        ) async throws -> (PublisherSocket, Endpoint) {
            let publisher = try PublisherSocket(context: context)
            var bound: Endpoint?
            try await eventually {
                bound = try? publisher.bind(endpoint)
                return bound != nil
            }
            return (publisher, try #require(bound))
        }

        func subscriber(_ topics: Topic...) throws -> SubscriberSocket {
            let subscriber = try SubscriberSocket(subscriptions: topics, context: context)
            try subscriber.connect(entry)
            return subscriber
        }

        func stop() async throws {
            proxy.stop()
            try await value(of: running)
        }
    }

    private static func count(_ topic: Topic, at publisher: PublisherSocket) async throws -> Int {
        try await publisher.subscriptions(to: topic, atLeast: 0)
    }

    /// Two subscribe to the same, and one after the other unsubscribes or goes away: the publisher knows of one
    /// subscription until the last is gone.
    @Test func subscriptionsAreCountedUpstream() async throws {
        let forwarder = try Forwarder()
        let (publisher, endpoint) = try await forwarder.publisher()
        try forwarder.frontend.connect(endpoint)
        let (first, second) = (try forwarder.subscriber("a"), try forwarder.subscriber("a", "b"))
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: SocketTest.patience)
        try await publisher.subscriptions(to: "b", atLeast: 1, timeout: SocketTest.patience)
        // Each gets its own, whole, and nobody what he has not asked for.
        try await publisher.send(Message("c", "nobody's"))
        for number in 0..<100 {
            try await publisher.send(Message("a", "\(number)"))
            try await publisher.send(Message("b", "\(number)"))
        }
        for number in 0..<100 {
            #expect(try await second.receive(timeout: SocketTest.patience) == Message("a", "\(number)"))
            #expect(try await second.receive(timeout: SocketTest.patience) == Message("b", "\(number)"))
            #expect(try await first.receive(timeout: SocketTest.patience) == Message("a", "\(number)"))
        }
        #expect(forwarder.proxy.statistics.forward.messages == 200)
        try first.unsubscribe(from: "a")
        try first.subscribe(to: "marker")
        try await publisher.subscriptions(to: "marker", atLeast: 1, timeout: SocketTest.patience)
        #expect(try await Self.count("a", at: publisher) == 1)
        // The last one says nothing and goes.
        second.close()
        try await eventually {
            let (a, b) = (try await Self.count("a", at: publisher), try await Self.count("b", at: publisher))
            return a == 0 && b == 0
        }
        try first.subscribe(to: "a")
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: SocketTest.patience)
        try await forwarder.stop()
    }

    /// What the documentation warns of: the XSUB tells of each subscription and of one end, and of none if it is not
    /// told of as many ends as it was of subscriptions.
    @Test(arguments: [SubscriptionReports.everything, .everySubscription])
    func otherReportsMiscountUpstream(reports: SubscriptionReports) async throws {
        let forwarder = try Forwarder(reports: reports)
        let (publisher, endpoint) = try await forwarder.publisher()
        try forwarder.frontend.connect(endpoint)
        let subscribers = [try forwarder.subscriber("a"), try forwarder.subscriber("a")]
        try await eventually { forwarder.proxy.statistics.backward.messages == 2 }
        for subscriber in subscribers { try subscriber.unsubscribe(from: "a") }
        try await eventually {
            forwarder.proxy.statistics.backward.messages == (reports == .everything ? 4 : 3)
        }
        try subscribers[0].subscribe(to: "marker")
        try await publisher.subscriptions(to: "marker", atLeast: 1, timeout: SocketTest.patience)
        #expect(try await Self.count("a", at: publisher) == (reports == .everything ? 1 : 2))
        try await publisher.send("a")
        try await publisher.send("marker")
        #expect(try await subscribers[0].receive(timeout: SocketTest.patience) == "marker")
        try await forwarder.stop()
        #expect(forwarder.proxy.statistics.forward.messages == (reports == .everything ? 1 : 2))
    }

    /// A publisher that comes back, and one that is new, are told of all subscriptions.
    @Test func publishersThatComeBackAreTold() async throws {
        let forwarder = try Forwarder()
        var (publisher, endpoint) = try await forwarder.publisher()
        try forwarder.frontend.connect(endpoint)
        let subscriber = try forwarder.subscriber("a", "b")
        for round in 0..<3 {
            for topic in ["a", "b"] as [Topic] {
                try await publisher.subscriptions(to: topic, atLeast: 1, timeout: SocketTest.patience)
            }
            try await publisher.send("a\(round)")
            #expect(try await subscriber.receive(timeout: SocketTest.patience).string == "a\(round)")
            publisher.close()
            (publisher, endpoint) = try await forwarder.publisher(at: endpoint)
        }
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: SocketTest.patience)
        let (another, place) = try await forwarder.publisher()
        try forwarder.frontend.connect(place)
        try await another.subscriptions(to: "b", atLeast: 1, timeout: SocketTest.patience)
        // Thousands at once, more than a queue holds.
        for number in 10000..<13000 { try subscriber.subscribe(to: Topic("\(number)")) }
        try await another.subscriptions(to: "12999", atLeast: 1, timeout: SocketTest.patience)
        var missing = 0
        for number in 10000..<13000 { missing += 1 - (try await Self.count(Topic("\(number)"), at: another)) }
        #expect(missing == 0)
        try await forwarder.stop()
    }

    /// Subscriptions made while the proxy is paused, or before it runs, are late and not lost.
    @Test func subscriptionsWaitWhilePaused() async throws {
        let forwarder = try Forwarder()
        await forwarder.proxy.pause()
        let (publisher, endpoint) = try await forwarder.publisher()
        try forwarder.frontend.connect(endpoint)
        let subscriber = try forwarder.subscriber("a", "b")
        try subscriber.unsubscribe(from: "b")
        #expect(forwarder.proxy.statistics.backward.messages == 0)
        forwarder.proxy.resume()
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: SocketTest.patience)
        try await eventually { try await Self.count("b", at: publisher) == 0 }
        try await forwarder.stop()
    }

    /// SUB and PUB: one direction, and only what the frontend has subscribed to.
    @Test func publishedAgain() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let frontend = try SubscriberSocket(subscriptions: ["a"], context: context)
        let backend = try PublisherSocket(context: context)
        let subscriber = try SubscriberSocket(subscriptions: ["a1", "b"], context: context)
        try frontend.connect(try publisher.bind(.tcp("127.0.0.1", port: .any)))
        try subscriber.connect(try backend.bind(.tcp("127.0.0.1", port: .any)))
        let proxy = Proxy(frontend, backend)
        let running = Task { try await proxy.run() }
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: SocketTest.patience)
        try await backend.subscriptions(to: "a1", atLeast: 1, timeout: SocketTest.patience)
        for number in 0..<100 {
            for topic in ["b", "a2", "a1"] { try await publisher.send(Message(topic, "\(number)", "")) }
            #expect(try await subscriber.receive(timeout: SocketTest.patience) == Message("a1", "\(number)", ""))
        }
        #expect(proxy.statistics.forward.messages == 200)
        #expect(proxy.statistics.backward == .init())
        // Without a subscription it would wait for ever, and says so.
        try frontend.unsubscribe(from: "a")
        proxy.stop()
        try await value(of: running)
        await SocketTest.expect(.noSubscriptions, "SUB → PUB") { try await Proxy(frontend, backend).run() }
    }

    /// One socket with many peers over TCP: an echo returns to each what it sent.
    @Test func echoesOverConnections() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let endpoint = try router.bind(.tcp("127.0.0.1", port: .any))
        let proxy = Proxy(echoing: router)
        let running = Task { try await proxy.run() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<5 {
                group.addTask {
                    let socket = try DealerSocket(context: context)
                    try socket.connect(endpoint)
                    for round in 0..<40 {
                        for number in 0..<10 { try await socket.send(Message("\(client)", "\(round)", "\(number)")) }
                        for number in 0..<10 {
                            let echo = try await socket.receive(timeout: SocketTest.patience)
                            #expect(echo == Message("\(client)", "\(round)", "\(number)"))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        proxy.stop()
        try await value(of: running)
        #expect(proxy.statistics.forward.messages == 2000)
    }
}
