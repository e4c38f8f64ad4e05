// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of publishers that speak with subscribers of every age, and of those that answer them:
/// `test_mock_pub_sub`, `test_xpub_manual`, `test_sub_forward`. Sources: ZeroMQ RFC 23/ZMTP, RFC 37/ZMTP.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PublishSubscribeConformance {
    private let patience = Conformance.patience

    /// What a subscriber that speaks bytes writes, and what its publisher is told.
    private static let dialects: [(subscribe: [UInt8], cancel: [UInt8])] = [
        (RawPeer.command("SUBSCRIBE", [0x41]), RawPeer.command("CANCEL", [0x41])),
        ([0, 2, 1, 0x41], [0, 2, 0, 0x41]),
    ]

    @Test(arguments: [0, 1]) func subscribersMaySpeakTheNewOrTheOldForm(dialect: Int) async throws {
        let wishes = Self.dialects[dialect]
        let publisher = try XPublisherSocket(context: Context())
        let port = try publisher.bind(.tcp("127.0.0.1", port: .any)).port
        let subscriber = try await onThread {
            let subscriber = try RawPeer(port: port)
            try subscriber.handshake(as: "SUB")
            subscriber.write(wishes.subscribe)
            return subscriber
        }
        #expect(try await publisher.receive(timeout: patience) == "\u{1}A")
        for text in ["BLOL", "ALOL"] { try await publisher.send(text) }
        // A message of one frame and four bytes, and nothing before it.
        #expect(try await onThread { try subscriber.readExactly(6) } == [0, 4] + Array("ALOL".utf8))
        await onThreadWrite(subscriber, wishes.cancel)
        #expect(try await publisher.receive(timeout: patience) == "\u{0}A")
    }

    @Test(arguments: [0, 1]) func plainPublishersUnderstandBothForms(dialect: Int) async throws {
        let wishes = Self.dialects[dialect]
        let publisher = try PublisherSocket(context: Context())
        let port = try publisher.bind(.tcp("127.0.0.1", port: .any)).port
        let subscriber = try await onThread {
            let subscriber = try RawPeer(port: port)
            try subscriber.handshake(as: "SUB")
            subscriber.write(wishes.subscribe)
            return subscriber
        }
        #expect(try await publisher.subscriptions(to: "A", atLeast: 1, timeout: patience) == 1)
        for text in ["BLOL", "ALOL"] { try await publisher.send(text) }
        #expect(try await onThread { try subscriber.readExactly(6) } == [0, 4] + Array("ALOL".utf8))
        await onThreadWrite(subscriber, wishes.cancel)
        try await eventually { try await publisher.subscriptions(to: "A", atLeast: 0) == 0 }
    }

    private func onThreadWrite(_ peer: RawPeer, _ bytes: [UInt8]) async {
        try? await onThread { peer.write(bytes) }
    }

    /// A publisher that answers each subscription with the last value (libzmq's own way, `ZMQ_XPUB_MANUAL`, is left
    /// out).
    @Test func cacheAnswersEverySubscriber() async throws {
        let context = try Context()
        let publisher = try XPublisherSocket(context: context, options: .init(reports: .everySubscription))
        let endpoint = try publisher.bind(.inproc("cache"))
        for value in ["a1", "b1", "a2"] { try await publisher.send(value) }
        let last = ["a": "a2", "b": "b1"]
        var subscribers: [SubscriberSocket] = []
        for topic in ["a", "b", "a"] {
            let subscriber = try SubscriberSocket(subscriptions: [Topic(topic)], context: context)
            subscribers.append(subscriber)
            try subscriber.connect(endpoint)
            let wish = try #require(try await publisher.receive(timeout: patience).subscriptionChange)
            #expect(wish.isSubscribed && wish.topic == Topic(topic))
            try await publisher.send(try #require(last[wish.topic.bytes.map { String(UnicodeScalar($0)) }.joined()]))
            #expect(try await subscriber.receive(timeout: patience).string == last[topic])
            #expect(try subscriber.tryReceive() == nil)
        }
        // None of them went, which would be a wish, too.
        #expect(try publisher.tryReceive() == nil && subscribers.count == 3)
    }

    @Test(arguments: Conformance.transports) func subscriptionsAreForwardedByHand(endpoint: Endpoint) async throws {
        let context = try Context()
        let publisher = try XPublisherSocket(context: context)
        let (upstream, downstream) = (try XSubscriberSocket(context: context), try XPublisherSocket(context: context))
        let subscriber = try SubscriberSocket(context: context)
        try upstream.connect(try publisher.bind(Conformance.place(endpoint, 1)))
        try subscriber.connect(try downstream.bind(Conformance.place(endpoint, 2)))
        try subscriber.subscribe(to: "topic.")
        // The subscription goes up,
        try await upstream.send(try await downstream.receive(timeout: patience), timeout: patience)
        #expect(try await publisher.receive(timeout: patience).subscriptionChange?.topic == "topic.")
        // and what matches it comes down.
        for text in ["other", "topic.1"] { try await publisher.send(text, timeout: patience) }
        try await downstream.send(try await upstream.receive(timeout: patience), timeout: patience)
        #expect(try await subscriber.receive(timeout: patience) == "topic.1")
        #expect(try upstream.tryReceive() == nil)
    }
}
