// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

extension Interop {
    /// Peers that stop answering, die, and come back.
    @Suite(
        .serialized,
        .timeLimit(.minutes(5)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct LivenessInteropTests {
        private let context: Context
        private let peer: Peer

        init() throws {
            context = try Context()
            peer = try Peer(.pyzmq)
        }

        private func dealer(heartbeat: Duration? = nil) throws -> DealerSocket {
            var transport = Interop.transport()
            transport.heartbeatInterval = heartbeat
            transport.heartbeatTimeout = .seconds(1)
            return try DealerSocket(context: context, options: .init(transport: transport))
        }

        /// A process that hangs keeps its connections: only heartbeats tell. What answers them, stays.
        @Test func heartbeatsFindAPeerThatHangs() async throws {
            let dealer = try dealer(heartbeat: .milliseconds(50))
            let events = try dealer.events()
            try await peer.socket("DEALER")
            try await Way.tcpConnected.join(dealer, peer)
            _ = try await Interop.next(.handshakeSucceeded, in: events)
            try await dealer.send("before", timeout: Interop.patience)
            #expect(try await peer.receive() == [["before"]])

            peer.freeze()
            _ = try await Interop.next(.disconnected, in: events)
            peer.thaw()
            _ = try await Interop.next(.handshakeSucceeded, in: events)
            try await dealer.send("after", timeout: Interop.patience)
            #expect(try await peer.receive() == [["after"]])
        }

        /// pyzmq asks ten times in the time it would wait for an answer; a socket at which nobody waits answers.
        @Test func heartbeatsAreAnswered() async throws {
            let dealer = try dealer()
            let events = try dealer.events()
            try await peer.socket(
                "DEALER",
                ["HEARTBEAT_IVL": 50, "HEARTBEAT_TIMEOUT": 2000, "HEARTBEAT_TTL": 1000]
            )
            try await peer("monitor", ["name": "peer"])
            try await Way.tcpBound.join(dealer, peer)
            _ = try await Interop.next(.handshakeSucceeded, in: events)
            // Longer than the time to live that pyzmq's heartbeats grant it, and than its own patience.
            let answer = try await peer("events_within", ["name": "peer", "milliseconds": 3000])
            #expect(answer.texts?.contains("HANDSHAKE_SUCCEEDED") == true)
            #expect(answer.texts?.contains("DISCONNECTED") == false, "\(answer.texts ?? [])")
            try await dealer.send("still here", timeout: Interop.patience)
            #expect(try await peer.receive() == [["still here"]])
            #expect(try dealer.connections.count == 1)
        }

        /// What was queued for a peer that crashed reaches the one that takes its place.
        @Test func sendersFindThePeersSuccessor() async throws {
            let push = try PushSocket(context: context, options: .init(transport: Interop.transport()))
            let events = try push.events()
            try await peer.socket("PULL")
            try await Way.tcpConnected.join(push, peer)
            try await push.send("first", timeout: Interop.patience)
            #expect(try await peer.receive() == [["first"]])
            let endpoint = try #require(try await peer("last_endpoint", ["name": "peer"]).endpoint)
            try await peer.crash()
            _ = try await Interop.next(.disconnected, in: events)

            try await push.send("second", timeout: Interop.patience)
            let next = try Peer(.pyzmq)
            try await next.socket("PULL")
            try await next("bind", ["name": "peer", "endpoint": .text(endpoint)])
            #expect(try await next.receive() == [["second"]])
            try await eventually { push.statistics.reconnects == 1 }
        }
    }
}
