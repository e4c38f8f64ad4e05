// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ZeroMQ

/// Receives and sends that are cancelled at random points under load: no message is lost, doubled or torn, and a send
/// that says it was cancelled sent nothing.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct CancellationTests {
    static let seed: UInt64 = 20_261

    #if DEBUG
    static let messages = 600
    #else
    static let messages = 4000
    #endif

    @Test func nothingIsLostOnAnyPattern() async throws {
        var total = Traffic.Outcome()
        // Until both counts are reached: a machine on which calls seldom wait needs more rounds.
        for round in 0..<50 where round == 0 || total.parks < 10_000 || total.cancellations < 10_000 {
            for transport in ["inproc", "ipc"] {
                let context = try Context()
                let endpoint: @Sendable (String) -> Endpoint = { name in
                    transport == "inproc" ? .inproc("\(name)-\(round)") : .ipc("*")
                }
                // A name of their own: libzmq frees that of a closed socket a little later.
                for (index, make) in Self.patterns.enumerated() {
                    let traffic = try await make(context, endpoint("cancel-\(index)"))
                    let seed = Self.seed &+ UInt64(round)
                    let outcome = try await within(.seconds(60)) { try await traffic.run(Self.messages, seed: seed) }
                    total.sent += outcome.sent
                    total.parks += outcome.parks
                    total.cancellations += outcome.cancellations
                    traffic.close()
                }
                try await context.terminate(within: .seconds(20))
            }
        }
        print("seed \(Self.seed): \(total)")
        #expect(total.parks >= 10_000, "a queue that never empties tests nothing")
        #expect(total.cancellations >= 10_000, "a queue that never empties tests nothing")
    }

    typealias Make = @Sendable (Context, Endpoint) async throws -> Traffic

    /// Small buffers, so that senders wait over ipc too.
    static var transport: TransportOptions {
        var options = TransportOptions()
        options.kernelSendBufferBytes = 4096
        options.kernelReceiveBufferBytes = 4096
        return options
    }

    static let patterns: [Make] = [
        { context, endpoint in
            let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 1, transport: transport))
            let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 1, transport: transport))
            try push.connect(try pull.bind(endpoint))
            return Traffic("PUSH/PULL", push, pull)
        },
        { context, endpoint in
            let options = PairSocket.Options(sendHighWaterMark: 1, receiveHighWaterMark: 1, transport: transport)
            let left = try PairSocket(context: context, options: options)
            let right = try PairSocket(context: context, options: options)
            try right.connect(try left.bind(endpoint))
            return Traffic("PAIR", left, right)
        },
        { context, endpoint in
            let publisher = try PublisherSocket(
                context: context,
                options: .init(sendHighWaterMark: 1, overflow: .wait, transport: transport)
            )
            let subscriber = try SubscriberSocket(
                subscriptions: ["t"],
                context: context,
                options: .init(receiveHighWaterMark: 1, transport: transport)
            )
            try subscriber.connect(try publisher.bind(endpoint))
            try await publisher.subscriptions(to: "t", atLeast: 1, timeout: .seconds(10))
            return Traffic("PUB/SUB", publisher, subscriber)
        },
        { context, endpoint in
            let publisher = try XPublisherSocket(
                context: context,
                options: .init(sendHighWaterMark: 1, overflow: .wait, transport: transport)
            )
            let subscriber = try XSubscriberSocket(
                context: context,
                options: .init(receiveHighWaterMark: 1, transport: transport)
            )
            try subscriber.connect(try publisher.bind(endpoint))
            try await subscriber.subscribe(to: "t")
            _ = try await publisher.receive(timeout: .seconds(10))
            return Traffic("XPUB/XSUB", publisher, subscriber)
        },
        { context, endpoint in
            let (dealer, router) = try await dealerAndRouter(context, endpoint)
            return Traffic("DEALER/ROUTER", [dealer, router]) {
                try await dealer.send($0)
            } receive: {
                try await router.receive().message
            }
        },
        { context, endpoint in
            let (dealer, router) = try await dealerAndRouter(context, endpoint)
            return Traffic("ROUTER/DEALER", [dealer, router]) {
                try await router.send($0, to: "dealer")
            } receive: {
                try await dealer.receive()
            }
        },
    ]

    private static func dealerAndRouter(
        _ context: Context,
        _ endpoint: Endpoint
    ) async throws -> (DealerSocket, RouterSocket) {
        let router = try RouterSocket(
            context: context,
            options: .init(sendHighWaterMark: 1, receiveHighWaterMark: 1, transport: transport)
        )
        let dealer = try DealerSocket(
            context: context,
            options: .init(
                sendHighWaterMark: 1,
                receiveHighWaterMark: 1,
                routingID: "dealer",
                transport: transport
            )
        )
        try dealer.connect(try router.bind(endpoint))
        // A router can only send to whom it has heard of.
        try await dealer.send("hello")
        _ = try await router.receive(timeout: .seconds(10))
        return (dealer, router)
    }

    /// REQ and REP: a request that is cancelled may have been received; the reply to it never answers another.
    @Test(arguments: [true, false]) func repliesAnswerTheirRequests(isLocal: Bool) async throws {
        let endpoint: Endpoint = isLocal ? .inproc("lock-step") : .ipc("*")
        let context = try Context()
        let reply = try ReplySocket(context: context)
        let request = try RequestSocket(context: context)
        try request.connect(try reply.bind(endpoint))
        let serving = Task { try await reply.serve { $0 } }
        var random = SeededGenerator(seed: Self.seed)
        var answered = 0
        var cancelled = 0
        for index in 0..<2 * Self.messages {
            let task = Task { try await request.request(try numbered(index)) }
            let patience = Int.random(in: 0..<30, using: &random)
            for _ in 0..<patience { await Task.yield() }
            if patience % 2 == 0 { task.cancel() }
            do {
                let answer = try await value(of: task)
                #expect(number(of: answer) == index, "seed \(Self.seed)")
                answered += 1
            } catch let error as ZMQError where error.code == .cancelled {
                cancelled += 1
            }
        }
        #expect(answered > Self.messages / 2)
        #expect(cancelled > Self.messages / 10)
        reply.close()
        try await serving.value
    }
}
