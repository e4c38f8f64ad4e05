// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// What the sockets of a context did together, those that are gone too.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SocketLedgerTests {
    /// Sends through sockets of its own; they are freed.
    private func work(in context: Context, messages: Int, label: String? = nil) async throws {
        let transport = TransportOptions(label: label)
        let pull = try PullSocket(context: context, options: .init(transport: transport))
        let push = try PushSocket(context: context, options: .init(transport: transport))
        try push.connect(try pull.bind(.inproc("work-\(UInt64.random(in: 0 ... .max))")))
        for _ in 0..<messages { try await push.send("x") }
        for _ in 0..<messages { _ = try await pull.receive() }
    }

    @Test func socketsThatAreGoneStillCount() async throws {
        let context = try Context()
        #expect(context.statistics == SocketStatistics())
        try await work(in: context, messages: 10)
        try await eventually { context.statistics.sent == 10 && context.statistics.received == 10 }
        let pair = try PairSocket(context: context)
        try pair.bind(.inproc("pair"))
        #expect(try !pair.trySend("x"))
        pair.close()
        #expect(context.statistics.sent == 10)
        try await work(in: context, messages: 5)
        try await eventually { context.statistics.sent == 15 && context.statistics.received == 15 }
        #expect(try Context().statistics.sent == 0)
    }

    /// Every number is added up.
    @Test func everyNumberIsAdded() {
        var one = SocketStatistics()
        one.sent = 1
        one.received = 2
        one.dropped = 3
        one.discarded = 4
        one.malformed = 5
        one.subscriptionsIgnored = 6
        one.abandoned = 7
        one.parks = 8
        one.cancellations = 9
        one.reconnects = 10
        one.handshakeFailures = 11
        var sum = one
        sum.add(one)
        let numbers = Mirror(reflecting: sum).children.compactMap { $0.value as? UInt64 }
        #expect(numbers == (1...11).map { 2 * $0 }, "a number was added to SocketStatistics, and not to its sum")
    }

    @Test func groupsAreToldApartAndBounded() throws {
        let context = try Context(options: .init(maximumSockets: 2))
        let ledger = context.core.ledger
        for number in 0..<(SocketLedger.maximumGroups + 50) {
            _ = try PairSocket(context: context, options: .init(transport: .init(label: "\(number)")))
        }
        let totals = ledger.totals()
        #expect(totals.count == SocketLedger.maximumGroups + 1)
        #expect(totals[.init(kind: "PAIR", label: SocketLedger.otherLabel)] != nil)
        let socket = try PairSocket(context: context, options: .init(transport: .init(label: "3")))
        #expect(ledger.totals()[.init(kind: "PAIR", label: "3")]?.openSockets == 1)
        socket.close()
        #expect(ledger.totals()[.init(kind: "PAIR", label: "3")]?.openSockets == 0)
    }

    /// The library's own sockets are not the user's.
    @Test func theAuthenticatorIsNotCounted() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        let totals = context.core.ledger.totals()
        #expect(Set(totals.keys.map(\.kind)) == ["PULL", "PUSH"])
        try await eventually { context.statistics.sent == 1 && context.statistics.received == 1 }
    }

    /// Read at any moment while sockets come and go, the numbers count nothing twice.
    @Test func nothingIsCountedTwice() async throws {
        let context = try Context()
        let isDone = Flag()
        let rounds = 200
        async let largest = onThread {
            var largest: UInt64 = 0
            while !isDone.isRaised {
                let statistics = context.statistics
                largest = max(largest, statistics.sent, statistics.received)
            }
            return largest
        }
        for _ in 0..<rounds { try await work(in: context, messages: 3) }
        isDone.raise()
        #expect(try await largest <= UInt64(3 * rounds))
        // The last ones may be on their way from one count to the other.
        try await eventually {
            context.statistics.sent == UInt64(3 * rounds) && context.statistics.received == UInt64(3 * rounds)
        }
    }
}
