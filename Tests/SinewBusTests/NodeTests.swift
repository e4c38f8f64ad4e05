// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

@testable import SinewBus

@Suite("Nodes", .timeLimit(.minutes(1)))
struct NodeTests {
    @Test func messagesComeInOrderWithTheirNumbers() async throws {
        let (first, second) = try await Pair.linked()
        let subscription = try await second.subscribe("orders.*.new")
        #expect(subscription.unconfirmed == [])
        for number in 0..<1000 {
            let receipt = try await first.publish("book \(number)", to: "orders.us.new")
            #expect(receipt.peers == 1)
        }
        var iterator = subscription.makeAsyncIterator()
        for number in 0..<1000 {
            let next = try await iterator.next()
            let message = try #require(next)
            #expect(message.payload.string == "book \(number)")
            #expect(message.sequence == UInt64(number + 1))
            #expect(message.publisherName == "first")
            #expect(message.subject == "orders.us.new")
        }
    }

    @Test func aSubscriptionOfTheNodeItselfHearsToo() async throws {
        let node = try Node("alone")
        let subscription = try await node.subscribe(">")
        let receipt = try await node.publish("x", to: "a.b", headers: ["trace": "7"])
        #expect(receipt.isLocal)
        var iterator = subscription.makeAsyncIterator()
        let message = try await iterator.next()
        #expect(message?.payload.string == "x")
        #expect(message?.headers["trace"] == "7")
        #expect(message?.publisher == node.id)
    }

    @Test func aQueueGroupGetsEachMessageOnce() async throws {
        let (first, second) = try await Pair.linked()
        let there = try await second.subscribe("jobs.>", queue: QueueGroup("workers"))
        let here = try await first.subscribe("jobs.>", queue: QueueGroup("workers"))
        let all = try await second.subscribe("jobs.*")
        for number in 0..<200 { try await first.publish("\(number)", to: "jobs.a") }
        var numbers: [Int] = []
        try await Self.take(200, of: all) { #expect($0.payload.string.isEmpty == false) }
        try await eventually { there.waiting + here.waiting == 200 }
        #expect(there.waiting > 20)
        #expect(here.waiting > 20)
        try await Self.take(there.waiting, of: there) { numbers.append(Int($0.payload.string) ?? -1) }
        try await Self.take(here.waiting, of: here) { numbers.append(Int($0.payload.string) ?? -1) }
        #expect(numbers.sorted() == Array(0..<200))
    }

    @Test func eachCopyHasTheNumberThatItsReceiverSees() async throws {
        let (first, second) = try await Pair.linked()
        let all = try await second.subscribe("orders.*")
        let group = try await second.subscribe("jobs", queue: QueueGroup("workers"))
        var (orders, jobs) = (all.makeAsyncIterator(), group.makeAsyncIterator())
        let receiver = ProcessID(second.id, second.incarnation)
        for round in 0..<3 as Range<UInt64> {
            let order = try await first.publishNumbered("x", to: "orders.new")
            #expect(order == [PublishedCopy(process: receiver, sequence: 3 * round + 1, isDropped: false)])
            let taken = try await orders.next()
            #expect(taken?.sequence == order.first?.sequence)
            let job = try await first.publishNumbered("x", to: "jobs")
            #expect(job == [PublishedCopy(process: receiver, sequence: 3 * round + 2, isDropped: false)])
            let next = try await jobs.next()
            #expect(next?.sequence == job.first?.sequence)
            // What is published in another way takes a number as well.
            try await first.publish("x", to: "orders.new")
            let last = try await orders.next()
            #expect(last?.sequence == 3 * round + 3)
        }
        #expect(try await first.publishNumbered("x", to: "nobody") == [])
        let own = try await first.subscribe("own")
        #expect(try await first.publishNumbered("x", to: "own") == [])
        #expect(own.waiting == 1)
    }

    @Test func aDroppedCopyHasItsNumberToo() async throws {
        var options = Node.Options()
        options.maximumPayloadBytes = 1000
        let first = try Node("first")
        let second = try Node("second", discovery: .seeds(["\(first.endpoint)"]), options: options)
        try await first.ready(peers: 1, within: .seconds(30))
        let all = try await second.subscribe("orders.*")
        defer { all.unsubscribe() }
        let events = first.events
        try await first.publish("x", to: "orders.new")
        let copies = try await first.publishNumbered([UInt8](repeating: 0, count: 500_000), to: "orders.new")
        #expect(copies.map(\.isDropped) == [true])
        #expect(copies.map(\.sequence) == [2])
        for await event in events {
            guard case .dropped(let range, let reason) = event.kind else { continue }
            #expect(range == 2...2)
            #expect(reason == .tooLarge)
            #expect(event.process == copies.first?.process)
            break
        }
    }

    @Test func requestsAreAnswered() async throws {
        let (first, second) = try await Pair.linked()
        let responder = Task {
            try await second.respond(to: "inventory.*") { request in "stock of \(request.payload.string)" }
        }
        defer { responder.cancel() }
        try await eventually { first.isWanted("inventory.check") }
        let reply = try await first.request("book", to: "inventory.check", timeout: .seconds(10))
        #expect(reply.payload.string == "stock of book")
        #expect(reply.responderName == "second")
    }

    @Test("A responder's task on another thread never overtakes what its node knows of the request")
    func allOfManyRequestsAreAnswered() async throws {
        let (first, second) = try await Pair.linked()
        let responder = Task { try await second.respond(to: "echo") { Response($0.payload.array) } }
        defer { responder.cancel() }
        try await eventually { first.isWanted("echo") }
        for number in 0..<2000 {
            let reply = try await first.request("\(number)", to: "echo", timeout: .seconds(10))
            #expect(reply.payload.string == "\(number)")
        }
    }

    /// The interest of a seed is its own: who asks has to hear of the responder first, which the seed only names.
    @Test func aNodeThatHasJustComeFindsAResponderThatIsNoSeed() async throws {
        let (seed, responder) = try await Pair.linked()
        let responding = Task { try await responder.respond(to: "echo") { Response($0.payload.array) } }
        defer { responding.cancel() }
        try await eventually { seed.isWanted("echo") }
        for number in 0..<10 {
            let requester = try Node("requester-\(number)", discovery: .seeds(["\(seed.endpoint)"]))
            let reply = try await requester.request("\(number)", to: "echo", timeout: .seconds(20))
            #expect(reply.payload.string == "\(number)")
        }
    }

    @Test func aRequestFailsWhenItsResponderGoesAway() async throws {
        let (first, second) = try await Pair.linked()
        let begun = Locked(false)
        let responding = Task {
            try await second.respond(to: "slow") { _ in
                begun.withLock { $0 = true }
                try await Task.sleep(for: .seconds(600))
                return ""
            }
        }
        defer { responding.cancel() }
        try await eventually { first.isWanted("slow") }
        let request = Task { try await first.request("x", to: "slow", timeout: .seconds(50)) }
        try await eventually { begun.withLock { $0 } }
        // As a process that ends does it: without a word.
        second.core.abandon()
        await #expect {
            try await request.value
        } throws: {
            ($0 as? BusError)?.code == .responderLost
        }
    }

