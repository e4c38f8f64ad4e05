// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@testable import ZeroMQ

/// A pair of sockets and what they do under a load.
struct Pattern: Sendable {
    let name: String
    let run: @Sendable (Context, Endpoint, CallLoad) async throws -> Outcome

    /// Traffic in one direction between the two sockets that `make` connects.
    init(_ name: String, _ make: @escaping @Sendable (Context, Endpoint) async throws -> Traffic) {
        self.name = name
        run = { context, endpoint, load in
            let traffic = try await make(context, endpoint)
            defer {
                traffic.sender.close()
                traffic.receiver.close()
            }
            return try await traffic.run(load, "\(name) over \(endpoint)")
        }
    }

    init(exchange name: String) {
        self.name = name
        run = { context, endpoint, load in
            let exchange = try Exchange(context, endpoint)
            defer { exchange.close() }
            return try await exchange.run(load, "\(name) over \(endpoint)")
        }
    }

    /// Small buffers, so that senders wait over ipc and tcp too.
    static var transport: TransportOptions {
        var options = TransportOptions()
        options.kernelSendBufferBytes = 4096
        options.kernelReceiveBufferBytes = 4096
        return options
    }

    static let all: [Pattern] = [
        Pattern("PUSH/PULL") { context, endpoint in
            let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 1, transport: transport))
            let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 1, transport: transport))
            try push.connect(try pull.bind(endpoint))
            return Traffic(from: push, to: pull)
        },
        Pattern("PAIR") { context, endpoint in
            let options = PairSocket.Options(sendHighWaterMark: 1, receiveHighWaterMark: 1, transport: transport)
            let left = try PairSocket(context: context, options: options)
            let right = try PairSocket(context: context, options: options)
            try right.connect(try left.bind(endpoint))
            return Traffic(from: left, to: right)
        },
        Pattern("PUB/SUB") { context, endpoint in
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
            return Traffic(from: publisher, to: subscriber)
        },
        Pattern("XPUB/XSUB") { context, endpoint in
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
            return Traffic(from: publisher, to: subscriber)
        },
        Pattern("DEALER/ROUTER") { context, endpoint in
            let (dealer, router) = try await dealerAndRouter(context, endpoint)
            return Traffic(from: dealer, to: router)
        },
        Pattern("ROUTER/DEALER") { context, endpoint in
            let (dealer, router) = try await dealerAndRouter(context, endpoint)
            return Traffic(from: router, to: dealer) { try await router.send($0, to: "dealer", timeout: $1) }
        },
        Pattern(exchange: "REQ/REP"),
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
}
