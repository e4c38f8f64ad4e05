// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// The rules that libzmq's events cannot keep: senders that wait for one full peer among several, and sockets that
/// nobody waits at; see ``ReactorRulesTests``.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct ReactorActivityTests {
    /// A publisher that waits for its subscriber, which is full, and a message that was refused.
    private struct FullSubscriber {
        let context: Context
        let publisher: XPublisherSocket
        let subscriber: XSubscriberSocket
        var miss = Moment.start

        init() async throws {
            context = try Context()
            publisher = try XPublisherSocket(context: context, options: .init(sendHighWaterMark: 1, overflow: .wait))
            subscriber = try XSubscriberSocket(context: context, options: .init(receiveHighWaterMark: 1))
            try subscriber.connect(try publisher.bind(.inproc("full")))
            try await subscriber.subscribe(to: "")
            _ = try await publisher.receive(timeout: .seconds(10))
            while try publisher.trySend("fill") {}
            var message: Message = "late"
            #expect(try !publisher.engine.sendAtOnce(&message, &miss))
        }

        func drain() throws { while try subscriber.tryReceive() != nil {} }

        func sending() -> Task<Void, any Error> {
            Task { [publisher, miss] in
                try await publisher.engine.sendEventually("late", after: miss, timeout: nil)
            }
        }

        /// Consumes the signal, as any operation may.
        func consumeSignal() throws {
            _ = try publisher.engine.withHandle("events") { (state) in state.handle.events() }
        }
    }

    /// Rule 13: activity wakes all senders, because no event tells which of them can go on.
    @Test func rule13_activityWakesSenders() async throws {
        let full = try await FullSubscriber()
        let sender = full.sending()
        try await eventually { full.publisher.statistics.parks >= 1 }
        try full.drain()
        try await value(of: sender)
        #expect(try full.subscriber.tryReceive() == "late")
    }

    /// Rule 13: when another call consumed the signal, the sender that waits tries again all the same.
    @Test func rule13_consumedSignalsMakeSendersTryAgain() async throws {
        let full = try await FullSubscriber()
        let sender = full.sending()
        try await eventually { full.publisher.statistics.parks >= 1 }
        let stall = await Stall(full.context)
        try full.drain()
        try full.consumeSignal()
        stall.end()
        try await value(of: sender)
        #expect(try full.subscriber.tryReceive() == "late")
    }

    /// Rule 13: likewise when that call came between the sender's miss and its parking.
    @Test func rule13_sendersTryAgainAfterATouch() async throws {
        let full = try await FullSubscriber()
        let stall = await Stall(full.context)
        try full.drain()
        try full.consumeSignal()
        let sender = full.sending()
        try await eventually { full.publisher.statistics.parks >= 1 }
        stall.end()
        try await value(of: sender)
        #expect(try full.subscriber.tryReceive() == "late")
    }

    /// Rule 14: a socket that nobody uses processes its commands: a subscriber says again what it wants to a publisher
    /// that comes back, as often as that happens.
    @Test func rule14_idleSubscribersSubscribeAgain() async throws {
        let context = try Context()
        var quick = TransportOptions()
        quick.linger = .zero
        quick.reconnectInterval = .milliseconds(10)
        let subscriber = try SubscriberSocket(subscriptions: ["a"], context: context, options: .init(transport: quick))
        var endpoint = Endpoint.tcp("127.0.0.1", port: .any)
        for round in 0..<5 {
            let publisher = try PublisherSocket(context: context, options: .init(transport: quick))
            var bound: Endpoint?
            // The port is free again a little after the publisher before was closed.
            try await eventually {
                bound = try? publisher.bind(endpoint)
                return bound != nil
            }
            endpoint = try #require(bound)
            if round == 0 { try subscriber.connect(endpoint) }
            try await publisher.subscriptions(to: "a", atLeast: 1, timeout: .seconds(10))
            publisher.close()
        }
        #expect(subscriber.statistics.parks == 0)
    }

    /// Rule 14: a publisher that nobody uses takes in what subscribers want, so that nothing piles up in it.
    @Test func rule14_idlePublishersTakeSubscriptionsIn() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let subscriber = try SubscriberSocket(subscriptions: ["a"], context: context)
        try subscriber.connect(try publisher.bind(.inproc("idle")))
        for round in 1...3 {
            // Longer than a socket that nobody waits at is left alone.
            try await Task.sleep(for: SocketEngine.sweepInterval * 2)
            if round > 1 { try subscriber.subscribe(to: Topic("a\(round)")) }
            let wanted = Array("a\(round)".utf8)
            try await eventually {
                publisher.engine.state.withLock { $0.subscriptions.count(matching: wanted) } >= min(round, 2)
            }
        }
    }

    /// Rule 14: without commands there is no timer: an idle socket is armed, and nothing is due.
    @Test func rule14_idleSocketsRest() async throws {
        let duo = try Duo()
        #expect(try duo.right.trySend("news"))
        let reactor = duo.left.engine.context.reactor
        try await eventually {
            let isArmed = [duo.left, duo.right].allSatisfy { $0.engine.state.withLock { $0.isArmed } }
            return isArmed && reactor.state.withLock { $0.deadlines.count } == 0
        }
        try await Task.sleep(for: SocketEngine.sweepInterval * 3)
        #expect(duo.left.engine.state.withLock { $0.isArmed && $0.sweepTime == nil })
        #expect(reactor.state.withLock { $0.deadlines.count } == 0)
    }
}
