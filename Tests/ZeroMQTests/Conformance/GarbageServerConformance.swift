// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's fuzzers of sockets that connect: `test_connect_fuzzer`, `test_connect_null_fuzzer`,
/// `test_connect_curve_fuzzer`, `test_connect_stream_fuzzer`; those that bind are in `GarbagePeerTests`.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct GarbageServerConformance {
    private static let kinds = OptionsTests.kinds.map(\.name)

    /// Who a socket of a kind talks to.
    private static let partners = [
        "PAIR": "PAIR", "PUSH": "PULL", "PULL": "PUSH", "PUB": "SUB", "SUB": "PUB", "XPUB": "XSUB", "XSUB": "XPUB",
        "REQ": "REP", "REP": "REQ", "DEALER": "ROUTER", "ROUTER": "DEALER", "STREAM": "STREAM",
    ]

    private func make(_ kind: String, in context: Context, _ transport: TransportOptions) throws -> any Socket {
        try #require(OptionsTests.kinds.first { $0.name == kind }).make(context, transport)
    }

    private static func openings(_ mechanism: String) -> [[UInt8]] {
        let greeting = RawPeer.greeting(mechanism, isServer: true)
        return [
            [], [0xff], greeting, greeting + [4], greeting + RawPeer.ready("GARBAGE"),
            greeting + RawPeer.command("WELCOME", [UInt8](repeating: 7, count: 160)),
            greeting + RawPeer.command("ERROR", [3] + Array("400".utf8)),
        ]
    }

    /// A socket that met with garbage connects to a good peer all the same.
    private func meet(_ socket: any Socket, _ good: Endpoint, _ mechanism: String) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("garbage: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let listener = try RawListener()
        let garbage = Endpoint.tcp("127.0.0.1", port: Endpoint.Port(listener.port))
        try socket.startMonitoring()
        for opening in Self.openings(mechanism) {
            for length in [0, 1, 11, 64, 4000] {
                let bytes = opening + generator.bytes(length)
                try socket.connect(garbage)
                try await onThread {
                    let peer = try listener.accepted()
                    peer.write(bytes)
                    try peer.end()
                }
                // libzmq forgets an endpoint that it does not connect to again.
                try? socket.disconnect(garbage)
            }
        }
        try await socket.connect(good, timeout: Conformance.patience)
    }

    /// libzmq does not connect again after some breaches of the protocol, so none of these does.
    private let once = Conformance.eager { $0.reconnectInterval = nil }

    @Test(arguments: kinds) func socketsThatConnectSurviveGarbage(kind: String) async throws {
        let context = try Context()
        let partner = try make(try #require(Self.partners[kind]), in: context, Conformance.eager())
        let good = try partner.bind(.tcp("127.0.0.1", port: .any))
        try await meet(try make(kind, in: context, once), good, "NULL")
    }

    @Test(arguments: ["CURVE", "PLAIN"]) func securedSocketsThatConnectSurviveGarbage(mechanism: String) async throws {
        let (context, keys) = (try Context(), try Keys())
        let isCurve = mechanism == "CURVE"
        let server = isCurve ? keys.server(accepting: .anyone) : .plainServer(accepting: .anyone)
        let client = isCurve ? keys.client() : .plainClient(username: "a", password: "b")
        let (pull, good) = try Secured.pull(server, in: context)
        var transport = once
        transport.security = client
        let push = try PushSocket(context: context, options: .init(transport: transport))
        try await meet(push, good, mechanism)
        try await push.send("good", timeout: Conformance.patience)
        #expect(try await pull.receive(timeout: Conformance.patience) == "good")
    }
}
