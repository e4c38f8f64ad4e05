// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// A peer that speaks garbage harms nobody: afterwards a good peer is served.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct GarbagePeerTests {
    /// Bytes that begin as a peer does, up to a point.
    private static let openings: [[UInt8]] = [
        [], [0xff], RawPeer.greeting, RawPeer.greeting + [4], RawPeer.greeting + RawPeer.ready("GARBAGE"),
    ]

    /// What no peer says after the handshake: a frame of 2^64 - 1 bytes, flags that do not exist, commands that do not,
    /// a message and a command cut short, a message without its end.
    private static let nonsense: [[UInt8]] = [
        [2] + [UInt8](repeating: 0xff, count: 8), [0xf8, 1, 0], RawPeer.command("NONSENSE", [1, 2, 3]), [4, 0],
        [4, 1, 200], RawPeer.command("READY", [1]), RawPeer.command("SUBSCRIBE", []), [0, 200, 1], [4, 100, 4],
        [1, 1, 0x61], [1, 1, 0x61, 4, 1, 0],
    ]

    /// Writes garbage to a port, before and after the handshake with a socket of a type, and waits each time until the
    /// library has hung up.
    private func attack(_ endpoint: Endpoint, as type: String?) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("garbage for \(endpoint): seed \(seed)")
        try await onThread {
            var generator = SeededGenerator(seed: seed)
            let lengths = [0, 1, 11, 64, 4000]
            for opening in Self.openings {
                for length in lengths {
                    let peer = try RawPeer(port: endpoint.port)
                    peer.write(opening + generator.bytes(length))
                    try peer.end()
                }
            }
            guard let type else { return }
            for garbage in Self.nonsense + lengths.map({ generator.bytes($0) }) {
                let peer = try RawPeer(port: endpoint.port)
                try peer.handshake(as: type)
                peer.write(garbage)
                try peer.end()
            }
        }
    }

    /// Receives until the good message comes; garbage may have looked like messages.
    private func good(_ next: () async throws -> Message) async throws {
        while try await next() != "good" {}
    }

    private let anyPort = Endpoint.tcp("127.0.0.1", port: .any)

    @Test func pull() async throws {
        let context = try Context()
        let socket = try PullSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "PUSH")
        let peer = try PushSocket(context: context)
        try peer.connect(endpoint)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience) }
    }

    @Test func dealer() async throws {
        let context = try Context()
        let socket = try DealerSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "DEALER")
        let peer = try DealerSocket(context: context)
        try peer.connect(endpoint)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience) }
    }

    @Test func pair() async throws {
        let context = try Context()
        // With heartbeats, because a PAIR reads nothing from a peer that it does not serve, not even its end.
        var transport = TransportOptions()
        transport.heartbeatInterval = .milliseconds(100)
        transport.heartbeatTimeout = .milliseconds(500)
        let socket = try PairSocket(context: context, options: .init(transport: transport))
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "PAIR")
        // The place of the last peer is free once all that it sent was received; see PairSocket.
        while try socket.tryReceive() != nil {}
        let peer = try PairSocket(context: context)
        try peer.connect(endpoint)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience) }
    }

    @Test func router() async throws {
        let context = try Context()
        let socket = try RouterSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "DEALER")
        let peer = try DealerSocket(context: context)
        try peer.connect(endpoint)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience).message }
    }

    @Test func reply() async throws {
        let context = try Context()
        let socket = try ReplySocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "REQ")
        let peer = try RequestSocket(context: context)
        try peer.connect(endpoint)
        async let served: Void = socket.serve { $0 }
        #expect(try await peer.request("good", timeout: SocketTest.patience) == "good")
        socket.close()
        try await served
    }

    @Test func request() async throws {
        let context = try Context()
        let socket = try RequestSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "REP")
        // Has libzmq learn that the connections have ended before a request is sent to one of them.
        _ = try? socket.unbind(.tcp("127.0.0.1", port: 9))
        let peer = try ReplySocket(context: context)
        try peer.connect(endpoint)
        async let served: Void = peer.serve { $0 }
        #expect(try await socket.request("good", timeout: SocketTest.patience) == "good")
        peer.close()
        try await served
    }

    @Test func publisher() async throws {
        let context = try Context()
        let socket = try PublisherSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "SUB")
        // Garbage may look like a subscription, which lasts until libzmq has noticed that the connection ended.
        try await eventually { try await socket.subscriptions(to: "good", atLeast: 0) == 0 }
        let peer = try SubscriberSocket(subscriptions: ["good"], context: context)
        try peer.connect(endpoint)
        try await socket.subscriptions(to: "good", atLeast: 1, timeout: SocketTest.patience)
        try await socket.send("good")
        #expect(try await peer.receive(timeout: SocketTest.patience) == "good")
    }

    @Test func extendedPublisher() async throws {
        let context = try Context()
        let socket = try XPublisherSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "XSUB")
        let peer = try SubscriberSocket(subscriptions: ["good"], context: context)
        try peer.connect(endpoint)
        while try await socket.receive(timeout: SocketTest.patience).subscriptionChange?.topic != "good" {}
        try await socket.send("good")
        #expect(try await peer.receive(timeout: SocketTest.patience) == "good")
    }

    @Test func subscriber() async throws {
        let context = try Context()
        let socket = try SubscriberSocket(subscriptions: [.all], context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "PUB")
        let peer = try PublisherSocket(context: context)
        try peer.connect(endpoint)
        try await peer.subscriptions(to: .all, atLeast: 1, timeout: SocketTest.patience)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience) }
    }

    @Test func extendedSubscriber() async throws {
        let context = try Context()
        let socket = try XSubscriberSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "XPUB")
        try await socket.subscribe(to: "good")
        let peer = try PublisherSocket(context: context)
        try peer.connect(endpoint)
        try await peer.subscriptions(to: "good", atLeast: 1, timeout: SocketTest.patience)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience) }
    }

    @Test func push() async throws {
        let context = try Context()
        let socket = try PushSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: "PULL")
        _ = try? socket.unbind(.tcp("127.0.0.1", port: 9))
        let peer = try PullSocket(context: context)
        try peer.connect(endpoint)
        try await socket.send("good", timeout: SocketTest.patience)
        #expect(try await peer.receive(timeout: SocketTest.patience) == "good")
    }

    /// To whom nothing is garbage.
    @Test func stream() async throws {
        let socket = try StreamSocket(context: Context())
        let endpoint = try socket.bind(anyPort)
        try await attack(endpoint, as: nil)
        let peer = try await onThread {
            let peer = try RawPeer(port: endpoint.port)
            peer.write(Array("good".utf8))
            return peer
        }
        var routed = try await socket.receive(timeout: SocketTest.patience)
        while routed.message != "good" { routed = try await socket.receive(timeout: SocketTest.patience) }
        try await socket.send("yes", to: routed.peer, timeout: SocketTest.patience)
        #expect(try await onThread { try peer.readExactly(3) } == Array("yes".utf8))
    }
}
