// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewBusCore
import SinewFoundation
import SinewSubjects
import TestSupport
import Testing

@Suite("Values on the bus", .timeLimit(.minutes(1)))
struct NodeValueTests {
    private struct Order: Codable, Sendable, Equatable {
        var item: String
        var count: Int
    }

    private static var options: Node.Options {
        var options = Node.Options()
        options.codec = JSONCodec()
        return options
    }

    @Test func valuesArePublishedAsJSON() async throws {
        let (first, second) = try await Pair.linked(Self.options)
        let subscription = try await second.subscribe("orders.*")
        try await first.publish(value: Order(item: "book", count: 2), to: "orders.new")
        var iterator = subscription.makeAsyncIterator()
        let next = try await iterator.next()
        let message = try #require(next)
        #expect(message.payload.string == #"{"count":2,"item":"book"}"#)
        let order = try second.value(Order.self, of: message)
        #expect(order == Order(item: "book", count: 2))
        #expect(throws: BusError.self) { try second.value([Int].self, of: message) }
    }

    @Test func valuesAreAskedAndAnswered() async throws {
        let (first, second) = try await Pair.linked(Self.options)
        let responder = Task {
            try await second.respond(to: "stock", as: Order.self) { Order(item: $0.item, count: $0.count + 1) }
        }
        defer { responder.cancel() }
        try await eventually { first.isWanted("stock") }
        let answer = try await first.request(
            value: Order(item: "pen", count: 4),
            to: "stock",
            as: Order.self,
            timeout: .seconds(20)
        )
        #expect(answer == Order(item: "pen", count: 5))
        await #expect {
            try await first.request(value: [1], to: "stock", as: Order.self, timeout: .seconds(20))
        } throws: {
            ($0 as? BusError)?.code == .responderFailed
        }
    }

    @Test func withoutACodecItIsSaid() async throws {
        let node = try Node("plain")
        await #expect {
            try await node.publish(value: 1, to: "a")
        } throws: {
            ($0 as? BusError)?.code == .codec
        }
    }

    @Test func presenceIsASubject() async throws {
        let (first, second) = try await Pair.linked()
        let presence = try await first.subscribe("$SINEW.node.*.left")
        await second.shutdown(within: .seconds(10))
        var iterator = presence.makeAsyncIterator()
        let message = try await iterator.next()
        #expect(message?.subject == "$SINEW.node.second.left")
        #expect(message?.payload.string == "second")
        await #expect {
            try await first.publish("x", to: "$SINEW.node.third.left")
        } throws: {
            ($0 as? BusError)?.code == .invalidSubject
        }
    }
}
