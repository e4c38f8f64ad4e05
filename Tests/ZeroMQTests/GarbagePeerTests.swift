// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// A peer that speaks garbage harms nobody: afterwards a good peer is served.
@Suite(.timeLimit(.minutes(2)))
struct GarbagePeerTests {
    /// Writes garbage to a port, several times, and waits each time until the library has hung up.
    private func attack(_ endpoint: Endpoint, as type: String) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("garbage for \(endpoint): seed \(seed)")
        var generator = SocketTest.Generator(state: seed)
        let openings: [[UInt8]] = [
            [], [0xff], RawPeer.greeting, RawPeer.greeting + [4], RawPeer.greeting + RawPeer.ready(type),
            RawPeer.greeting + RawPeer.ready("GARBAGE"),
        ]
        for opening in openings {
            for length in [0, 1, 11, 64, 4000] {
                let peer = try RawPeer(port: endpoint.port)
                peer.write(opening + generator.bytes(length))
                peer.endWriting()
                try peer.readToEnd()
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
        try attack(endpoint, as: "PUSH")
        let peer = try PushSocket(context: context)
        try peer.connect(endpoint)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience) }
    }

    @Test func dealer() async throws {
        let context = try Context()
        let socket = try DealerSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try attack(endpoint, as: "DEALER")
        let peer = try DealerSocket(context: context)
        try peer.connect(endpoint)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience) }
    }

    @Test func pair() async throws {
        let context = try Context()
        let socket = try PairSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try attack(endpoint, as: "PAIR")
        // A pair has one peer: has libzmq learn that the last one has gone before the next one comes.
        _ = try? socket.unbind(.tcp("127.0.0.1", port: 9))
        let peer = try PairSocket(context: context)
        try peer.connect(endpoint)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience) }
    }

    @Test func router() async throws {
        let context = try Context()
        let socket = try RouterSocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try attack(endpoint, as: "DEALER")
        let peer = try DealerSocket(context: context)
        try peer.connect(endpoint)
        try await peer.send("good")
        try await good { try await socket.receive(timeout: SocketTest.patience).message }
    }

    @Test func reply() async throws {
        let context = try Context()
        let socket = try ReplySocket(context: context)
        let endpoint = try socket.bind(anyPort)
        try attack(endpoint, as: "REQ")
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
        try attack(endpoint, as: "REP")
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
        try attack(endpoint, as: "SUB")
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
        try attack(endpoint, as: "XSUB")
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
        try attack(endpoint, as: "PUB")
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
        try attack(endpoint, as: "XPUB")
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
        try attack(endpoint, as: "PULL")
        _ = try? socket.unbind(.tcp("127.0.0.1", port: 9))
        let peer = try PullSocket(context: context)
        try peer.connect(endpoint)
        try await socket.send("good", timeout: SocketTest.patience)
        #expect(try await peer.receive(timeout: SocketTest.patience) == "good")
    }
}
