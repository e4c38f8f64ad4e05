// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

extension Interop {
    /// Which messages subscribers get, and that subscriptions outlive publishers, with pyzmq at the other end.
    @Suite(
        .serialized,
        .timeLimit(.minutes(5)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct SubscriptionInteropTests {
        private let context: Context
        private let peer: Peer

        init() throws {
            context = try Context()
            peer = try Peer(.pyzmq)
        }

        private var transport: TransportOptions { Interop.transport() }

        private func subscriber(to topics: [[UInt8]] = []) throws -> SubscriberSocket {
            let options = SubscriberSocket.Options(transport: transport)
            return try SubscriberSocket(subscriptions: topics.map { Topic($0) }, context: context, options: options)
        }

        // MARK: Exactly the messages that were asked for

        @Test(arguments: Way.allCases) func subscriberGetsExactlyWhatItAsksFor(_ way: Way) async throws {
            let subscriber = try subscriber()
            try await peer.socket("XPUB", ["SNDHWM": 0])
            try await way.join(subscriber, peer)
            var plan = TopicPlan()
            for round in 0..<5 {
                let (added, removed) = plan.change()
                for topic in added { try subscriber.subscribe(to: Topic(topic)) }
                for topic in removed { try subscriber.unsubscribe(from: Topic(topic)) }
                // Changes come in order: when this one is known, so are all before it.
                let end = plan.end(round)
                try subscriber.subscribe(to: Topic(end))
                _ = try await peer("receive_until", ["name": "peer", "last": [.hex([1] + end)]])

                let (sent, expected) = plan.messages(endingWith: end)
                try await peer("send", ["name": "peer", "messages": .list(sent.map { .list($0.map { .hex($0) }) })])
                var got: [[[UInt8]]] = []
                while got.last?.first != end {
                    got.append(try await subscriber.receive(timeout: Interop.patience).frames.map(\.array))
                }
                #expect(got == expected, "seed \(plan.seed), round \(round)")
            }
            #expect(plan.isTelling)
        }

        @Test(arguments: Way.allCases) func publisherSendsExactlyWhatIsAskedFor(_ way: Way) async throws {
            let publisher = try PublisherSocket(context: context, options: .init(overflow: .wait, transport: transport))
            try await peer.socket("SUB", ["SNDHWM": 0])
            try await way.join(publisher, peer)
            var plan = TopicPlan()
            for round in 0..<5 {
                let (added, removed) = plan.change()
                let end = plan.end(round)
                try await peer("subscribe", ["name": "peer", "topics": .list(added.map { .hex($0) })])
                try await peer("unsubscribe", ["name": "peer", "topics": .list(removed.map { .hex($0) })])
                try await peer("subscribe", ["name": "peer", "topics": [.hex(end)]])
                try await publisher.subscriptions(to: Topic(end), atLeast: 1, timeout: Interop.patience)

                let (sent, expected) = plan.messages(endingWith: end)
                for message in sent {
                    try await publisher.send(try Message(frames: message.map { Frame($0) }), timeout: Interop.patience)
                }
                let last = JSON.list(sent.last!.map { .hex($0) })
                let answer = try await peer("receive_until", ["name": "peer", "last": last])
                let got = (answer.messages ?? []).map { $0.map(Hex.bytes) }
                #expect(got == expected, "seed \(plan.seed), round \(round)")
            }
            #expect(plan.isTelling)
        }

        // MARK: Many subscriptions, and a publisher that comes back

        /// 3000 are more than libzmq's default high-water mark, beyond which it forgets some (libzmq#2258). The
        /// subscriber's task does nothing meanwhile: with libzmq alone, an idle one does not subscribe again at all.
        @Test func subscriptionsOutliveThePublisher() async throws {
            let topics = (0..<3000).map { Array("topic \($0)".utf8) }
            let subscriber = try subscriber(to: topics)
            try await peer.socket("XPUB", ["SNDHWM": 0])
            try await Way.tcpConnected.join(subscriber, peer)
            try await expect(topics, at: peer, "at the first connection")
            let endpoint = try #require(try await peer("last_endpoint", ["name": "peer"]).endpoint)
            try await peer.crash()

            let next = try Peer(.pyzmq)
            try await next.socket("XPUB", ["SNDHWM": 0])
            try await next("bind", ["name": "peer", "endpoint": .text(endpoint)])
            try await expect(topics, at: next, "after the publisher's restart")
            try await next.send("topic 2999", "news")
            let news = try await subscriber.receive(timeout: Interop.patience)
            #expect(news == Message("topic 2999", "news"))
        }

        private func expect(_ topics: [[UInt8]], at peer: Peer, _ when: Comment) async throws {
            let answer = try await peer("receive_distinct", ["name": "peer", "count": .number(topics.count)])
            let wishes = Set((answer.messages ?? []).compactMap(\.first).map(Hex.bytes))
            #expect(wishes == Set(topics.map { [1] + $0 }), when)
        }

        /// The other way round. (With pyzmq's default mark, the peer's libzmq forgets two thirds.)
        @Test func publisherComesBackToItsSubscribers() async throws {
            let topics = Set((0..<3000).map { Topic("topic \($0)") })
            try await peer.socket("SUB", ["SNDHWM": 0, "RECONNECT_IVL": 5], subscriptions: topics.map(\.bytes))
            let options = XPublisherSocket.Options(transport: transport)
            var publisher = try XPublisherSocket(context: context, options: options)
            let endpoint = try publisher.bind(.tcp("127.0.0.1", port: .any))
            try await peer("connect", ["name": "peer", "endpoint": "\(endpoint)"])
            #expect(try await wishes(of: publisher, count: 3000) == topics)
            publisher.close()

            publisher = try XPublisherSocket(context: context, options: options)
            try await eventually {
                do { try publisher.bind(endpoint) } catch let error as ZMQError {
                    if error.code == .addressInUse { return false }
                    throw error
                }
                return true
            }
            // pyzmq's thread must wait at the socket: an idle SUB of libzmq's does not subscribe again.
            let (peer, next) = (peer, publisher)
            try await Interop.together(
                {
                    let news = try await peer.receive()
                    #expect(news == [["topic 2999", "news"]])
                },
                {
                    let wishes = try await wishes(of: next, count: 3000)
                    #expect(wishes == topics)
                    try await next.send(Message("topic 2999", "news"), timeout: Interop.patience)
                }
            )
        }

        private func wishes(of publisher: XPublisherSocket, count: Int) async throws -> Set<Topic> {
            var wishes: Set<Topic> = []
            while wishes.count < count {
                let change = try await publisher.receive(timeout: Interop.patience).subscriptionChange
                let wish = try #require(change)
                try #require(wish.isSubscribed)
                wishes.insert(wish.topic)
            }
            return wishes
        }

        // MARK: Welcome, and the newest only

        @Test func subscribersAreWelcomed() async throws {
            let options = PublisherSocket.Options(welcomeMessage: Array("welcome".utf8), transport: transport)
            let publisher = try PublisherSocket(context: context, options: options)
            try await peer.socket("SUB", subscriptions: [Array("wel".utf8)])
            try await Way.tcpBound.join(publisher, peer)
            #expect(try await peer.receive() == [["welcome"]])
        }

        @Test func subscriberIsWelcomed() async throws {
            let subscriber = try subscriber(to: [Array("wel".utf8)])
            try await peer.socket("XPUB", ["XPUB_WELCOME_MSG": "welcome"])
            try await Way.tcpConnected.join(subscriber, peer)
            #expect(try await subscriber.receive(timeout: Interop.patience) == "welcome")
        }

        /// One that does not read while 10 000 messages come gets the newest, and few others; one that keeps them gets
        /// all.
        @Test func newestMessagesOfAPublisher() async throws {
            let count = 10_000
            let slow = try subscriber(to: [[]])
            var messages = slow.messages.newest.makeAsyncIterator()
            let options = SubscriberSocket.Options(receiveHighWaterMark: 0, transport: transport)
            let other = try SubscriberSocket(subscriptions: [.all], context: context, options: options)
            try await peer.socket("XPUB", ["SNDHWM": 0, "XPUB_VERBOSE": 1])
            try await Way.tcpConnected.join(slow, peer)
            let endpoint = try #require(try await peer("last_endpoint", ["name": "peer"]).endpoint)
            try other.connect(try Endpoint(parsing: endpoint))
            #expect(try await peer.receive(2) == [["\u{1}"], ["\u{1}"]])

            try await peer("send", ["name": "peer", "messages": .list((0..<count).map { [.hex("\($0)")] })])
            for number in 0..<count {
                #expect(try await other.receive(timeout: Interop.patience).string == "\(number)")
            }
            var received: [Int] = []
            while received.last != count - 1 {
                let message = try #require(try await messages.next())
                received.append(try #require(Int(message.string)))
            }
            #expect(received == received.sorted())
            try await eventually { received.count + Int(slow.statistics.discarded) == count }
            #expect(received.count < count / 2)
        }
    }
}

/// Random subscriptions and messages over a small alphabet, so that prefixes overlap, and what has to arrive.
struct TopicPlan {
    let seed = UInt64.random(in: 0 ... .max)
    private var random: SeededGenerator
    /// How often each prefix is subscribed to.
    private var counts: [[UInt8]: Int] = [:]
    private var number = 0
    private var matches = 0
    private var misses = 0
    private var duplicates = 0
    private var leftOver = 0

    init() {
        random = SeededGenerator(seed: seed)
        print("topics: seed \(seed)")
    }

    /// Whether all that these tests are about has happened often enough.
    var isTelling: Bool { matches > 100 && misses > 100 && duplicates > 5 && leftOver > 0 }

    private mutating func bytes(_ lengths: ClosedRange<Int>) -> [UInt8] {
        let alphabet: [UInt8] = [0, 1, 0x61, 0xff]
        return (0..<Int.random(in: lengths, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
    }

    /// Not beginning with 1: such a subscription cannot be taken back (see `SubscriberSocket.unsubscribe(from:)`).
    private mutating func topic() -> [UInt8] {
        let topic = bytes(1...3)
        return topic[0] == 1 ? [0x61] + topic.dropFirst() : topic
    }

    /// Prefixes to subscribe to and, after that, to take back; some of them are subscribed to several times.
    mutating func change() -> (added: [[UInt8]], removed: [[UInt8]]) {
        let added = (0..<40).map { _ in topic() }
        for topic in added {
            if counts[topic, default: 0] > 0 { duplicates += 1 }
            counts[topic, default: 0] += 1
        }
        // In an order that depends on the seed alone.
        let all = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let removed = all.flatMap { Array(repeating: $0.key, count: $0.value) }.filter { _ in
            Int.random(in: 0..<3, using: &random) > 0
        }
        for topic in removed {
            counts[topic]! -= 1
            if counts[topic]! > 0 { leftOver += 1 } else { counts[topic] = nil }
        }
        return (added, removed)
    }

    /// A topic that is subscribed to last, and published last.
    func end(_ round: Int) -> [UInt8] { Array("end of round \(round)".utf8) }

    /// Messages of a topic and a number, and those of them that have to arrive.
    mutating func messages(endingWith end: [UInt8]) -> (all: [[[UInt8]]], expected: [[[UInt8]]]) {
        var all: [[[UInt8]]] = []
        var expected: [[[UInt8]]] = []
        for _ in 0..<400 {
            number += 1
            let message = [bytes(0...5), Array("\(number)".utf8)]
            all.append(message)
            if counts.keys.contains(where: message[0].starts) {
                expected.append(message)
                matches += 1
            } else {
                misses += 1
            }
        }
        return (all + [[end, []]], expected + [[end, []]])
    }
}
