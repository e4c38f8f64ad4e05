// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceLifecycle
import SinewBus
import SinewBusCore
import SinewCore
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

@Suite("Nodes in trouble", .timeLimit(.minutes(1)))
struct NodeTroubleTests {
    @Test func aSlowSubscriberLosesWhatItsPolicySays() async throws {
        let (first, second) = try await Pair.linked()
        let limits = SubscriptionLimits(messages: 10, bytes: 1 << 20)
        let newest = try await second.subscribe("a", options: .init(policy: .dropNewest, limits: limits))
        let oldest = try await second.subscribe("a", options: .init(policy: .dropOldest, limits: limits))
        let latest = try await second.subscribe("a", options: .init(policy: .latest, limits: limits))
        let ending = try await second.subscribe("a", options: .init(policy: .disconnect, limits: limits))
        for number in 1...100 { try await first.publish("\(number)", to: "a") }
        try await eventually { newest.dropped == 90 && oldest.dropped == 90 && latest.dropped == 99 }
        #expect(try await Self.texts(10, of: newest) == (1...10).map { "\($0)" })
        #expect(try await Self.texts(10, of: oldest) == (91...100).map { "\($0)" })
        #expect(try await Self.texts(1, of: latest) == ["100"])
        await #expect {
            for try await _ in ending {}
        } throws: {
            ($0 as? BusError)?.code == .slowSubscriber
        }
    }

    @Test func droppedMessagesAreToldWithTheirRange() async throws {
        let (first, second) = try await Pair.linked()
        let events = second.events
        let limits = SubscriptionLimits(messages: 4, bytes: 1 << 20)
        let subscription = try await second.subscribe("a", options: .init(limits: limits))
        for number in 1...20 { try await first.publish("\(number)", to: "a") }
        try await eventually { subscription.dropped == 16 }
        var told: Set<UInt64> = []
        for await event in events {
            guard case .slowSubscriber("a", let range) = event.kind else { continue }
            #expect(event.node == "first")
            told.formUnion(range.sequences)
            if told.count == 16 { break }
        }
        #expect(told == Set(5...20))
    }

    @Test("Who holds back loses nothing, also where others want more of the same publisher")
    func holdingBackBesideOthers() async throws {
        var options = Node.Options()
        options.windowBytes = 64 << 10
        options.lane.batchBytes = 4 << 10
        options.lane.maximumQueuedBytes = 64 << 10
        options.publishPatience = .seconds(60)
        let (first, second) = try await Pair.linked(options)
        let limits = SubscriptionLimits(messages: 64, bytes: 1 << 20)
        let slow = try await second.subscribe("a", options: .init(policy: .wait, limits: limits))
        let other = try await second.subscribe("b")
        let publishing = Task {
            // In runs, so that there are frames with nothing for the one who holds back.
            for run in 0..<200 {
                for _ in 0..<300 { try await first.publish("0123456789", to: run.isMultiple(of: 2) ? "a" : "b") }
            }
        }
        // Its limit is raised to what a window can hold; it drops beyond twice that.
        try await eventually { slow.waiting >= 4096 }
        var count = 0
        for try await _ in slow {
            count += 1
            if count < 2000 { for _ in 0..<20 { await Task.yield() } }
            if count == 30_000 { break }
        }
        try await publishing.value
        #expect(slow.dropped == 0 && first.statistics.dropped == 0)
        withExtendedLifetime(other) {}
    }

    @Test func aSubscriberThatHoldsBackLosesNothing() async throws {
        var options = Node.Options()
        options.windowBytes = 64 << 10
        options.lane.batchBytes = 4 << 10
        options.lane.maximumQueuedBytes = 64 << 10
        options.publishPatience = .seconds(60)
        let (first, second) = try await Pair.linked(options)
        let limits = SubscriptionLimits(messages: 64, bytes: 1 << 20)
        let subscription = try await second.subscribe("a", options: .init(policy: .wait, limits: limits))
        let payload = [UInt8](repeating: 7, count: 100)
        let publishing = Task { for _ in 0..<20_000 { try await first.publish(payload, to: "a") } }
        var sequence: UInt64 = 0
        for try await message in subscription {
            try #require(message.sequence == sequence + 1)
            sequence += 1
            if sequence == 20_000 { break }
        }
        try await publishing.value
        #expect(subscription.dropped == 0)
    }

    @Test func aPeerThatDiesIsToldWithWhatIsInDoubt() async throws {
        let first = try Node("first")
        var second: Node? = try Node("second", discovery: .seeds(["\(first.endpoint)"]))
        try await first.ready(peers: 1, within: .seconds(30))
        var subscription = try await second?.subscribe("a")
        try await eventually { first.isWanted("a") }
        let events = first.events
        // Whoever is not referred to ends without a word.
        subscription = nil
        #expect(subscription == nil)
        second = nil
        for await event in events where event.kind == .linkDown {
            #expect(event.node == "second")
            break
        }
        let receipt = try await first.publish("x", to: "a")
        #expect(receipt.peers == 0)
    }

    @Test func aLaterProcessWithTheNameTakesItsPlace() async throws {
        let first = try Node("first")
        let old = try Node("twin", discovery: .seeds(["\(first.endpoint)"]))
        try await first.ready(peers: 1, within: .seconds(30))
        let running = Task { try await old.run() }
        let new = try Node("twin", discovery: .seeds(["\(first.endpoint)"]))
        #expect(new.id == old.id)
        let result = await running.result
        #expect {
            try result.get()
        } throws: {
            ($0 as? BusError)?.code == .superseded
        }
        try await new.ready(peers: 1, within: .seconds(30))
    }

    @Test func runEndsWithItsTask() async throws {
        let (first, second) = try await Pair.linked()
        let events = first.events
        let running = Task { try await second.run() }
        running.cancel()
        try await running.value
        for await event in events where event.kind == .left { break }
    }

    @Test func aServiceGroupEndsItInGoodOrder() async throws {
        let (first, second) = try await Pair.linked()
        let events = first.events
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(services: [second], logger: logger)
        let running = Task { try await group.run() }
        // It runs as a service before it is told to end: else the group ends without it.
        _ = try await second.publish("x", to: "a")
        await group.triggerGracefulShutdown()
        try await running.value
        for await event in events where event.kind == .left { break }
        await #expect { try await second.publish("x", to: "a") } throws: { ($0 as? BusError)?.code == .closed }
    }

    @Test func aSeedWhereNobodyIsIsTold() async throws {
        let gone = try Node("gone")
        let endpoint = gone.endpoint.description
        await gone.shutdown(within: .seconds(10))
        let node = try Node("alone", discovery: .seeds([endpoint]))
        var kinds = node.events.makeAsyncIterator()
        let first = await kinds.next()
        #expect(first?.kind == .unreachable(endpoint: endpoint, attempts: 1))
        #expect(node.statistics.linksFailed > 0)
    }

    @Test func whatStrangersReachHasToBeWanted() throws {
        for endpoint in [Endpoint.tcp("*", port: .any), .tcp("0.0.0.0", port: .any)] {
            #expect {
                try Node("open", bind: endpoint)
            } throws: {
                ($0 as? BusError)?.code == .configuration
            }
            var options = Node.Options()
            options.isInsecure = true
            _ = try Node("open", bind: endpoint, options: options)
        }
    }

    @Test func whatNoPeerWouldTakeIsRefused() async throws {
        var options = Node.Options()
        options.maximumPayloadBytes = 100
        let node = try Node("small", options: options)
        await #expect {
            try await node.publish([UInt8](repeating: 0, count: 101), to: "a")
        } throws: {
            ($0 as? BusError)?.code == .tooLarge
        }
        let headers: Headers = ["a:b": "c"]
        await #expect {
            try await node.publish("", to: "a", headers: headers)
        } throws: {
            ($0 as? BusError)?.code == .invalidName
        }
        let long: Headers = ["a": String(repeating: "c", count: 5000)]
        await #expect {
            try await node.publish("", to: "a", headers: long)
        } throws: {
            ($0 as? BusError)?.code == .tooLarge
        }
        options.cluster = ""
        #expect {
            try Node("small", options: options)
        } throws: {
            ($0 as? BusError)?.code == .invalidName
        }
    }

    @Test func whoIsNotLetInAndWhoDidNotLetHimInSaySo() async throws {
        var (options, others) = (Node.Options(), Node.Options())
        (options.cluster, others.cluster) = ("here", "elsewhere")
        let node = try Node("inside", options: options)
        let events = node.events
        let stranger = try Node("outside", discovery: .seeds(["\(node.endpoint)"]), options: others)
        let news = stranger.events
        for await event in events { if case .turnedAway = event.kind { break } }
        for await event in news { if case .refused = event.kind { break } }
        #expect(node.statistics.published == 0 && stranger.statistics.published == 0)
    }

    private static func texts(_ count: Int, of subscription: Subscription) async throws -> [String] {
        var iterator = subscription.makeAsyncIterator()
        var texts: [String] = []
        for _ in 0..<count {
            guard let message = try await iterator.next() else { break }
            texts.append(message.payload.string)
        }
        return texts
    }
}
