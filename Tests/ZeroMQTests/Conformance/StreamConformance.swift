// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of STREAM: `test_stream`, `test_stream_empty`, `test_stream_disconnect`,
/// `test_stream_exceeds_buffer`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct StreamConformance {
    private let patience = Conformance.patience

    /// Two STREAM sockets: both hear of the connection, and of its end, with an empty message.
    @Test(arguments: [true, false]) func bothEndsHearOfTheConnectionAndItsEnd(serverHangsUp: Bool) async throws {
        let context = try Context()
        let (server, client) = (try StreamSocket(context: context), try StreamSocket(context: context))
        try client.connect(try server.bind(.tcp("127.0.0.1", port: .any)))
        let (seen, met) = (try await server.receive(timeout: patience), try await client.receive(timeout: patience))
        #expect(seen.message == "" && met.message == "")
        let dialogue = ["question", "answer", "\u{0}\u{1}\u{ff}"]
        for text in dialogue {
            try await client.send(text, to: met.peer)
            #expect(
                try await server.receive(timeout: patience) == RoutedMessage(peer: seen.peer, message: Message(text))
            )
            try await server.send(text, to: seen.peer)
            #expect(
                try await client.receive(timeout: patience) == RoutedMessage(peer: met.peer, message: Message(text))
            )
        }
        if serverHangsUp { try await server.disconnect(seen.peer) } else { try await client.disconnect(met.peer) }
        let other = serverHangsUp ? client : server
        let end = try await other.receive(timeout: patience)
        #expect(end == RoutedMessage(peer: serverHangsUp ? met.peer : seen.peer, message: ""))
    }

    /// libzmq takes an empty message for the wish to hang up; that has a method of its own.
    @Test func emptyMessagesAreRefused() async throws {
        let stream = try StreamSocket(context: Context())
        let port = try stream.bind(.tcp("127.0.0.1", port: .any)).port
        let peer = try await onThread { try RawPeer(port: port) }
        let id = try await stream.receive(timeout: patience).peer
        await SocketTest.expect(.invalidArgument, "STREAM socket") { try await stream.send("", to: id) }
        await SocketTest.expect(.invalidArgument, "STREAM socket") { _ = try stream.trySend("", to: id) }
        try await stream.send("still here", to: id)
        #expect(try await onThread { try peer.readExactly(10) } == Array("still here".utf8))
    }

    /// libzmq reads into a buffer of 8192 bytes; a client that connects and one that is connected to.
    @Test(arguments: [8191, 8192, 8193, 50_000]) func payloadsLargerThanTheBufferArriveWhole(count: Int) async throws {
        let listener = try RawListener()
        let stream = try StreamSocket(context: Context())
        try stream.connect(.tcp("127.0.0.1", port: Endpoint.Port(listener.port)))
        var generator = SeededGenerator(seed: UInt64(count))
        let sent = generator.bytes(count)
        let peer = try await onThread {
            let peer = try listener.accepted()
            peer.write(sent)
            return peer
        }
        let opening = try await stream.receive(timeout: patience)
        #expect(opening.message == "")
        var received: [UInt8] = []
        while received.count < count {
            let piece = try await stream.receive(timeout: patience)
            #expect(piece.peer == opening.peer && !piece.message.first.isEmpty)
            received += piece.message.array
        }
        #expect(received == sent)
        try await stream.send(Message(received), to: opening.peer)
        #expect(try await onThread { try peer.readExactly(count) } == sent)
    }
}
