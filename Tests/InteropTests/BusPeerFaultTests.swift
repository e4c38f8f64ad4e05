// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewBusCore
import SinewSubjects
import TestSupport
import Testing

extension Interop {
    /// A peer in another language that does what Documentation/wire-format.md forbids: it is refused or counted, and
    /// who keeps to it is served meanwhile.
    @Suite(
        .serialized,
        .timeLimit(.minutes(2)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct BusPeerFaultTests {
        /// A control frame and a data frame have to fit through the ROUTER, the second only up to about 50 KiB.
        private static let options = {
            var options = Node.Options()
            options.windowBytes = 32 << 10
            options.maximumPayloadBytes = 1024
            options.lane.batchBytes = 1024
            options.lane.maximumQueuedBytes = 16 << 10
            options.publishPatience = .milliseconds(50)
            return options
        }()

        private let node: Node
        private let healthy: Node
        private let peer: Peer

        init() throws {
            node = try Node("swift", options: Self.options)
            healthy = try Node("healthy", discovery: .seeds(["\(node.endpoint)"]), options: Self.options)
            peer = try Peer.ofTheBus()
        }

        /// Both of the healthy node's directions.
        private func expectTheOtherIsServed() async throws {
            try await healthy.ready(peers: 1, within: Interop.patience)
            try await node.ready(peers: 1, within: Interop.patience)
            // The peer may be without a link now, so that it cannot say that it knows.
            let options = SubscriptionOptions(confirmation: .milliseconds(10))
            let there = try await healthy.subscribe("healthy.there", options: options)
            let here = try await node.subscribe("healthy.here", options: options)
            try await eventually { node.isWanted("healthy.there") && healthy.isWanted("healthy.here") }
            for number in 0..<100 {
                try await node.publish("\(number)", to: "healthy.there")
                try await healthy.publish("\(number)", to: "healthy.here")
            }
            for subscription in [there, here] {
                var messages = subscription.makeAsyncIterator()
                for number in 0..<100 {
                    let message = try #require(try await messages.next())
                    #expect(message.payload.string == "\(number)")
                }
            }
        }

        private func expectRefusal(_ code: Refusal.Code) async throws {
            let answer = try await peer("refused")
            #expect(answer.count == Int(code.rawValue), "\(answer.texts ?? [])")
            try await expectTheOtherIsServed()
        }

        private func start(_ faults: [String: JSON]) async throws {
            let usual: [String: JSON] = ["name": "python", "cluster": "sinew", "seeds": [.text("\(node.endpoint)")]]
            try await peer("start", usual.merging(faults) { $1 })
        }

        @Test func anotherVersionIsRefused() async throws {
            try await start(["protocol": 2])
            try await expectRefusal(.version)
        }

        @Test func anotherClusterIsRefused() async throws {
            try await start(["greets": "other"])
            try await expectRefusal(.cluster)
        }

        @Test(
            "Frames that are none",
            arguments: [1, 2],
            [
                [""], ["01"], ["0101"], ["01ff0000000000000000"], ["0104"], ["0110ffffffffffffffffffff"],
                ["0102030405060708090a0b0c0d0e0f"], ["01100000000000000001", "00000000"], ["", "", ""],
            ]
        )
        func garbageIsRefused(_ lane: Int, _ frames: [String]) async throws {
            try await peer.join(node)
            try await peer("raw", ["frames": .list(frames.map { .text($0) }), "lane": .number(lane)])
            try await expectRefusal(.garbage)
            // It may come back.
            try await peer.linked(with: node)
        }

        @Test("Either lane says which version it is in", arguments: [1, 2])
        func framesOfAnotherVersionAreRefused(_ lane: Int) async throws {
            try await peer.join(node)
            try await peer("raw", ["frames": ["0210000000000000000100"], "lane": .number(lane)])
            try await expectRefusal(.version)
        }

        @Test func repeatedNumbersAreRefused() async throws {
            try await peer.join(node)
            let subscription = try await node.subscribe("a")
            try await peer("publish", ["subject": "a", "prefix": "x", "count": 10])
            try await peer("renumber", ["to": 5])
            try await peer("publish", ["subject": "a", "prefix": "again", "count": 1])
            try await expectRefusal(.garbage)
            #expect(node.statistics.undecodable == 1)
            // With another link it may go on, from where it was.
            try await peer.linked(with: node)
            #expect(subscription.waiting == 10)
            try await peer("renumber", ["to": 11])
            try await peer("publish", ["subject": "a", "prefix": "x", "count": 1])
            try await eventually { subscription.waiting == 11 }
        }

        @Test func gapsAreReported() async throws {
            try await peer.join(node)
            let subscription = try await node.subscribe("a")
            let events = node.events
            try await peer("publish", ["subject": "a", "prefix": "x", "count": 10])
            try await peer("renumber", ["to": 16])
            try await peer("publish", ["subject": "a", "prefix": "x", "count": 10])
            try await eventually { subscription.waiting == 20 }
            try #require(node.statistics.missed == 5)
            for await event in events {
                if case .missed(let range) = event.kind {
                    #expect(range == 11...15)
                    break
                }
            }
        }

        /// Nothing is read, so nothing is granted; the peer goes on all the same.
        @Test func floodsAreRefused() async throws {
            try await start(["floods": true])
            try await peer.linked(with: node)
            let prefix = String(repeating: "x", count: 1000)
            let options = SubscriptionOptions(policy: .wait, limits: SubscriptionLimits(messages: 10))
            let subscription = try await node.subscribe("a", options: options)
            try await peer("publish", ["subject": "a", "prefix": .text(prefix), "count": 4000])
            try await expectRefusal(.flood)
            #expect(subscription.waiting < 4000)
        }

        /// Larger than this node takes, but not than its ROUTER takes.
        @Test func framesThatAreTooLargeAreRefused() async throws {
            try await peer.join(node)
            let subscription = try await node.subscribe("a")
            try await peer("oversize", ["subject": "a", "size": 60_000])
            try await expectRefusal(.flood)
            #expect(subscription.waiting == 0)
        }

        /// Larger than the ROUTER takes: libzmq breaks the connection, and the peer makes another link.
        @Test func framesThatTheRouterRefusesBreakTheLink() async throws {
            try await peer.join(node)
            let subscription = try await node.subscribe("a")
            try await peer("oversize", ["subject": "a", "size": 1_000_000])
            try await expectTheOtherIsServed()
            try await peer.linked(with: node)
            try await peer("publish", ["subject": "a", "prefix": "x", "count": 1])
            try await eventually { subscription.waiting == 1 }
        }

        /// What it wants is not taken over, and it is told so again and again.
        @Test func aHashThatDoesNotAgreeIsNotTaken() async throws {
            try await start(["lies": true])
            try await eventually { node.peers.contains { $0.name == "python" && $0.isLinked } }
            try await peer("subscribe", ["filter": "lies"])
            try await expectTheOtherIsServed()
            #expect(!node.isWanted("lies"))
            // It can still send.
            let subscription = try await node.subscribe("a")
            try await peer("publish", ["subject": "a", "prefix": "x", "count": 3])
            try await eventually { subscription.waiting == 3 }
            #expect(!node.isWanted("lies"))
        }

        /// Who never says that it knows what is wanted here.
        @Test func aPeerThatConfirmsNothingIsNamed() async throws {
            try await start(["deaf": true])
            try await peer.linked(with: node)
            let options = SubscriptionOptions(confirmation: .milliseconds(200))
            let subscription = try await node.subscribe("a", options: options)
            #expect(subscription.unconfirmed == ["python"])
            try await healthy.ready(peers: 1, within: Interop.patience)
            try await eventually { healthy.isWanted("a") }
            try await healthy.publish("x", to: "a")
            try await eventually { subscription.waiting == 1 }
        }

        /// It gets a window's worth of data; the rest is dropped for it, with its range, and nobody else waits.
        @Test func aPeerThatTellsNoPositionsGetsOneWindow() async throws {
            try await start(["silent": true, "window": 4096])
            try await peer.linked(with: node)
            try await peer("subscribe", ["filter": "a"])
            try await peer("linked")
            let other = try await healthy.subscribe("a")
            let events = node.events
            for number in 0..<2000 { try await node.publish("number \(number) with a tail to make it longer", to: "a") }
            try await eventually { other.waiting == 2000 }
            try await eventually { node.statistics.dropped > 1000 }
            var dropped: UInt64 = 0
            for await event in events {
                if case .dropped(let range, let reason) = event.kind {
                    #expect(event.node == "python")
                    #expect(reason == .full)
                    dropped += range.upperBound - range.lowerBound + 1
                }
                if dropped == node.statistics.dropped { break }
            }
            #expect(dropped < 2000)
            try await expectTheOtherIsServed()
        }
    }
}

extension Peer {
    /// Waits until it is linked with a node both ways.
    func linked(with node: Node, as name: String = "python") async throws {
        try await self("linked")
        try await eventually { node.peers.contains { $0.name == name && $0.isLinked } }
    }
}
