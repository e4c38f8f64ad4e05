// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of ZMTP's PING and PONG: `test_heartbeats`. Source: ZeroMQ RFC 37/ZMTP.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct HeartbeatConformance {
    private let patience = Conformance.patience
    private let anyPort = Endpoint.tcp("127.0.0.1", port: .any)

    /// Servers and the kinds of their peers.
    private static let pairs = [
        ("ROUTER", "DEALER"), ("REP", "REQ"), ("PUSH", "PULL"), ("PUB", "SUB"), ("PAIR", "PAIR"),
    ]

    private func make(_ kind: String, in context: Context, _ transport: TransportOptions) throws -> any Socket {
        try #require(OptionsTests.kinds.first { $0.name == kind }).make(context, transport)
    }

    private func transport(_ security: SocketSecurity = .null, within time: Duration) -> TransportOptions {
        Conformance.eager {
            $0.heartbeatInterval = .milliseconds(50)
            $0.heartbeatTimeout = time
            $0.heartbeatTimeToLive = nil
            $0.security = security
        }
    }

    @Test(arguments: pairs) func peerThatDoesNotAnswerIsDisconnected(kind: String, peer: String) async throws {
        let context = try Context()
        let socket = try make(kind, in: context, transport(within: .milliseconds(100)))
        let events = try socket.events()
        let endpoint = try socket.bind(anyPort)
        let pings = try await onThread {
            let dead = try RawPeer(port: endpoint.port)
            try dead.handshake(as: peer)
            // Reads, but answers nothing.
            var bytes: [UInt8] = []
            while case let piece = try dead.read(upTo: 100), !piece.isEmpty { bytes += piece }
            return bytes
        }
        #expect(pings.starts(with: [4, 7, 4] + Array("PING".utf8)), "\(pings)")
        let seen = try await Conformance.events(events, through: .disconnected)
        #expect(seen.map(\.kind) == [.listening, .accepted, .handshakeSucceeded, .disconnected], "\(seen)")
        #expect(try socket.connections.isEmpty)
    }

    /// A peer says how long it may be silent, to a socket that sends no heartbeats itself.
    @Test(arguments: pairs) func timeToLiveIsHonoured(kind: String, peer: String) async throws {
        let context = try Context()
        let socket = try make(kind, in: context, Conformance.eager())
        let endpoint = try socket.bindWatched(anyPort)
        let patient = try await onThread {
            // A PAIR has one peer, and its second one is told nothing.
            let patient = kind == "PAIR" ? nil : try RawPeer(port: endpoint.port)
            try patient?.handshake(as: peer)
            let mortal = try RawPeer(port: endpoint.port)
            try mortal.handshake(as: peer)
            // A tenth of a second.
            mortal.write(RawPeer.command("PING", [0, 1]))
            try mortal.readToEnd()
            return patient
        }
        let left = patient == nil ? 0 : 1
        try await eventually { try socket.connections.count == left }
        patient?.endWriting()
    }

    /// A peer that is dead is the clock: it is disconnected twice over while the others stay.
    @Test(arguments: [false, true]) func idlePeersThatAnswerStay(isEncrypted: Bool) async throws {
        let context = try Context()
        let keys = try Keys()
        let time = Duration.seconds(1)
        let server = transport(isEncrypted ? keys.server(accepting: .anyone) : .null, within: time)
        let client = transport(isEncrypted ? keys.client() : .null, within: time)
        var sockets: [any Socket] = []
        for (kind, peer) in Self.pairs {
            let (here, there) = (try make(kind, in: context, server), try make(peer, in: context, client))
            try await there.connect(try here.bindWatched(anyPort), timeout: patience)
            try await here.connected(atLeast: 1, timeout: patience)
            sockets += [here, there]
        }
        let before = try sockets.map { try $0.connections.map(\.id) }
        let clock = try PullSocket(context: context, options: .init(transport: transport(within: time)))
        let endpoint = try clock.bind(anyPort)
        for _ in 0..<2 {
            try await onThread {
                let dead = try RawPeer(port: endpoint.port)
                try dead.handshake(as: "PUSH")
                try dead.readToEnd()
            }
        }
        #expect(try sockets.map { try $0.connections.map(\.id) } == before)
        #expect(before.allSatisfy { $0.count == 1 })
    }
}
