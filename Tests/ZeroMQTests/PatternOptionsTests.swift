// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// What the options of single patterns do.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PatternOptionsTests {
    private let patience = SocketTest.patience

    // MARK: Publishers and subscribers

    @Test(arguments: [false, true]) func subscribersAreWelcomed(isExtended: Bool) async throws {
        let context = try Context()
        let welcome = Array("hello".utf8)
        let publisher: any SendingSocket =
            if isExtended {
                try XPublisherSocket(context: context, options: .init(welcomeMessage: welcome))
            } else {
                try PublisherSocket(context: context, options: .init(welcomeMessage: welcome))
            }
        let endpoint = try publisher.bind(.tcp("127.0.0.1", port: .any))
        let first = try SubscriberSocket(subscriptions: ["hel"], context: context)
        try first.connect(endpoint)
        #expect(try await first.receive(timeout: patience) == "hello")
        let second = try SubscriberSocket(subscriptions: ["other", "hello"], context: context)
        try second.connect(endpoint)
        #expect(try await second.receive(timeout: patience) == "hello")
        #expect(try first.tryReceive() == nil, "the first has been welcomed")
    }

    @Test func welcomeThatCannotBe() async throws {
        let context = try Context()
        var transport = TransportOptions()
        transport.maximumMessageBytes = 3
        for (welcome, transport) in [([], TransportOptions()), ([1, 2, 3, 4], transport)]
            as [([UInt8], TransportOptions)]
        {
            await SocketTest.expect(.invalidArgument, "welcomeMessage = \(welcome.count) bytes", "use 1 to") {
                _ = try PublisherSocket(context: context, options: .init(welcomeMessage: welcome, transport: transport))
            }
            await SocketTest.expect(.invalidArgument, "XPUB socket option welcomeMessage") {
                _ = try XPublisherSocket(
                    context: context,
                    options: .init(welcomeMessage: welcome, transport: transport)
                )
            }
        }
    }

    @Test(arguments: [false, true]) func matchingIsInverted(isExtended: Bool) async throws {
        let context = try Context()
        let publisher: any SendingSocket =
            if isExtended {
                try XPublisherSocket(context: context, options: .init(invertMatching: true))
            } else {
                try PublisherSocket(context: context, options: .init(invertMatching: true))
            }
        let endpoint = try publisher.bind(.tcp("127.0.0.1", port: .any))
        let subscriber = try SubscriberSocket(
            subscriptions: ["a"],
            context: context,
            options: .init(invertMatching: true)
        )
        try subscriber.connect(endpoint)
        if let publisher = publisher as? PublisherSocket {
            try await publisher.subscriptions(to: "a", atLeast: 1, timeout: patience)
        } else if let publisher = publisher as? XPublisherSocket {
            #expect(try await publisher.receive(timeout: patience) == "\u{1}a")
        }
        for text in ["apple", "banana", "apricot", "cherry"] { try await publisher.send(text) }
        #expect(try await subscriber.receive(timeout: patience) == "banana")
        #expect(try await subscriber.receive(timeout: patience) == "cherry")
    }

    @Test func invertedSubscriberNeedsNoSubscription() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context, options: .init(invertMatching: true))
        let subscriber = try SubscriberSocket(context: context, options: .init(invertMatching: true))
        try subscriber.connect(try publisher.bind(.inproc("inverted")))
        try await publisher.send("everything")
        #expect(try await subscriber.receive(timeout: patience) == "everything")
    }

    /// What an XPUB receives of two subscribers to the same topic that come and go.
    private func reports(of publisher: XPublisherSocket, at endpoint: Endpoint) async throws -> [String] {
        let context = try Context()
        let sockets = [try XSubscriberSocket(context: context), try XSubscriberSocket(context: context)]
        for socket in sockets { try socket.connect(endpoint) }
        var received: [String] = []
        for (socket, wish) in [(0, "\u{1}t"), (1, "\u{1}t"), (0, "\u{0}t"), (1, "\u{0}t")] {
            try await sockets[socket].send(wish)
            // A message that is no wish comes after it, and says that it has been read.
            try await sockets[socket].send("end")
            while true {
                let text = String(decoding: try await publisher.receive(timeout: patience).array, as: UTF8.self)
                if text == "end" { break }
                received.append(text)
            }
        }
        return received
    }

    @Test(arguments: [
        (SubscriptionReports.changes, 1, 1), (.everySubscription, 2, 1), (.everything, 2, 2),
    ])
    func subscriptionsAreReported(reports: SubscriptionReports, subscriptions: Int, ends: Int) async throws {
        let publisher = try XPublisherSocket(context: Context(), options: .init(reports: reports))
        let endpoint = try publisher.bind(.tcp("127.0.0.1", port: .any))
        let received = try await self.reports(of: publisher, at: endpoint)
        #expect(received.filter { $0 == "\u{1}t" }.count == subscriptions)
        #expect(received.filter { $0 == "\u{0}t" }.count == ends)
    }

    @Test func reportsCanBeChanged() async throws {
        let publisher = try XPublisherSocket(context: Context(), options: .init(reports: .everything))
        let endpoint = try publisher.bind(.tcp("127.0.0.1", port: .any))
        try publisher.setReports(.changes)
        #expect(try await reports(of: publisher, at: endpoint).count == 2)
        try publisher.setReports(.everything)
        #expect(try await reports(of: publisher, at: endpoint).count == 4)
    }

    @Test func multicastOptionsReachLibzmq() async throws {
        let context = try Context()
        let other = MulticastOptions(
            kilobitsPerSecond: 1234,
            recoveryTime: .milliseconds(2345),
            hops: 12,
            maximumPacketBytes: 999
        )
        for (options, expected) in [(MulticastOptions(), [100, 10_000, 1, 1500]), (other, [1234, 2345, 12, 999])] {
            let sockets: [any Socket] = [
                try PublisherSocket(context: context, options: .init(multicast: options)),
                try SubscriberSocket(context: context, options: .init(multicast: options)),
                try XPublisherSocket(context: context, options: .init(multicast: options)),
                try XSubscriberSocket(context: context, options: .init(multicast: options)),
            ]
            for socket in sockets {
                let values = [ZMQ_RATE, ZMQ_RECOVERY_IVL, ZMQ_MULTICAST_HOPS, ZMQ_MULTICAST_MAXTPDU].map {
                    socket.engine.number(of: $0)
                }
                #expect(values == expected.map { Int32($0) }, "\(socket.engine.kind.name)")
            }
        }
    }

    // MARK: Probes

    @Test(arguments: ["DEALER", "REQ", "ROUTER"]) func probeIntroducesTheSocket(kind: String) async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let endpoint = try router.bind(.tcp("127.0.0.1", port: .any))
        let socket: any Socket =
            switch kind {
            case "DEALER": try DealerSocket(context: context, options: .init(routingID: "me", probe: true))
            case "REQ": try RequestSocket(context: context, options: .init(routingID: "me", probe: true))
            default: try RouterSocket(context: context, options: .init(routingID: "me", probe: true))
            }
        try socket.connect(endpoint)
        #expect(try await router.receive(timeout: patience) == RoutedMessage(peer: "me", message: ""))
        #expect(socket.statistics.sent == 0)
    }

    // MARK: What can be changed later

    /// Over `inproc` there is one queue, whose mark becomes that of the side which changed it and the receiver's first.
    @Test(arguments: [(true, 11), (false, 21)]) func highWaterMarksCanBeRaised(bySender: Bool, total: Int) async throws
    {
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 1))
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 1))
        try push.connect(try pull.bind(.inproc("raised")))
        if bySender { try push.setSendHighWaterMark(10) } else { try pull.setReceiveHighWaterMark(20) }
        #expect(push.engine.number(of: ZMQ_SNDHWM) == (bySender ? 10 : 1))
        #expect(pull.engine.number(of: ZMQ_RCVHWM) == (bySender ? 1 : 20))
        // The sender's side learns of it when it looks for news.
        _ = push.engine.number(of: ZMQ_EVENTS)
        var count = 0
        while try push.trySend("x") { count += 1 }
        #expect(count == total)
    }

    @Test func everyClassHasItsMarks() async throws {
        let context = try Context()
        let reply = try ReplySocket(context: context)
        let router = try RouterSocket(context: context)
        let dealer = try DealerSocket(context: context)
        let subscriber = try XSubscriberSocket(context: context)
        for count in [0, 5] {
            try reply.setSendHighWaterMark(count)
            try router.setSendHighWaterMark(count)
            try dealer.setSendHighWaterMark(count)
            try reply.setReceiveHighWaterMark(count + 1)
            try router.setReceiveHighWaterMark(count + 1)
            try dealer.setReceiveHighWaterMark(count + 1)
            for socket in [reply, router, dealer] as [any Socket] {
                #expect(socket.engine.number(of: ZMQ_SNDHWM) == Int32(count))
                #expect(socket.engine.number(of: ZMQ_RCVHWM) == Int32(count + 1))
            }
        }
        await SocketTest.expect(.invalidArgument, "DEALER socket option sendHighWaterMark = -1", "0 to") {
            try dealer.setSendHighWaterMark(-1)
        }
        await SocketTest.expect(.invalidArgument, "receiveHighWaterMark") { try router.setReceiveHighWaterMark(.min) }
        func mark(_ socket: some SendingSocket) throws { try socket.setSendHighWaterMark(1) }
        await SocketTest.expect(.notSupported, "XSUB socket", "subscriptions") { try mark(subscriber) }
        dealer.close()
        await SocketTest.expect(.closed, "DEALER socket") { try dealer.setReceiveHighWaterMark(1) }
    }

    @Test func lingerCanBeChanged() async throws {
        let context = try Context()
        let push = try PushSocket(context: context)
        try push.connect(.tcp("127.0.0.1", port: 1))
        try await push.send("to nobody")
        try push.setLinger(nil)
        #expect(push.engine.number(of: ZMQ_LINGER) == -1)
        try push.setLinger(.microseconds(1500))
        #expect(push.engine.number(of: ZMQ_LINGER) == 2)
        await SocketTest.expect(.invalidArgument, "linger", "use 0 to") { try push.setLinger(.seconds(-1)) }
        let subscriber = try SubscriberSocket(context: context)
        try subscriber.setLinger(.seconds(100))
        #expect(subscriber.engine.number(of: ZMQ_LINGER) == 0)
        // With the second that is the default, or for ever, this would take longer.
        push.close()
        subscriber.close()
        try await context.terminate(within: .milliseconds(900))
    }

    @Test func handoverCanBeChanged() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context, options: .init(handover: false))
        let endpoint = try router.bind(.inproc("handover"))
        try router.setHandover(true)
        for text in ["first", "second"] {
            let dealer = try DealerSocket(context: context, options: .init(routingID: "me"))
            try dealer.connect(endpoint)
            try await dealer.send(text)
            #expect(try await router.receive(timeout: patience).message == Message(text))
            try await router.send("to " + text, to: "me")
            #expect(try await dealer.receive(timeout: patience) == Message("to " + text))
        }
    }
}

extension SocketEngine {
    /// What libzmq says of an option now.
    func number(of option: Int32) -> Int32? {
        let value = state.withLock { state in
            unsafe state.handle.withRaw { raw -> Int32? in
                var value: Int32 = 0
                var size = MemoryLayout<Int32>.size
                return unsafe zmq_getsockopt(raw, option, &value, &size) == 0 ? value : nil
            }
        }
        return value ?? nil
    }
}
