// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

extension Interop {
    /// Programs with plain PUB and SUB sockets of pyzmq take part in subjects.
    @Suite(
        .serialized,
        .timeLimit(.minutes(5)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct SubjectInteropTests {
        private let context: Context
        private let peer: Peer

        init() throws {
            context = try Context()
            peer = try Peer(.pyzmq)
        }

        /// A pyzmq SUB gets what begins with its prefix, the subject in front, and the publisher knows what it wants.
        @Test(arguments: Way.allCases) func subscriberGetsItsPrefix(_ way: Way) async throws {
            let options = SubjectPublisher.Options(overflow: .wait, transport: Interop.transport())
            let publisher = try SubjectPublisher(context: context, options: options)
            try await peer.socket("SUB", subscriptions: [Array("orders.".utf8), Array("end".utf8)])
            if way.isBound {
                let endpoint = try publisher.bind(way.isTCP ? .tcp("127.0.0.1", port: .any) : .ipc("*"))
                try await peer("connect", ["name": "peer", "endpoint": "\(endpoint)"])
            } else {
                let endpoint: JSON = way.isTCP ? "tcp://127.0.0.1:*" : "ipc://*"
                let answer = try await peer("bind", ["name": "peer", "endpoint": endpoint])
                try publisher.connect(try Endpoint(parsing: try #require(answer.endpoint)))
            }
            try await publisher.subscriptions(to: "orders.*.new", atLeast: 1, timeout: Interop.patience)
            try await publisher.subscriptions(to: "end", atLeast: 1, timeout: Interop.patience)
            #expect(publisher.isWanted("orders.us.new") && publisher.isWanted("endless"))
            #expect(!publisher.isWanted("orders") && !publisher.isWanted("stock.us"))
            let sent: [(Subject, [Frame])] = [
                ("orders.us.new", ["1"]), ("orders", ["2"]), ("orders2", ["3"]), ("stock.us", ["4"]),
                ("orders.de.new", ["5", "", "6"]), ("endless", [""]), ("end", ["7"]),
            ]
            for (subject, payload) in sent {
                try await publisher.publish(payload, to: subject, timeout: Interop.patience)
            }
            let got = try await peer.receive(4)
            #expect(
                got == [["orders.us.new", "1"], ["orders.de.new", "5", "", "6"], ["endless", ""], ["end", "7"]]
            )
            try await peer("unsubscribe", ["name": "peer", "topics": [.hex("orders.")]])
            try await eventually { !publisher.isWanted("orders.us.new") }
            #expect(publisher.isWanted("end"))
        }

        /// A pyzmq PUB is heard with wildcards. What its prefixes let through beyond that, and what has no subject or
        /// no payload, is counted and not delivered.
        @Test(arguments: ["PUB", "XPUB"]) func publisherIsHeard(_ type: String) async throws {
            let subscriber = try SubjectSubscriber(context: context, options: .init(transport: Interop.transport()))
            let (wide, narrow) = (try subscriber.subscribe("orders.>"), try subscriber.subscribe("orders.*.new"))
            let exact = try subscriber.subscribe("orders")
            let end = try subscriber.subscribe("end")
            try await peer.socket(type, ["SNDHWM": 0])
            let answer = try await peer("bind", ["name": "peer", "endpoint": "tcp://127.0.0.1:*"])
            try subscriber.connect(try Endpoint(parsing: try #require(answer.endpoint)))
            if type == "XPUB" {
                let last = JSON.list([.hex("\u{1}end")])
                _ = try await peer("receive_until", ["name": "peer", "last": last])
            } else {
                // A PUB does not say what it knows: `end` was subscribed to last, so with it the others are known.
                try await eventually {
                    try await peer.send("end", "probe")
                    return try subscriber.tryReceive() != nil
                }
            }
            let sent: [[String]] = [
                ["orders.us.new", "1"], ["orders2", "x"], ["orders", "2"], ["orders.us", "3"], ["orders.us. new", "x"],
                ["orders with a payload"], ["orders..new", "x"], ["orders.>", "x"], ["orders.us.new"], ["stock", "x"],
                ["orders.us.new", "4", "", "5"], ["end", "last"],
            ]
            for frames in sent {
                try await peer("send", ["name": "peer", "messages": [.list(frames.map { .hex($0) })]])
            }
            var received: [SubjectMessage] = []
            while received.last?.payload != "last" {
                let message = try await subscriber.receive(timeout: Interop.patience)
                if message.payload != "probe" { received.append(message) }
            }
            let texts = received.map { ["\($0.subject)"] + $0.payloadFrames.map(\.string) }
            let wanted = [
                ["orders.us.new", "1"], ["orders", "2"], ["orders.us", "3"], ["orders.us.new", "4", "", "5"],
                ["end", "last"],
            ]
            #expect(texts == wanted)
            let subscriptions: [Set<SubjectSubscriber.Subscription>] = [
                [wide, narrow], [exact], [wide], [wide, narrow], [end],
            ]
            #expect(received.map { Set($0.subscriptions) } == subscriptions)
            let statistics = subscriber.statistics
            #expect(statistics.unmatched == 1 && statistics.invalidSubject == 4 && statistics.withoutPayload == 1)
            #expect(statistics.received == statistics.delivered + 6)
        }

        /// 3000 subscriptions reach a pyzmq publisher, and its successor, while nobody touches the subscriber.
        @Test func subscriptionsOutliveThePublisher() async throws {
            let options = SubjectSubscriber.Options(receiveHighWaterMark: 0, transport: Interop.transport())
            let subscriber = try SubjectSubscriber(context: context, options: options)
            for number in 0..<3000 { try subscriber.subscribe(try SubjectFilter("topic.\(number).*")) }
            let wishes = Set((0..<3000).map { [1] + Array("topic.\($0).".utf8) })
            try await peer.socket("XPUB", ["SNDHWM": 0])
            let answer = try await peer("bind", ["name": "peer", "endpoint": "tcp://127.0.0.1:*"])
            let endpoint = try #require(answer.endpoint)
            try subscriber.connect(try Endpoint(parsing: endpoint))
            #expect(try await distinct(3000, of: peer) == wishes)
            try await peer.crash()

            let next = try Peer(.pyzmq)
            try await next.socket("XPUB", ["SNDHWM": 0])
            try await next("bind", ["name": "peer", "endpoint": .text(endpoint)])
            #expect(try await distinct(3000, of: next) == wishes)
            let news = (0..<3000).map { JSON.list([.hex("topic.\($0).x"), .hex("news")]) }
            try await next("send", ["name": "peer", "messages": .list(news)])
            for number in 0..<3000 {
                let message = try await subscriber.receive(timeout: Interop.patience)
                try #require("\(message.subject)" == "topic.\(number).x")
            }
            #expect(subscriber.statistics.received == 3000)
        }

        private func distinct(_ count: Int, of peer: Peer) async throws -> Set<[UInt8]> {
            let answer = try await peer("receive_distinct", ["name": "peer", "count": .number(count)])
            return Set((answer.messages ?? []).compactMap(\.first).map(Hex.bytes))
        }
    }
}
