// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// PUB and SUB, XPUB and XSUB: to those who asked.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PublishSubscribeTests {
    @Test(arguments: [Endpoint.inproc("shapes"), .ipc("*"), .tcp("127.0.0.1", port: .any)])
    func shapes(endpoint: Endpoint) async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let subscriber = try SubscriberSocket(subscriptions: [.all], context: context)
        try subscriber.connect(try publisher.bind(endpoint))
        try await publisher.subscriptions(to: .all, atLeast: 1, timeout: SocketTest.patience)
        let messages = try PipelineSocketTests.shapes.map { try SocketTest.message(frames: $0.0, bytes: $0.1) }
        for message in messages { try await publisher.send(message) }
        for message in messages { #expect(try await subscriber.receive(timeout: SocketTest.patience) == message) }
        #expect(publisher.statistics.dropped == 0)
    }

    @Test func prefixesAndTheirEnd() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let subscriber = try SubscriberSocket(subscriptions: ["a.", "b.", "end"], context: context)
        try subscriber.connect(try publisher.bind(.inproc("prefixes")))
        try await publisher.subscriptions(to: "end", atLeast: 1, timeout: SocketTest.patience)
        for text in ["a.1", "a", "b.1", "c.1", "A.2", "end"] { try await publisher.send(text) }
        var received: [String] = []
        while received.last != "end" {
            received.append(try await subscriber.receive(timeout: SocketTest.patience).string)
        }
        #expect(received == ["a.1", "b.1", "end"])

        try subscriber.unsubscribe(from: "a.")
        try subscriber.subscribe(to: Topic([0xff]))
        try await publisher.subscriptions(to: Topic([0xff, 1]), atLeast: 1, timeout: SocketTest.patience)
        #expect(try await publisher.subscriptions(to: "a.", atLeast: 0) == 0)
        try await publisher.send("a.2")
        try await publisher.send("b.2")
        try await publisher.send([0xff, 7])
        #expect(try await subscriber.receive(timeout: SocketTest.patience) == "b.2")
        #expect(try await subscriber.receive(timeout: SocketTest.patience) == Message([0xff, 7]))
    }

    /// Without waiting, and as far as subscriptions have come.
    @Test func subscriptionsThatAreKnownNow() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        #expect(try publisher.subscriptions(to: "a.1") == 0)
        let subscriber = try SubscriberSocket(subscriptions: ["a.", "a", "b"], context: context)
        try subscriber.connect(try publisher.bind(.inproc("known")))
        try await publisher.subscriptions(to: "b", atLeast: 1, timeout: SocketTest.patience)
        #expect(try publisher.subscriptions(to: "a.1") == 2)
        #expect(try publisher.subscriptions(to: "a") == 1)
        #expect(try publisher.subscriptions(to: .all) == 0)
        try subscriber.unsubscribe(from: "a")
        try await eventually { try publisher.subscriptions(to: "a.1") == 1 }
        publisher.close()
        await SocketTest.expect(.closed) { _ = try publisher.subscriptions(to: "a") }
    }

    @Test func subscriberWithoutSubscriptions() async throws {
        let context = try Context()
        let subscriber = try SubscriberSocket(context: context)
        await SocketTest.expect(.noSubscriptions, "SUB socket", "subscribe first") {
            _ = try await subscriber.receive()
        }
        await SocketTest.expect(.noSubscriptions) { _ = try await subscriber.receive(upTo: 3) }
        await SocketTest.expect(.noSubscriptions) { for try await _ in subscriber.messages {} }
        #expect(try subscriber.tryReceive() == nil)
        try subscriber.subscribe(to: "x")
        await SocketTest.expect(.timedOut) { _ = try await subscriber.receive(timeout: .milliseconds(5)) }
        try subscriber.unsubscribe(from: "x")
        await SocketTest.expect(.noSubscriptions) { _ = try await subscriber.receive() }
    }

    @Test func subscriptionsAreWaitedFor() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let endpoint = try publisher.bind(.tcp("127.0.0.1", port: .any))
        await SocketTest.expect(.timedOut, "subscriptions", "PUB socket") {
            try await publisher.subscriptions(to: "x", atLeast: 1, timeout: .milliseconds(20))
        }
        async let waiting = publisher.subscriptions(to: "x.y", atLeast: 3, timeout: SocketTest.patience)
        let subscribers = try [["x"], ["x.", "y"], ["x.y"], ["x.y.z"]].map { topics in
            try SubscriberSocket(subscriptions: topics.map { Topic($0) }, context: context)
        }
        for subscriber in subscribers { try subscriber.connect(endpoint) }
        #expect(try await waiting == 3)
    }

    @Test func publisherWithoutSubscribersDoesNotWait() async throws {
        let publisher = try PublisherSocket(context: Context(), options: .init(sendHighWaterMark: 1))
        for _ in 0..<100 { try await publisher.send("nobody") }
        #expect(try publisher.trySend("nobody"))
        #expect(publisher.statistics.dropped == 0)
    }

    @Test func fullSubscriberMissesAndTheOthersDoNot() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context, options: .init(sendHighWaterMark: 2))
        let endpoint = try publisher.bind(.inproc("drop"))
        let slow = try SubscriberSocket(
            subscriptions: [.all],
            context: context,
            options: .init(receiveHighWaterMark: 3)
        )
        let quick = try SubscriberSocket(
            subscriptions: [.all],
            context: context,
            options: .init(receiveHighWaterMark: 0)
        )
        try slow.connect(endpoint)
        try quick.connect(endpoint)
        try await publisher.subscriptions(to: .all, atLeast: 2, timeout: SocketTest.patience)
        for number in 0..<100 { try await publisher.send("\(number)") }
        #expect(publisher.statistics.sent == 100)
        // libzmq reports a queue that becomes full, not every message that then passes it by.
        #expect((1...95).contains(publisher.statistics.dropped))
        for number in 0..<100 {
            #expect(try await quick.receive(timeout: SocketTest.patience).string == "\(number)")
        }
        var kept: [String] = []
        while let message = try slow.tryReceive() { kept.append(message.string) }
        #expect(kept == (0..<5).map(String.init))
    }

    @Test(arguments: [Endpoint.inproc("wait"), .tcp("127.0.0.1", port: .any)])
    func publisherThatWaitsLosesNothing(endpoint: Endpoint) async throws {
        let context = try Context()
        let publisher = try PublisherSocket(
            context: context,
            options: .init(sendHighWaterMark: 2, overflow: .wait)
        )
        let bound = try publisher.bind(endpoint)
        let subscribers = try (1...2).map { mark in
            try SubscriberSocket(
                subscriptions: [.all],
                context: context,
                options: .init(receiveHighWaterMark: mark)
            )
        }
        for subscriber in subscribers { try subscriber.connect(bound) }
        try await publisher.subscriptions(to: .all, atLeast: 2, timeout: SocketTest.patience)
        // More than the kernel's buffers hold.
        let padding = String(repeating: ".", count: 20_000)
        async let published: Void = {
            for number in 0..<1000 { try await publisher.send("\(number)\(padding)", timeout: SocketTest.patience) }
        }()
        for number in 0..<1000 {
            for subscriber in subscribers {
                let text = try await subscriber.receive(timeout: SocketTest.patience).string
                #expect(text.hasPrefix("\(number)."))
            }
        }
        try await published
        #expect(publisher.statistics.dropped == 0)
        #expect(publisher.statistics.parks > 0)
    }

    @Test func publisherThatWaitsSuspends() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(
            context: context,
            options: .init(sendHighWaterMark: 1, overflow: .wait)
        )
        let subscriber = try SubscriberSocket(
            subscriptions: [.all],
            context: context,
            options: .init(receiveHighWaterMark: 1)
        )
        try subscriber.connect(try publisher.bind(.inproc("suspends")))
        try await publisher.subscriptions(to: .all, atLeast: 1, timeout: SocketTest.patience)
        try await publisher.send("1")
        try await publisher.send("2")
        #expect(try !publisher.trySend("3"))
        await SocketTest.expect(.timedOut, "PUB socket") { try await publisher.send("3", timeout: .milliseconds(20)) }
        #expect(try await subscriber.receive(upTo: 5, timeout: SocketTest.patience) == ["1", "2"])
        try await publisher.send("4", timeout: SocketTest.patience)
        #expect(try await subscriber.receive(timeout: SocketTest.patience) == "4")
    }

    @Test func extendedSocketsSeeSubscriptions() async throws {
        let context = try Context()
        let publisher = try XPublisherSocket(context: context)
        let subscriber = try XSubscriberSocket(context: context)
        try subscriber.connect(try publisher.bind(.tcp("127.0.0.1", port: .any)))
        try await subscriber.subscribe(to: "news.")
        let change = try await publisher.receive(timeout: SocketTest.patience).subscriptionChange
        #expect(change?.isSubscribed == true)
        #expect(change?.topic == "news.")
        try await publisher.send("sports.1")
        try await publisher.send("news.1")
        #expect(try await subscriber.receive(timeout: SocketTest.patience) == "news.1")
        try await subscriber.unsubscribe(from: "news.")
        let end = try await publisher.receive(timeout: SocketTest.patience).subscriptionChange
        #expect(end?.isSubscribed == false)
        #expect(end?.topic == "news.")
        // A message to the publisher that is no subscription reaches it as it is.
        try await subscriber.send("upstream")
        let upstream = try await publisher.receive(timeout: SocketTest.patience)
        #expect(upstream == "upstream")
        #expect(upstream.subscriptionChange == nil)
    }

    @Test func verbosePublisherSeesEverySubscription() async throws {
        let context = try Context()
        let publisher = try XPublisherSocket(context: context, options: .init(reports: .everything))
        let endpoint = try publisher.bind(.inproc("verbose"))
        let subscribers = try (0..<3).map { _ in try SubscriberSocket(subscriptions: ["same"], context: context) }
        for subscriber in subscribers { try subscriber.connect(endpoint) }
        for _ in subscribers {
            let change = try await publisher.receive(timeout: SocketTest.patience).subscriptionChange
            #expect(change?.topic == "same")
        }
        #expect(try publisher.tryReceive() == nil)
    }
}
