// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of peers that cannot shake hands: `test_security_curve`, `test_security_plain`. Each fails for a
/// reason that the monitor names, and the server goes on. Sources: ZeroMQ RFC 24/ZMTP-PLAIN, RFC 26/CURVEZMQ.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct SecurityConformance {
    private let patience = Conformance.patience

    /// The reason of the next failed handshake.
    static func failure(_ events: SocketEvents) async throws -> HandshakeFailure.Reason? {
        try await within(Conformance.patience) {
            for await event in events {
                if let failure = event.handshakeFailure { return failure.reason }
                #expect(event.kind != .handshakeSucceeded)
            }
            return nil
        }
    }

    @Test(arguments: [
        ("wrong server key", HandshakeFailure.Reason.cryptographic), ("NULL", .mechanismMismatch),
        ("PLAIN", .mechanismMismatch),
    ])
    func clientsOfACurveServerFailForAReason(which: String, reason: HandshakeFailure.Reason) async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        let events = try pull.events()
        let security: SocketSecurity =
            switch which {
            case "NULL": .null
            case "PLAIN": .plainClient(username: "a", password: "b")
            default: keys.client(serverKey: keys.stranger.publicKey)
            }
        let bad = try Secured.push(security, to: endpoint, in: context)
        _ = try bad.trySend("wrong")
        #expect(try await Self.failure(events) == reason)
        bad.close()
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        #expect(pull.authStatistics.accepted == 1)
    }

    @Test(arguments: ["NULL", "CURVE"]) func clientsOfAPlainServerFailForAReason(which: String) async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(.plainServer(accepting: .allow(passwords: ["a": "b"])), in: context)
        let events = try pull.events()
        let bad = try Secured.push(which == "NULL" ? .null : keys.client(), to: endpoint, in: context)
        _ = try bad.trySend("wrong")
        #expect(try await Self.failure(events) == .mechanismMismatch)
        bad.close()
        try await Secured.expectOnly(
            .plainClient(username: "a", password: "b"),
            at: endpoint,
            reaches: pull,
            in: context
        )
    }

    // MARK: Clients that speak bytes

    private static let hello: [UInt8] = [1, 0] + [UInt8](repeating: 0, count: 72) + [UInt8](repeating: 7, count: 120)

    /// What comes after the greeting, and what is wrong with it.
    private static let curveGarbage: [([UInt8], HandshakeFailure.Reason)] = [
        ([], .connectionEnded), (RawPeer.command("HELLO", []), .malformedHello),
        (RawPeer.command("HELLO", Array(hello.dropLast())), .malformedHello),
        (RawPeer.command("HELLO", [2] + hello.dropFirst()), .malformedHello),
        (RawPeer.command("HELLO", hello), .cryptographic), (RawPeer.command("HELLX", hello), .unexpectedCommand),
        (RawPeer.command("INITIATE", hello), .unexpectedCommand), (RawPeer.command("READY", []), .unexpectedCommand),
        (RawPeer.message("a message"), .malformedCommand),
    ]

    private static let plainGarbage: [([UInt8], HandshakeFailure.Reason)] = [
        ([], .connectionEnded), (RawPeer.command("HELLO", []), .malformedHello),
        (RawPeer.command("HELLO", [200, 97]), .malformedHello),
        (RawPeer.command("HELLO", [1, 97, 200]), .malformedHello),
        (RawPeer.command("HELLO", [1, 97, 1, 98, 0]), .malformedHello),
        (RawPeer.command("INITIATE", []), .unexpectedCommand), (RawPeer.command("READY", []), .unexpectedCommand),
        (RawPeer.message("a message"), .malformedCommand),
    ]

    @Test(arguments: ["CURVE", "PLAIN"]) func garbageBeforeTheHandshakeHasAReason(mechanism: String) async throws {
        let (keys, context) = (try Keys(), try Context())
        let isCurve = mechanism == "CURVE"
        let server = isCurve ? keys.server(accepting: .anyone) : .plainServer(accepting: .allow(passwords: ["a": "b"]))
        let (pull, endpoint) = try Secured.pull(server, in: context)
        let events = try pull.events()
        for (bytes, reason) in isCurve ? Self.curveGarbage : Self.plainGarbage {
            try await onThread {
                let peer = try RawPeer(port: endpoint.port)
                peer.write(RawPeer.greeting(mechanism) + bytes)
                try peer.end()
            }
            let found = try await Self.failure(events)
            #expect(found == reason, "\(bytes.prefix(12))")
        }
        let good = isCurve ? keys.client() : .plainClient(username: "a", password: "b")
        try await Secured.expectOnly(good, at: endpoint, reaches: pull, in: context)
    }

    // MARK: Somebody in between

    /// The commands of CURVE's handshake, in order, and whether the client sends them.
    enum Step: String, CaseIterable, Sendable {
        case hello, welcome, initiate, ready

        var isClients: Bool { self == .hello || self == .initiate }
    }

    /// Passes a handshake on, with one byte of one command changed, until both sides have hung up.
    private static func relay(from listener: RawListener, to port: Endpoint.Port?, changing changed: Step) throws {
        let (client, server) = (try listener.accepted(), try RawPeer(port: port))
        client.write(RawPeer.greeting("CURVE", isServer: true))
        server.write(RawPeer.greeting("CURVE"))
        for peer in [client, server] { _ = try peer.readExactly(RawPeer.greeting.count) }
        for step in Step.allCases {
            var (flags, body) = try (step.isClients ? client : server).readFrame()
            if step == changed { body[body.count - 1] ^= 1 }
            (step.isClients ? server : client).write(RawPeer.frame(flags: flags, body))
            if step == changed { break }
        }
        for peer in [client, server] { try peer.end() }
    }

    @Test(arguments: Step.allCases) func changedHandshakesFail(step: Step) async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        let listener = try RawListener()
        var transport = Secured.transport(keys.client())
        transport.reconnectInterval = nil
        let push = try PushSocket(context: context, options: .init(transport: transport))
        let (here, there) = (try pull.events(), try push.events())
        try push.connect(.tcp("127.0.0.1", port: Endpoint.Port(listener.port)))
        _ = try push.trySend("secret")
        try await onThread { try Self.relay(from: listener, to: endpoint.port, changing: step) }
        // Whoever reads the changed command says why.
        #expect(try await Self.failure(step.isClients ? here : there) == .cryptographic)
        push.close()
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
    }
}
