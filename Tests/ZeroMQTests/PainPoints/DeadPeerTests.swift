// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing
import ZeroMQ

/// Peers that die, vanish or never come.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct DeadPeerTests {
    /// A request whose server dies ends at its deadline, and the next one is answered by the server that comes after
    /// (libzmq#3495).
    @Test(arguments: [true, false]) func nextRequestReachesTheNextServer(correlate: Bool) async throws {
        let transport = TransportOptions(
            linger: .zero,
            reconnectInterval: .milliseconds(10),
            maximumReconnectInterval: .milliseconds(10)
        )
        let request = try RequestSocket(
            context: Context(),
            options: .init(correlate: correlate, transport: transport)
        )
        var endpoint = Endpoint.tcp("127.0.0.1", port: .any)
        for round in 0..<5 {
            let reply = try ReplySocket(context: Context(), options: .init(transport: transport))
            var bound: Endpoint?
            // The port is free again a little after the server before was closed.
            try await eventually {
                bound = try? reply.bind(endpoint)
                return bound != nil
            }
            endpoint = try #require(bound)
            if round == 0 { try request.connect(endpoint) }
            async let answer = request.request("\(round)", timeout: SocketTest.patience)
            try await answerWhatIsAsked("\(round)", on: reply)
            #expect(try await answer.string == "re: \(round)")
            // This one dies with the server.
            let lost = Task { try await request.request("lost", timeout: .milliseconds(200)) }
            do { _ = try await reply.receive(timeout: SocketTest.patience) }
            reply.close()
            await SocketTest.expect(.timedOut, "REQ socket") { _ = try await lost.value }
        }
    }

    /// Requests that were given up may still come first.
    private func answerWhatIsAsked(_ text: String, on reply: ReplySocket) async throws {
        while true {
            let call = try await reply.receive(timeout: SocketTest.patience)
            let asked = call.request.string
            try await call.reply(with: Message("re: \(asked)"))
            if asked == text { return }
        }
    }

    /// With heartbeats a peer that says nothing more, as after a pulled cable, is given up and tried again
    /// (libzmq#4170); one that is idle and alive is not.
    @Test func silentPeersAreGivenUp() async throws {
        // Long enough for a peer that is alive to answer on a machine that is busy.
        let transport = TransportOptions(
            reconnectInterval: .milliseconds(10),
            heartbeatInterval: .milliseconds(50),
            heartbeatTimeout: .seconds(3)
        )
        let context = try Context()
        let listener = try RawListener()
        let push = try PushSocket(context: context, options: .init(transport: transport))
        let events = try push.events()
        try push.connect(.tcp("127.0.0.1", port: .init(listener.port)))
        let silent = try await onThread {
            let peer = try listener.accepted()
            try peer.handshake(as: "PULL")
            return peer
        }
        #expect(try await within(SocketTest.patience) { try await nextLoss(in: events) })
        // It is tried again, and given up again. Meanwhile, and for longer than the limit, one that is idle and alive
        // stands.
        let pull = try PullSocket(context: context)
        let other = try PushSocket(context: context, options: .init(transport: transport))
        try await other.connect(try pull.bind(.tcp("127.0.0.1", port: .any)), timeout: SocketTest.patience)
        let before = try other.connections.map(\.id)
        let second = try await onThread {
            let peer = try listener.accepted()
            try peer.handshake(as: "PULL")
            return peer
        }
        #expect(try await within(SocketTest.patience) { try await nextLoss(in: events) })
        #expect(try other.connections.map(\.id) == before && before.count == 1)
        try await onThread {
            for peer in [silent, second] { try peer.end() }
        }
    }

    private func nextLoss(in events: SocketEvents) async throws -> Bool {
        for await event in events where event.kind == .disconnected { return true }
        return false
    }
}
