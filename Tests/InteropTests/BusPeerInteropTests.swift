// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewBusCore
import SinewMembership
import SinewSubjects
import TestSupport
import Testing

extension Interop {
    /// A peer of the bus in another language, written from Documentation/wire-format.md alone (Peers/bus_peer.py).
    @Suite(
        .serialized,
        .timeLimit(.minutes(2)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct BusPeerInteropTests {
        private let node: Node
        private let peer: Peer

        init() throws {
            node = try Node("swift")
            peer = try Peer.ofTheBus()
        }

        @Test func messagesOfThePeerComeInOrderWithTheirNumbers() async throws {
            try await peer.join(node)
            let subscription = try await node.subscribe("orders.*.new")
            #expect(subscription.unconfirmed == [])
            try await peer("publish", ["subject": "orders.us.new", "prefix": "book", "count": 1000, "batch": 7])
            var messages = subscription.makeAsyncIterator()
            for number in 0..<1000 {
                let next = try await messages.next()
                let message = try #require(next)
                #expect(message.payload.string == "book \(number)")
                #expect(message.sequence == UInt64(number + 1))
                #expect(message.publisherName == "python")
                #expect(message.subject == "orders.us.new")
            }
        }

        /// Beyond the window of either side, so that both have to tell positions, and to heed them.
        @Test func creditIsGivenAndKept() async throws {
            var options = Node.Options()
            options.windowBytes = 16 << 10
            let node = try Node("narrow", options: options)
            try await peer.join(node, as: "python", ["window": 8192])
            let subscription = try await node.subscribe("there")
            try await peer("subscribe", ["filter": "back"])
            try await eventually { node.isWanted("back") }
            async let published = peer("publish", ["subject": "there", "prefix": "x", "count": 5000, "batch": 50])
            for number in 0..<5000 { try await node.publish("y \(number)", to: "back") }
            _ = try await published
            let texts = try #require(try await peer("take", ["count": 5000]).texts)
            #expect(texts == (0..<5000).map { "narrow \($0 + 1) back y \($0)" })
            try await eventually { subscription.waiting == 5000 }
            #expect(node.statistics.dropped == 0)
            #expect(node.statistics.undecodable == 0)
        }

        @Test func headersAreKept() async throws {
            try await peer.join(node)
            let subscription = try await node.subscribe("there")
            try await peer("subscribe", ["filter": "back"])
            try await eventually { node.isWanted("back") }
            let headers: JSON = ["trace": "7", "Trace": "eight"]
            try await peer("publish", ["subject": "there", "prefix": "x", "count": 1, "headers": headers])
            var messages = subscription.makeAsyncIterator()
            let message = try #require(try await messages.next())
            #expect(message.headers["trace"] == "7")
            #expect(message.headers["Trace"] == "eight")
            #expect(message.payload.string == "x 0")
            try await node.publish("y", to: "back", headers: ["trace": "8"])
            #expect(try await peer("take", ["count": 1]).texts == ["swift 1 back y trace=8"])
        }

        /// More than fits into one message, so that several deltas go to the peer, and when it doubts what it has, a
        /// snapshot of several parts; and what is taken back on either side is known on the other.
        @Test func muchInterestIsExchanged() async throws {
            let tail = String(repeating: "x", count: 100)
            var subscriptions: [Subscription] = []
            for number in 0..<3000 {
                subscriptions.append(try await node.subscribe(try SubjectFilter("a\(number).\(tail)")))
            }
            try await peer.join(node)
            try await eventually { try await peer("wanted", ["subject": .text("a2999.\(tail)")]).count == 1 }
            #expect(try await peer("wanted", ["subject": .text("a0.\(tail)")]).count == 1)
            try await peer("doubt")
            try await eventually { try await peer("wanted", ["subject": .text("a2999.\(tail)")]).count == 1 }
            subscriptions[0].unsubscribe()
            try await eventually { try await peer("wanted", ["subject": .text("a0.\(tail)")]).count == 0 }
            #expect(try await peer("wanted", ["subject": .text("a1.\(tail)")]).count == 1)

            for filter in ["b", "c.*", "d.>"] as [JSON] { try await peer("subscribe", ["filter": filter]) }
            try await eventually { node.isWanted("b") && node.isWanted("c.x") && node.isWanted("d.x.y") }
            try await peer("unsubscribe", ["filter": "c.*"])
            try await eventually { !node.isWanted("c.x") }
            #expect(node.isWanted("b") && node.isWanted("d.x"))
        }

        @Test func requestsAreAnsweredBothWays() async throws {
            try await peer.join(node)
            try await peer("subscribe", ["filter": "stock.*", "group": "responders", "suffix": ": three"])
            try await eventually { node.isWanted("stock.books") }
            for number in 0..<100 {
                let reply = try await node.request("book \(number)", to: "stock.books", timeout: Interop.patience)
                #expect(reply.payload.string == "book \(number): three")
                #expect(reply.responderName == "python")
            }

            let responder = Task { try await node.respond(to: "echo") { Response("re: \($0.payload.string)") } }
            defer { responder.cancel() }
            for number in 0..<100 {
                let answer = try await peer("request", ["subject": "echo", "payload": "hello \(number)"])
                #expect(answer.texts == ["swift 0 re: hello \(number)"])
            }
        }

        /// What the peer has subscribed to without responding to it.
        @Test func nobodyRespondingIsTold() async throws {
            try await peer.join(node)
            try await peer("subscribe", ["filter": "silence"])
            try await eventually { node.isWanted("silence") }
            await #expect {
                try await node.request("x", to: "silence", timeout: Interop.patience)
            } throws: {
                "\($0)".contains("noResponders")
            }
            let subscription = try await node.subscribe("silence.here")
            let answer = try await peer("request", ["subject": "silence.here", "payload": "x"])
            #expect(answer.texts?.first?.hasPrefix("swift 1 ") == true, "\(answer.texts ?? [])")
            _ = subscription
        }

        /// One member of the group is the peer, one is here: each message goes to one of them, whoever publishes.
        @Test func aQueueGroupGetsEachMessageOnce() async throws {
            try await peer.join(node)
            let workers = try await node.subscribe("jobs", queue: QueueGroup("workers"))
            try await peer("subscribe", ["filter": "jobs", "group": "workers"])
            try await peer("linked")  // The node has confirmed what the peer wants.
            for number in 0..<200 { try await node.publish("\(number)", to: "jobs") }
            try await eventually { workers.waiting > 0 }
            let here = workers.waiting
            #expect(here > 20 && here < 180)
            let texts = try #require(try await peer("take", ["count": .number(200 - here)]).texts)
            var numbers = texts.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
            var messages = workers.makeAsyncIterator()
            for _ in 0..<here {
                let next = try await messages.next()
                numbers.append(Int(try #require(next).payload.string) ?? -1)
            }
            #expect(numbers.sorted() == Array(0..<200))
        }

        /// The peer learns of the second node from the first alone.
        @Test func allMembersAreFound() async throws {
            let second = try Node("second", discovery: .seeds(["\(node.endpoint)"]))
            let one = try await node.subscribe("all")
            let two = try await second.subscribe("all")
            try await peer("start", ["name": "python", "cluster": "sinew", "seeds": [.text("\(node.endpoint)")]])
            let linked = try await peer("linked", ["count": 2]).texts
            #expect(linked == ["second", "swift"])
            try await second.ready(peers: 2, within: Interop.patience)
            try await eventually { try await peer("wanted", ["subject": "all"]).count == 2 }
            try await peer("publish", ["subject": "all", "prefix": "x", "count": 10])
            try await eventually { one.waiting == 10 && two.waiting == 10 }
        }

        @Test func goodbyesAreSaidAndHeard() async throws {
            try await peer.join(node)
            let events = node.events
            try await peer("leave")
            let kind = try await Self.kind(in: events) { $0 == .left || $0 == .died }
            #expect(kind == .left)
            try await eventually { node.peers.isEmpty }

            let next = try Peer.ofTheBus()
            try await next.join(node, as: "another")
            async let left = next("left")
            await node.shutdown(within: .seconds(10))
            let names = try await left.texts
            #expect(names == ["swift"])
        }

        /// A later process of the peer takes the place of one that crashed, with numbers of its own.
        @Test func aSuccessorTakesThePlaceOfThePeer() async throws {
            try await peer.join(node)
            let subscription = try await node.subscribe("a")
            try await peer("publish", ["subject": "a", "prefix": "x", "count": 5])
            try await eventually { subscription.waiting == 5 }
            let events = node.events
            try await peer.crash()
            let next = try Peer.ofTheBus()
            try await next.join(node)
            let kind = try await Self.kind(in: events) { if case .publisherLost = $0 { true } else { false } }
            #expect(kind == .publisherLost(last: 5))
            try await next("publish", ["subject": "a", "prefix": "y", "count": 5])
            var messages = subscription.makeAsyncIterator()
            for (text, number) in (1...5).map({ ("x", $0) }) + (1...5).map({ ("y", $0) }) {
                let message = try #require(try await messages.next())
                #expect(message.payload.string == "\(text) \(number - 1)")
                #expect(message.sequence == UInt64(number))
            }
        }

        private static func kind(
            in events: BusEvents,
            _ isWanted: (BusEvent.Kind) -> Bool
        ) async throws -> BusEvent.Kind? {
            for await event in events where isWanted(event.kind) { return event.kind }
            return nil
        }
    }
}

extension Peer {
    /// A peer of the bus, which knows nobody yet.
    static func ofTheBus() throws -> Peer { try Peer(.pyzmq, script: "bus_peer.py") }

    /// Joins the cluster of a node, and waits until it is linked with it both ways.
    func join(_ node: Node, as name: String = "python", _ arguments: [String: JSON] = [:]) async throws {
        let seeds: JSON = [.text("\(node.endpoint)")]
        let usual: [String: JSON] = ["name": .text(name), "cluster": "sinew", "seeds": seeds]
        try await self("start", usual.merging(arguments) { $1 })
        try await linked(with: node, as: name)
    }
}
