// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// PAIR, and STREAM with peers that speak plain TCP.
@Suite(.timeLimit(.minutes(1)))
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

    /// Not inlined: the optimiser of Swift 6.3.1 crashes on it next to a value that cannot be copied.
    @inline(never)
    private func boundPort(_ socket: StreamSocket) throws -> Endpoint.Port? {
        try socket.bind(.tcp("127.0.0.1", port: .any)).port
    }

    @Test func streamEchoesToARawPeer() async throws {
        let stream = try StreamSocket(context: Context())
        let peer = try RawPeer(port: try boundPort(stream))
        let greeting = try await stream.receive(timeout: SocketTest.patience)
        #expect(greeting.message == "", "the peer has connected")
        var generator = SocketTest.Generator(state: 7)
        let sent = generator.bytes(100_000)
        peer.write(sent)
        var received: [UInt8] = []
        while received.count < sent.count {
            let piece = try await stream.receive(timeout: SocketTest.patience)
            #expect(piece.peer == greeting.peer)
            received += piece.message.array
        }
        #expect(received == sent)
        try await stream.send(Message(Array(received[..<10_000])), to: greeting.peer)
        var echoed: [UInt8] = []
        while echoed.count < 10_000 { echoed += try peer.read(upTo: 4096) }
        #expect(echoed == Array(sent[..<10_000]))

        await SocketTest.expect(.invalidArgument, "STREAM socket", "one frame") {
            try await stream.send(try Message(frames: ["a", "b"]), to: greeting.peer)
        }
        peer.endWriting()
        #expect(try await stream.receive(timeout: SocketTest.patience).message == "", "the peer has gone")
    }

    @Test func streamHangsUp() async throws {
        let stream = try StreamSocket(context: Context())
        let peer = try RawPeer(port: try boundPort(stream))
        let greeting = try await stream.receive(timeout: SocketTest.patience)
        try await stream.disconnect(greeting.peer)
        try peer.readToEnd()
        await SocketTest.expect(.unreachable, "STREAM socket") { try await stream.send("x", to: greeting.peer) }
        await SocketTest.expect(.unreachable) { try await stream.send("x", to: "nobody") }
    }

    @Test func streamWithoutNotices() async throws {
        let stream = try StreamSocket(context: Context(), options: .init(notifies: false))
        let peer = try RawPeer(port: try boundPort(stream))
        peer.write(Array("hello".utf8))
        #expect(try await stream.receive(timeout: SocketTest.patience).message == "hello")
        #expect(try stream.tryReceive() == nil)
    }
}
