// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of high-water marks: `test_hwm`, `test_hwm_pubsub`, `test_sockopt_hwm`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct HighWaterMarkConformance {
    private let patience = Conformance.patience

    /// Sends until the queue is full.
    private func fill(_ push: PushSocket, upTo limit: Int = 10_000) throws -> Int {
        var count = 0
        while count < limit, try push.trySend("\(count)") { count += 1 }
        return count
    }

    @Test(arguments: [true, false]) func defaultMarksTakeTwoThousand(bindsFirst: Bool) throws {
        let context = try Context()
        let (push, pull) = (try PushSocket(context: context), try PullSocket(context: context))
        let endpoint = Endpoint.inproc("default")
        if bindsFirst { try pull.bind(endpoint) }
        try push.connect(endpoint)
        if !bindsFirst { try pull.bind(endpoint) }
        #expect(try fill(push) == 2000)
        pull.close()
    }

    @Test(arguments: [(true, 1, 1), (false, 1, 1), (true, 5, 3), (false, 5, 3)])
    func orderOfBindAndConnectDoesNotMatter(bindsFirst: Bool, send: Int, receive: Int) async throws {
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: send))
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: receive))
        let endpoint = Endpoint.inproc("order")
        if bindsFirst { try push.bind(endpoint) }
        try pull.connect(endpoint)
        if !bindsFirst { try push.bind(endpoint) }
        #expect(try fill(push) == send + receive)
        for number in 0..<send + receive {
            #expect(try await pull.receive(timeout: patience).string == "\(number)")
        }
        // What was read makes room.
        try await push.send("one more", timeout: patience)
        #expect(try await pull.receive(timeout: patience) == "one more")
    }

    @Test(arguments: Conformance.transports) func publisherDropsBeyondItsMark(endpoint: Endpoint) async throws {
        let context = try Context()
        let publisher = try XPublisherSocket(context: context, options: .init(sendHighWaterMark: 10))
        let subscriber = try SubscriberSocket(
            subscriptions: [.all],
            context: context,
            options: .init(receiveHighWaterMark: 10)
        )
        try subscriber.connect(try publisher.bind(endpoint))
        #expect(try await publisher.receive(timeout: patience).subscriptionChange?.isSubscribed == true)
        // More than the marks and the kernel's buffers hold.
        let count = 2000
        let padding = String(repeating: ".", count: 64 << 10)
        for number in 0..<count { try await publisher.send("\(number)\(padding)", timeout: patience) }
        #expect(publisher.statistics.dropped > 0)
        var numbers: [Int] = []
        try await eventually {
            // Arrives once reading has made room for it.
            _ = try publisher.trySend("end")
            while let message = try subscriber.tryReceive() {
                if message == "end" { return true }
                numbers.append(try #require(Int(message.string.prefix { $0 != "." })))
            }
            return false
        }
        let least = endpoint.isInproc ? 20 : 10
        #expect(numbers.starts(with: 0..<least) && numbers.count < count, "\(numbers)")
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        if endpoint.isInproc { #expect(numbers.count == 20) }
    }

    @Test func publisherThatWaitsHasRoomAgainOnceItsSubscriberHasRead() async throws {
        let context = try Context()
        let publisher = try XPublisherSocket(context: context, options: .init(sendHighWaterMark: 2, overflow: .wait))
        let subscriber = try SubscriberSocket(
            subscriptions: [.all],
            context: context,
            options: .init(receiveHighWaterMark: 2)
        )
        try subscriber.connect(try publisher.bind(.inproc("room")))
        _ = try await publisher.receive(timeout: patience)
        for round in 0..<3 {
            for number in 0..<4 { #expect(try publisher.trySend("\(round) \(number)")) }
            #expect(try !publisher.trySend("too many"))
            for number in 0..<4 {
                #expect(try await subscriber.receive(timeout: patience) == Message("\(round) \(number)"))
            }
        }
        #expect(try subscriber.tryReceive() == nil)
        #expect(publisher.statistics.dropped == 0)
    }

    @Test func marksThatAreSetBeforeConnectingCount() throws {
        let context = try Context()
        let (push, pull) = (try PushSocket(context: context), try PullSocket(context: context))
        try push.setSendHighWaterMark(3)
        try pull.setReceiveHighWaterMark(2)
        try push.connect(try pull.bind(.inproc("before")))
        #expect(try fill(push) == 5)
        pull.close()
    }

    @Test func loweringAMarkDropsNothing() async throws {
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 50))
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 50))
        try push.connect(try pull.bind(.inproc("lower")))
        #expect(try fill(push) == 100)
        try push.setSendHighWaterMark(2)
        try pull.setReceiveHighWaterMark(2)
        #expect(try !push.trySend("too many"))
        for number in 0..<100 { #expect(try await pull.receive(timeout: patience).string == "\(number)") }
        #expect(try pull.tryReceive() == nil)
        // And then the new marks are in force.
        #expect((1...52).contains(try fill(push)))
    }
}
