// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// ROUTER and DEALER: peers have names.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RouterDealerTests {
    private func router(
        _ options: RouterSocket.Options = .init(),
        in context: Context? = nil
    ) throws -> (Context, RouterSocket, Endpoint) {
        let context = try context ?? Context()
        let router = try RouterSocket(context: context, options: options)
        return (context, router, try router.bind(.tcp("127.0.0.1", port: .any)))
    }

    @Test(arguments: [(1, 0), (1, 100 << 10), (2, 0), (50, 33), (200, 1)])
    func shapesBothWays(frames: Int, bytes: Int) async throws {
        let (context, router, endpoint) = try router()
        let dealer = try DealerSocket(context: context, options: .init(routingID: "d"))
        try dealer.connect(endpoint)
        let message = try SocketTest.message(frames: frames, bytes: bytes)
        try await dealer.send(message)
        let routed = try await router.receive(timeout: SocketTest.patience)
        #expect(routed == RoutedMessage(peer: "d", message: message))
        try await router.send(routed.message, to: routed.peer)
        #expect(try await dealer.receive(timeout: SocketTest.patience) == message)
    }

    @Test func peersWithoutNamesGetDifferentOnes() async throws {
        let (context, router, endpoint) = try router()
        let dealers = try (0..<5).map { _ in try DealerSocket(context: context) }
        for (number, dealer) in dealers.enumerated() {
            try dealer.connect(endpoint)
            try await dealer.send("\(number)")
        }
        var peers: [RoutingID: String] = [:]
        while peers.count < 5 {
            for routed in try await router.receive(upTo: 2, timeout: SocketTest.patience) {
                #expect(routed.peer.bytes.first == 0)
                peers[routed.peer] = routed.message.string
            }
        }
        for (peer, text) in peers { #expect(try router.trySend(Message("to \(text)"), to: peer)) }
        for (number, dealer) in dealers.enumerated() {
            #expect(try await dealer.receive(timeout: SocketTest.patience).string == "to \(number)")
        }
    }

    @Test func strangersCannotBeReached() async throws {
        let (_, router, _) = try router()
        let advice = "wait until the peer"
        await SocketTest.expect(.unreachable, "ROUTER socket", advice) { try await router.send("x", to: "nobody") }
        await SocketTest.expect(.unreachable, advice) { _ = try router.trySend("x", to: "nobody") }
        await SocketTest.expect(.unreachable, advice) {
            try router.withExclusiveAccess { _ = try $0.send("x", to: "nobody") }
        }
        #expect(router.statistics.sent == 0)
    }

    @Test func newcomerTakesTheNameOver() async throws {
        let (context, router, endpoint) = try router()
        let first = try DealerSocket(context: context, options: .init(routingID: "twin"))
        try first.connect(endpoint)
        try await first.send("first")
        #expect(try await router.receive(timeout: SocketTest.patience).message == "first")
        let second = try DealerSocket(context: context, options: .init(routingID: "twin"))
        try second.connect(endpoint)
        try await second.send("second")
        #expect(try await router.receive(timeout: SocketTest.patience).message == "second")
        try await router.send("for the newcomer", to: "twin")
        #expect(try await second.receive(timeout: SocketTest.patience) == "for the newcomer")
    }

    @Test func newcomerIsIgnoredWhereNamesAreNotHandedOver() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context, options: .init(handover: false))
        let endpoint = try router.bindWatched(.tcp("127.0.0.1", port: .any))
        // Whoever lost the name does not come back for it within the test.
        let options = DealerSocket.Options(routingID: "twin", transport: .init(reconnectInterval: .seconds(600)))
        let first = try DealerSocket(context: context, options: options)
        try first.connect(endpoint)
        try await first.send("first")
        #expect(try await router.receive(timeout: SocketTest.patience).message == "first")
        let second = try DealerSocket(context: context, options: options)
        try await second.connect(endpoint, timeout: SocketTest.patience)
        try await second.send("second")
        // The router knows what name the second has given.
        try await router.settle(2)
        // All of the context's connections have one thread, which takes in the second's message on the way.
        for number in 0..<10 {
            try await router.send("\(number)", to: "twin")
            try await eventually {
                try #require(try second.tryReceive() == nil)
                return try first.tryReceive()?.string == "\(number)"
            }
            try await first.send("still here")
            #expect(try await router.receive(timeout: SocketTest.patience).message == "still here")
        }
        #expect(try router.tryReceive() == nil)
        #expect(try router.connections.count == 2)
    }

    @Test func routersNameEachOther() async throws {
        let (context, left, endpoint) = try router(.init(routingID: "left"))
        let right = try RouterSocket(context: context, options: .init(routingID: "right"))
        await SocketTest.expect(.unreachable) { try await right.send("too early", to: "left") }
        try right.connect(endpoint)
        // A name is known once the handshake is through, which nothing but a send tells.
        try await eventually {
            do throws(ZMQError) {
                return try right.trySend("hello", to: "left")
            } catch {
                guard error.code == .unreachable else { throw error }
                return false
            }
        }
        #expect(try await left.receive(timeout: SocketTest.patience) == RoutedMessage(peer: "right", message: "hello"))
        try await left.send("hello yourself", to: "right")
        let answer = try await right.receive(timeout: SocketTest.patience)
        #expect(answer == RoutedMessage(peer: "left", message: "hello yourself"))
    }

    @Test func fullPeerHoldsUpNobodyElse() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context, options: .init(sendHighWaterMark: 1))
        let endpoint = try router.bind(.inproc("full"))
        let (slow, quick) = (
            try DealerSocket(context: context, options: .init(receiveHighWaterMark: 1, routingID: "slow")),
            try DealerSocket(context: context, options: .init(receiveHighWaterMark: 1, routingID: "quick"))
        )
        for dealer in [slow, quick] {
            try dealer.connect(endpoint)
            try await dealer.send("hello")
            _ = try await router.receive(timeout: SocketTest.patience)
        }
        #expect(try router.trySend("1", to: "slow"))
        #expect(try router.trySend("2", to: "slow"))
        #expect(try !router.trySend("3", to: "slow"))
        await SocketTest.expect(.timedOut, "ROUTER") {
            try await router.send("3", to: "slow", timeout: .milliseconds(20))
        }
        async let third: Void = router.send("3", to: "slow", timeout: SocketTest.patience)
        try await router.send("a", to: "quick", timeout: SocketTest.patience)
        #expect(try await quick.receive(timeout: SocketTest.patience) == "a")
        for text in ["1", "2", "3"] {
            #expect(try await slow.receive(timeout: SocketTest.patience).string == text)
        }
        try await third
    }

    @Test func exclusiveRouter() async throws {
        let (context, router, endpoint) = try router()
        let dealer = try DealerSocket(context: context, options: .init(routingID: "d"))
        try dealer.connect(endpoint)
        try await dealer.send("question")
        let wasSent = try await onThread {
            try router.withExclusiveAccess { socket in
                let routed: RoutedMessage? = try socket.receive(timeout: SocketTest.patience)
                return try socket.send("answer", to: routed?.peer ?? "nobody", timeout: SocketTest.patience)
            }
        }
        #expect(wasSent)
        #expect(try await dealer.receive(timeout: SocketTest.patience) == "answer")
    }

    @Test func sequenceOfRoutedMessages() async throws {
        let (context, router, endpoint) = try router()
        let dealer = try DealerSocket(context: context, options: .init(routingID: "d"))
        try dealer.connect(endpoint)
        for number in 0..<10 { try await dealer.send("\(number)") }
        var texts: [String] = []
        for try await routed in router.messages {
            texts.append(routed.message.string)
            if texts.count == 10 { router.close() }
        }
        #expect(texts == (0..<10).map(String.init))
    }
}
