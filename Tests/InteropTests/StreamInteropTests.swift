// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

extension Interop {
    /// STREAM with Python's own TCP sockets: 10 000 pieces each way.
    @Suite(
        .serialized,
        .timeLimit(.minutes(5)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct StreamInteropTests {
        private let stream: StreamSocket
        private let peer: Peer
        private let there = Traffic(frames: 1)
        private let back = Traffic(frames: 1)

        init() throws {
            let options = StreamSocket.Options(transport: Interop.transport())
            stream = try StreamSocket(context: try Context(), options: options)
            peer = try Peer(.pyzmq)
        }

        private func arguments(_ traffic: Traffic) -> [String: JSON] {
            ["name": "tcp", "seed": .number(traffic.seed), "count": .number(traffic.count)]
        }

        /// Sends and receives over a connection that stands, and sees it end.
        private func exchange(with connection: RoutingID) async throws {
            let (stream, peer) = (stream, peer)
            try await Interop.together(
                {
                    // An empty frame would end the connection.
                    try await there.send { frames in
                        guard !frames[0].isEmpty else { return }
                        try await stream.send(Message(frames[0]), to: connection, timeout: Interop.patience)
                    }
                },
                { try await peer("tcp_receive", arguments(there)) }
            )
            try await Interop.together(
                { try await peer("tcp_send", arguments(back)) },
                { try await receive(from: connection) }
            )
            try await Interop.together(
                { try await peer("tcp_end", ["name": "tcp"]) },
                {
                    let last = try await stream.receive(timeout: Interop.patience)
                    #expect(last == RoutedMessage(peer: connection, message: Message()))
                }
            )
        }

        /// Compares what comes, in whatever pieces.
        private func receive(from connection: RoutingID) async throws {
            var expected = back.makeIterator()
            var rest: [UInt8] = []
            while let piece = expected.next() {
                while rest.count < piece[0].count {
                    let received = try await stream.receive(timeout: Interop.patience)
                    try #require(received.peer == connection && !received.message.first.isEmpty)
                    rest += received.message.array
                }
                try #require(rest.prefix(piece[0].count).elementsEqual(piece[0]))
                rest.removeFirst(piece[0].count)
            }
            #expect(rest.isEmpty)
        }

        @Test func peerConnects() async throws {
            let port = try #require(try stream.bind(.tcp("127.0.0.1", port: .any)).port)
            try await peer("tcp_connect", ["name": "tcp", "port": .number(Int(port.number))])
            let first = try await stream.receive(timeout: Interop.patience)
            #expect(first.message.first.isEmpty)
            try await exchange(with: first.peer)
        }

        @Test func peerIsConnectedTo() async throws {
            let answer = try await peer("tcp_listen", ["name": "listener"])
            let port = try #require(Endpoint.Port(exactly: Int(answer.port ?? 0)))
            try stream.connect(.tcp("127.0.0.1", port: port), as: "python")
            try await peer("tcp_accept", ["name": "tcp", "listener": "listener"])
            let first = try await stream.receive(timeout: Interop.patience)
            #expect(first == RoutedMessage(peer: "python", message: Message()))
            try await exchange(with: "python")
        }
    }
}
