// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of what REQ takes for a reply: `test_req_relaxed`, `test_req_correlate`, `test_invalid_rep`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct RequestConformance {
    private let patience = Conformance.patience

    /// A REQ and a ROUTER that answers by hand.
    private func pair(_ endpoint: Endpoint, correlate: Bool) throws -> (RequestSocket, RouterSocket) {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let request = try RequestSocket(context: context, options: .init(correlate: correlate))
        try request.connect(try router.bind(endpoint))
        return (request, router)
    }

    @Test(arguments: [true, false]) func malformedRepliesAreIgnored(correlate: Bool) async throws {
        let (request, router) = try pair(.inproc("malformed"), correlate: correlate)
        for number in 0..<3 {
            let asking = Task { try await request.request("question \(number)", timeout: patience) }
            let asked = try await router.receive(timeout: patience)
            let envelope = asked.message.frames.dropLast()
            #expect(asked.message.frames.last?.string == "question \(number)")
            let malformed: [[Frame]] = [
                ["no envelope"], [""], ["two", "frames"], ["a", "b", "c"], ["a", "", "c"],
            ]
            for frames in malformed { try await router.send(try Message(frames: frames), to: asked.peer) }
            let answer = Frame("answer \(number)")
            try await router.send(try Message(frames: Array(envelope) + [answer, "more"]), to: asked.peer)
            #expect(try await value(of: asking) == Message(answer, "more"))
        }
    }

    @Test(arguments: Conformance.transports)
    func repliesToOtherRequestsAreIgnored(endpoint: Endpoint) async throws {
        let (request, router) = try pair(endpoint, correlate: true)
        var earlier: [Frame] = []
        for number in 0..<3 {
            let asking = Task { try await request.request("\(number)", timeout: patience) }
            let asked = try await router.receive(timeout: patience)
            let id = asked.message.first
            #expect(id.byteCount == 4 && !earlier.contains(id))
            for other in earlier + [Frame(id.array.map { $0 ^ 0x55 })] {
                try await router.send(Message(other, "", "foreign"), to: asked.peer)
            }
            // Without an id it is nobody's.
            try await router.send(Message("", "foreign"), to: asked.peer)
            try await router.send(Message(id, "", "answer"), to: asked.peer)
            #expect(try await value(of: asking) == "answer")
            earlier.append(id)
        }
    }

    /// Without correlation a request that was given up ends the connection; one that libzmq has given up itself counts.
    @Test func requestsGoOnAfterAConnectionThatIsNoMore() async throws {
        let context = try Context()
        let name = Conformance.abstractName()
        var reply = try ReplySocket(context: context)
        try reply.bind(name)
        let transport = Conformance.eager { $0.reconnectInterval = nil }
        let request = try RequestSocket(context: context, options: .init(correlate: false, transport: transport))
        try await request.connect(name, timeout: patience)
        let first = Task { try await request.request("first") }
        do { _ = try await reply.receive(timeout: patience) }
        reply.close()
        try await eventually { try request.connections.isEmpty }
        reply = try ReplySocket(context: context)
        try await eventually { (try? reply.bind(name)) != nil }
        first.cancel()
        await SocketTest.expect(.cancelled, "REQ socket") { _ = try await first.value }
        let second = Task { try await request.request("second", timeout: patience) }
        try await reply.receive(timeout: patience).reply(with: "answer")
        #expect(try await value(of: second) == "answer")
    }

    /// A request that was given up leaves the connection as it is, and its reply reaches nobody.
    @Test(arguments: Conformance.transports)
    func givingUpARequestKeepsItsConnection(endpoint: Endpoint) async throws {
        let (request, router) = try pair(endpoint, correlate: true)
        let first = Task { try await request.request("first") }
        let given = try await router.receive(timeout: patience)
        first.cancel()
        await SocketTest.expect(.cancelled, "REQ socket") { _ = try await first.value }
        let second = Task { try await request.request("second", timeout: patience) }
        let asked = try await router.receive(timeout: patience)
        #expect(asked.peer == given.peer, "it is the same connection")
        try await router.send(Message(given.message.first, "", "late"), to: given.peer)
        try await router.send(Message(asked.message.first, "", "in time"), to: asked.peer)
        #expect(try await value(of: second) == "in time")
    }
}