    @Test func whatIsNoEndpointIsRefused() {
        #expect {
            try Node("first", discovery: .seeds(["10.0.0.7:5555"]))
        } throws: {
            ($0 as? BusError)?.code == .configuration
        }
    }

    @Test func nobodyRespondingIsToldAtOnce() async throws {
        let (first, second) = try await Pair.linked()
        let began = ContinuousClock.now
        await #expect {
            try await second.request("x", to: "nobody.here", timeout: .seconds(30))
        } throws: {
            ($0 as? BusError)?.code == .noResponders
        }
        #expect(ContinuousClock.now - began < .seconds(10))
        // Before a seed has said what it wants, nobody can say that nobody responds: it has to be there.
        withExtendedLifetime(first) {}
    }

    @Test func aCancelledRequestCancelsItsResponder() async throws {
        let (first, second) = try await Pair.linked()
        let (began, began2) = AsyncStream.makeStream(of: Void.self)
        let (ended, ended2) = AsyncStream.makeStream(of: Bool.self)
        let responder = Task {
            try await second.respond(to: "slow") { _ in
                began2.yield()
                do { try await Task.sleep(for: .seconds(60)) } catch { ended2.yield(Task.isCancelled) }
                return ""
            }
        }
        defer { responder.cancel() }
        try await eventually { first.isWanted("slow") }
        let request = Task { try await first.request("x", to: "slow", timeout: .seconds(50)) }
        for await _ in began { break }
        request.cancel()
        for await isCancelled in ended {
            #expect(isCancelled)
            break
        }
        let result = await request.result
        #expect(throws: BusError.self) { try result.get() }
    }

    @Test func aNodeThatLeavesIsToldOf() async throws {
        let (first, second) = try await Pair.linked()
        let events = first.events
        await second.shutdown(within: .seconds(10))
        for await event in events {
            if event.kind == .left {
                #expect(event.node == "second")
                break
            }
        }
        #expect(throws: BusError.self) { try second.tryPublish("x".utf8, to: "a") }
    }

    @Test(arguments: ["", "a b", "a.b", "a*", "*", ">", "a\n", String(repeating: "x", count: 65)])
    func aNameIsAToken(_ name: String) {
        #expect {
            _ = try Node(name)
        } throws: {
            ($0 as? BusError)?.code == .invalidName
        }
    }

    @Test("Who leaves says what it has: nothing that it got is in doubt")
    func farewellSaysWhatArrived() async throws {
        let (first, second) = try await Pair.linked()
        let subscription = try await second.subscribe("a")
        var iterator = subscription.makeAsyncIterator()
        let events = first.events
        try await first.publish("x", to: "a")
        let message = try await iterator.next()
        #expect(message?.sequence == 1)
        await second.shutdown(within: .seconds(20))
        for await event in events {
            if case .inDoubt(let range) = event.kind { Issue.record("in doubt: \(range)") }
            if event.kind == .left { break }
        }
    }

    @Test func aShutdownEndsWhenEverythingHasArrived() async throws {
        let (first, second) = try await Pair.linked()
        let subscription = try await second.subscribe("a")
        for _ in 0..<5 { try await first.publish("x", to: "a") }
        let began = ContinuousClock.now
        await first.shutdown(within: .seconds(50))
        #expect(ContinuousClock.now - began < .seconds(20))
        #expect(subscription.waiting == 5)
    }

    private static func take(
        _ count: Int,
        of subscription: Subscription,
        _ body: (BusMessage) throws -> Void
    ) async throws {
        var iterator = subscription.makeAsyncIterator()
        for _ in 0..<count {
            let next = try await iterator.next()
            try body(try #require(next))
        }
    }
}

/// Two nodes that are linked with each other.
enum Pair {
    static func linked(
        _ options: Node.Options = Node.Options()
    ) async throws -> (first: Node, second: Node) {
        let first = try Node("first", options: options)
        let second = try Node("second", discovery: .seeds(["\(first.endpoint)"]), options: options)
        try await first.ready(peers: 1, within: .seconds(30))
        try await second.ready(peers: 1, within: .seconds(30))
        return (first, second)
    }
}
