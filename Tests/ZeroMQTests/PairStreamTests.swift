// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// PAIR, and STREAM with peers that speak plain TCP.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PairStreamTests {
    @Test(arguments: [Endpoint.inproc("pair"), .ipc("*"), .tcp("127.0.0.1", port: .any)])
    func pairBothWays(endpoint: Endpoint) async throws {
        let context = try Context()
        let (left, right) = (try PairSocket(context: context), try PairSocket(context: context))
        try right.connect(try left.bind(endpoint))
        let messages = try PipelineSocketTests.shapes.map { try SocketTest.message(frames: $0.0, bytes: $0.1) }
        for message in messages {
            try await left.send(message)
            try await right.send(message)
        }
        for message in messages {
            #expect(try await right.receive(timeout: SocketTest.patience) == message)
            #expect(try await left.receive(timeout: SocketTest.patience) == message)
        }
    }

    /// What PairSocket's documentation says of a peer that comes while the place is taken.
    @Test func pairHasOnePeer() async throws {
        let context = try Context()
        let socket = try PairSocket(context: context)
        let endpoint = try socket.bind(.tcp("127.0.0.1", port: .any))
        let second = try await onThread {
            let first = try RawPeer(port: endpoint.port)
            try first.handshake(as: "PAIR")
            first.write(RawPeer.message("first"))
            // The handshake succeeds all the same.
            let second = try RawPeer(port: endpoint.port)
            try second.handshake(as: "PAIR")
            second.write(RawPeer.message("second"))
            try first.end()
            return second
        }
        // The place is taken as long as a message of the first is there.
        #expect(try await socket.receive(timeout: SocketTest.patience) == "first")
        #expect(try socket.tryReceive() == nil)
        let third = try PairSocket(context: context)
        try third.connect(endpoint)
        try await third.send("third")
        #expect(try await socket.receive(timeout: SocketTest.patience) == "third")
        try await socket.send("to the third")
        #expect(try await third.receive(timeout: SocketTest.patience) == "to the third")
        // The second was refused when it came, and heard and told nothing since. libzmq may not look at its connection
        // any more, so that nobody notices that it ends.
        second.endWriting()
        #expect(try socket.tryReceive() == nil)
    }

    /// Not inlined: the optimiser of Swift 6.3.1 crashes on it next to a value that cannot be copied.
    @inline(never)
    private func boundPort(_ socket: StreamSocket) throws -> Endpoint.Port? {
        try socket.bind(.tcp("127.0.0.1", port: .any)).port
    }

    @Test func streamEchoesToARawPeer() async throws {
        let stream = try StreamSocket(context: Context())
        let port = try boundPort(stream)
        let peer = try await onThread { try RawPeer(port: port) }
        let greeting = try await stream.receive(timeout: SocketTest.patience)
        #expect(greeting.message == "", "the peer has connected")
        var generator = SeededGenerator(seed: 7)
        let sent = generator.bytes(100_000)
        async let written: Void = onThread { peer.write(sent) }
        var received: [UInt8] = []
        while received.count < sent.count {
            let piece = try await stream.receive(timeout: SocketTest.patience)
            #expect(piece.peer == greeting.peer)
            received += piece.message.array
        }
        try await written
        #expect(received == sent)
        try await stream.send(Message(Array(received[..<10_000])), to: greeting.peer)
        let echoed = try await onThread { try peer.readExactly(10_000) }
        #expect(echoed == Array(sent[..<10_000]))

        await SocketTest.expect(.invalidArgument, "STREAM socket", "one frame") {
            try await stream.send(try Message(frames: ["a", "b"]), to: greeting.peer)
        }
        peer.endWriting()
        #expect(try await stream.receive(timeout: SocketTest.patience).message == "", "the peer has gone")
    }

    @Test func streamHangsUp() async throws {
        let stream = try StreamSocket(context: Context())
        let port = try boundPort(stream)
        let peer = try await onThread { try RawPeer(port: port) }
        let greeting = try await stream.receive(timeout: SocketTest.patience)
        try await stream.disconnect(greeting.peer)
        try await onThread { try peer.readToEnd() }
        await SocketTest.expect(.unreachable, "STREAM socket") { try await stream.send("x", to: greeting.peer) }
        await SocketTest.expect(.unreachable) { try await stream.send("x", to: "nobody") }
    }

    @Test func streamWithoutNotices() async throws {
        let stream = try StreamSocket(context: Context(), options: .init(notify: false))
        let port = try boundPort(stream)
        let peer = try await onThread { try RawPeer(port: port) }
        try await onThread { peer.write(Array("hello".utf8)) }
        #expect(try await stream.receive(timeout: SocketTest.patience).message == "hello")
        #expect(try stream.tryReceive() == nil)
    }
}
