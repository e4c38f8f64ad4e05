// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of what the RFCs ask of the patterns: `test_spec_req`, `test_spec_rep`, `test_spec_dealer`,
/// `test_spec_router`, `test_spec_pushpull`. Sources: ZeroMQ RFC 28/REQREP, RFC 30/PIPELINE.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SpecificationConformance {
    private let patience = Conformance.patience

    /// A DEALER or a PUSH.
    private func sender(_ isDealer: Bool, in context: Context, mark: Int = 1000) throws -> any SendingSocket {
        if isDealer { return try DealerSocket(context: context, options: .init(sendHighWaterMark: mark)) }
        return try PushSocket(context: context, options: .init(sendHighWaterMark: mark))
    }

    /// A DEALER or a PULL.
    private func receiver(_ isDealer: Bool, in context: Context, mark: Int = 1000) throws -> any ReceivingSocket {
        if isDealer { return try DealerSocket(context: context, options: .init(receiveHighWaterMark: mark)) }
        return try PullSocket(context: context, options: .init(receiveHighWaterMark: mark))
    }

    // MARK: Outgoing messages

    @Test(arguments: Conformance.transports, [true, false])
    func messagesGoRoundRobin(endpoint: Endpoint, isDealer: Bool) async throws {
        let context = try Context()
        let sender = try sender(isDealer, in: context)
        let bound = try sender.bindWatched(endpoint)
        let receivers = try (0..<5).map { _ in try receiver(isDealer, in: context) }
        for receiver in receivers { try receiver.connect(bound) }
        try await sender.settle(5)
        for text in ["ABC", "DEF"] {
            for _ in receivers { try await sender.send(text, timeout: patience) }
        }
        for receiver in receivers {
            #expect(try await receiver.receive(timeout: patience) == "ABC")
            #expect(try await receiver.receive(timeout: patience) == "DEF")
            #expect(try receiver.tryReceive() == nil)
        }
    }

    @Test(arguments: Conformance.transports) func requestsGoRoundRobin(endpoint: Endpoint) async throws {
        let context = try Context()
        let request = try RequestSocket(context: context)
        let bound = try request.bindWatched(endpoint)
        let replies = try (0..<3).map { _ in try ReplySocket(context: context) }
        for (number, reply) in replies.enumerated() {
            try reply.connect(bound)
            Task { try await reply.serve { _ in Message("\(number)") } }
        }
        try await request.settle(3)
        for _ in 0..<3 {
            var servers: Set<String> = []
            for _ in replies { servers.insert(try await request.request("who?", timeout: patience).string) }
            #expect(servers == ["0", "1", "2"])
        }
        for reply in replies { reply.close() }
    }

    @Test(arguments: [true, false]) func sendersWithoutPeersWait(isDealer: Bool) async throws {
        let context = try Context()
        let sender = try sender(isDealer, in: context)
        #expect(try !sender.trySend("nobody"))
        await SocketTest.expect(.timedOut, "send") { try await sender.send("nobody", timeout: .milliseconds(20)) }
        #expect(sender.statistics.sent == 0)
    }

    // MARK: Requests

    @Test(arguments: [true, false]) func requestsHaveTheEnvelopeOfTheRFC(correlate: Bool) async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let request = try RequestSocket(context: context, options: .init(correlate: correlate))
        try request.connect(try router.bind(.tcp("127.0.0.1", port: .any)))
        let asking = Task { try await request.request(Message("ABC", "DEF"), timeout: patience) }
        let asked = try await router.receive(timeout: patience)
        var frames = Array(asked.message.frames)
        if correlate { #expect(frames.removeFirst().byteCount == 4) }
        #expect(frames == ["", "ABC", "DEF"])
        let reply = Array(asked.message.frames.dropLast(2)) + ["GHI", ""]
        try await router.send(try Message(frames: reply), to: asked.peer)
        #expect(try await value(of: asking) == Message("GHI", ""))
    }

    /// Another peer's reply is not the answer, even if it has the right envelope.
    @Test(arguments: Conformance.transports, [true, false])
    func onlyThePeerThatWasAskedIsHeard(endpoint: Endpoint, correlate: Bool) async throws {
        let context = try Context()
        let request = try RequestSocket(context: context, options: .init(correlate: correlate, routingID: "asker"))
        try request.startMonitoring()
        let routers = try (0..<3).map { _ in try RouterSocket(context: context) }
        for (number, router) in routers.enumerated() {
            try request.connect(try router.bind(Conformance.place(endpoint, number)))
        }
        try await request.settle(3)
        for number in 0..<3 {
            let asking = Task { try await request.request("\(number)", timeout: patience) }
            var asked: (router: RouterSocket, message: Message)?
            try await eventually {
                for router in routers {
                    if let routed = try router.tryReceive() { asked = (router, routed.message) }
                }
                return asked != nil
            }
            let (router, message) = try #require(asked)
            let envelope = Array(message.frames.dropLast())
            for other in routers where other !== router {
                try await other.sendOnceKnown(try Message(frames: envelope + ["foreign"]), to: "asker")
            }
            try await router.send(try Message(frames: envelope + ["answer"]), to: "asker")
            #expect(try await value(of: asking) == "answer")
        }
    }

    // MARK: Incoming messages

    private static let receivers = ["PULL", "DEALER", "ROUTER", "REP"]

    /// A bound socket of a kind, how to receive a text from it, and what peers of it are like.
    private struct Receiver: Sendable {
        let socket: any Socket
        let next: @Sendable () async throws -> String
        let peer: @Sendable () throws -> any SendingSocket

        init(_ kind: String, in context: Context) throws {
            let patience = Conformance.patience
            peer = {
                if kind == "PULL" { return try PushSocket(context: context) }
                return try DealerSocket(context: context)
            }
            switch kind {
            case "PULL":
                let pull = try PullSocket(context: context)
                (socket, next) = (pull, { try await pull.receive(timeout: patience).frames[1].string })
            case "DEALER":
                let dealer = try DealerSocket(context: context)
                (socket, next) = (dealer, { try await dealer.receive(timeout: patience).frames[1].string })
            case "ROUTER":
                let router = try RouterSocket(context: context)
                (socket, next) = (router, { try await router.receive(timeout: patience).message.frames[1].string })
            default:
                let reply = try ReplySocket(context: context)
                (socket, next) = (reply, { try await reply.receive(timeout: patience).request.string })
            }
        }
    }

    /// Every message has an empty frame first, which makes it a request for REP.
    @Test(arguments: receivers) func peersAreReceivedFromInTurn(kind: String) async throws {
        let context = try Context()
        let receiver = try Receiver(kind, in: context)
        try receiver.socket.bind(.inproc("fair"))
        // Nobody looks at the socket before all have spoken: libzmq would take the first message ahead of its turn.
        let stall = await Stall(context)
        defer { stall.end() }
        let peers = try (0..<5).map { _ in try receiver.peer() }
        for (number, peer) in peers.enumerated() {
            try peer.connect(.inproc("fair"))
            for _ in 0..<3 { try await peer.send(Message("", "\(number)")) }
        }
        for round in 0..<3 {
            var heard: Set<String> = []
            for _ in peers { heard.insert(try await receiver.next()) }
            #expect(heard.count == 5, "round \(round): \(heard)")
        }
    }

    /// One that always has something to say keeps nobody else out.
    @Test(arguments: receivers, [Endpoint.ipc("*"), .tcp("127.0.0.1", port: .any)])
    func noPeerIsStarved(kind: String, endpoint: Endpoint) async throws {
        let context = try Context()
        let receiver = try Receiver(kind, in: context)
        let bound = try receiver.socket.bind(endpoint)
        let peers = try (0..<3).map { _ in try receiver.peer() }
        let talking = try peers.enumerated().map { number, peer in
            try peer.connect(bound)
            return Task { while true { try await peer.send(Message("", "\(number)")) } }
        }
        var heard: [String: Int] = [:]
        try await eventually {
            for _ in 0..<100 { heard[try await receiver.next(), default: 0] += 1 }
            return heard.count == 3 && heard.values.allSatisfy { $0 >= 100 }
        }
        for task in talking { task.cancel() }
    }

    // MARK: Queues

    /// What a peer has not read when it disconnects is gone, at both ends, and it begins anew.
    @Test(arguments: Conformance.transports, [true, false])
    func queuesGoWithTheirPeer(endpoint: Endpoint, isDealer: Bool) async throws {
        let context = try Context()
        let sender = try sender(isDealer, in: context, mark: 1)
        let receiver = try receiver(isDealer, in: context, mark: 1)
        let bound = try sender.bindWatched(endpoint)
        try receiver.connect(bound)
        try await sender.settle(1)
        for text in ["ABC", "DEF"] { try await sender.send(text, timeout: patience) }
        try receiver.disconnect(bound)
        #expect(try receiver.tryReceive() == nil)
        if endpoint.isInproc {
            #expect(try !sender.trySend("nobody"))
        } else {
            try await eventually { try sender.connections.isEmpty }
            try await eventually { (sender.engine.number(of: ZMQ_EVENTS) ?? 0) & ZMQ_POLLOUT == 0 }
        }
        await SocketTest.expect(.timedOut, "send") { try await sender.send("nobody", timeout: .milliseconds(10)) }
        try receiver.connect(bound)
        try await sender.settle(1)
        #expect(try receiver.tryReceive() == nil)
        for text in ["GHI", "JKL"] { try await sender.send(text, timeout: patience) }
        for text in ["GHI", "JKL"] { #expect(try await receiver.receive(timeout: patience) == Message(text)) }
    }

    @Test(arguments: Conformance.transports) func routersQueuesGoWithTheirPeer(endpoint: Endpoint) async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let bound = try router.bind(endpoint)
        let dealer = try DealerSocket(context: context, options: .init(routingID: "peer"))
        try dealer.connect(bound)
        try await dealer.send("here")
        _ = try await router.receive(timeout: patience)
        for text in ["ABC", "DEF"] { try await router.send(text, to: "peer") }
        try dealer.disconnect(bound)
        #expect(try dealer.tryReceive() == nil)
        try await eventually {
            do throws(ZMQError) {
                _ = try router.trySend("nobody", to: "peer")
                return false
            } catch {
                return error.code == .unreachable
            }
        }
        try dealer.connect(bound)
        try await dealer.send("here again")
        #expect(try await router.receive(timeout: patience).message == "here again")
        try await router.send("GHI", to: "peer")
        #expect(try await dealer.receive(timeout: patience) == "GHI")
    }
}
