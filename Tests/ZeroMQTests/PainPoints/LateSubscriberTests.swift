// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing
import ZeroMQ

/// Nobody comes too late, and nothing that was asked for is forgotten.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LateSubscriberTests {
    /// The first message after `subscriptions(to:atLeast:)` reaches them all (libzmq#2267): over a network the
    /// handshake alone says nothing.
    @Test(arguments: [Endpoint.inproc("first"), .ipc("*"), .tcp("127.0.0.1", port: .any)])
    func firstMessageReachesEverybody(endpoint: Endpoint) async throws {
        for round in 0..<10 {
            let context = try Context()
            let publisher = try PublisherSocket(context: context)
            let bound = try publisher.bind(endpoint)
            let subscribers = try (0..<10).map { _ in try SubscriberSocket(subscriptions: ["news"], context: context) }
            for subscriber in subscribers { try subscriber.connect(bound) }
            try await publisher.subscriptions(to: "news", atLeast: 10, timeout: SocketTest.patience)
            try await publisher.send("news \(round)")
            for subscriber in subscribers {
                #expect(try await subscriber.receive(timeout: SocketTest.patience).string == "news \(round)")
            }
        }
    }

    /// A subscriber says again what it wants to a publisher that comes back, all of it: libzmq loses what is beyond the
    /// send mark, a thousand by default (libzmq#2258).
    @Test func thousandsOfSubscriptionsSurviveARestart() async throws {
        let context = try Context()
        let quick = TransportOptions(linger: .zero, reconnectInterval: .milliseconds(10))
        let topics = (0..<3000).map { Topic("topic \($0).") }
        let subscriber = try SubscriberSocket(
            subscriptions: topics,
            context: context,
            options: .init(transport: quick)
        )
        var endpoint = Endpoint.tcp("127.0.0.1", port: .any)
        for round in 0..<3 {
            let publisher = try PublisherSocket(context: context, options: .init(transport: quick))
            var bound: Endpoint?
            // The port is free again a little after the publisher before was closed.
            try await eventually {
                bound = try? publisher.bind(endpoint)
                return bound != nil
            }
            endpoint = try #require(bound)
            if round == 0 { try subscriber.connect(endpoint) }
            for topic in topics {
                try await publisher.subscriptions(to: topic, atLeast: 1, timeout: SocketTest.patience)
            }
            try await publisher.send("topic 2999. \(round)")
            #expect(try await subscriber.receive(timeout: SocketTest.patience).string == "topic 2999. \(round)")
            publisher.close()
        }
    }
}
