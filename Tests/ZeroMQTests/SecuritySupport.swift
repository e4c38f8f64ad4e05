// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import SinewCore
import Testing

@testable import ZeroMQ

/// A server's and a client's keys, and sockets that use them.
struct Keys: Sendable {
    let server: CurveKeyPair
    let client: CurveKeyPair
    let stranger: CurveKeyPair

    init() throws {
        server = try .generate()
        client = try .generate()
        stranger = try .generate()
    }

    func server(accepting policy: AuthPolicy) -> SocketSecurity {
        .curveServer(secretKey: server.secretKey, accepting: policy)
    }

    func client(_ keys: CurveKeyPair? = nil, serverKey: CurvePublicKey? = nil) -> SocketSecurity {
        .curveClient(serverKey: serverKey ?? server.publicKey, keys: keys ?? client)
    }
}

/// Pull and push sockets over tcp whose security alone matters.
enum Secured {
    static func transport(_ security: SocketSecurity, patience: Duration = .seconds(30)) -> TransportOptions {
        TransportOptions(
            linger: .zero,
            reconnectInterval: .milliseconds(1),
            maximumReconnectInterval: .milliseconds(20),
            handshakeTimeout: patience,
            security: security
        )
    }

    static func pull(_ security: SocketSecurity, in context: Context) throws -> (PullSocket, Endpoint) {
        let pull = try PullSocket(context: context, options: .init(transport: transport(security)))
        return (pull, try pull.bind(.tcp("127.0.0.1", port: .any)))
    }

    /// A client; one that gets a temporary failure comes again when its patience with the handshake is at an end.
    static func push(
        _ security: SocketSecurity,
        to endpoint: Endpoint,
        in context: Context,
        patience: Duration = .seconds(30)
    ) throws -> PushSocket {
        let options = PushSocket.Options(transport: transport(security, patience: patience))
        let push = try PushSocket(context: context, options: options)
        try push.connect(endpoint)
        return push
    }

    /// Has a client send, and checks that its message is the first and only one to arrive.
    static func expectOnly(
        _ security: SocketSecurity,
        at endpoint: Endpoint,
        reaches pull: PullSocket,
        in context: Context,
        userID: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let push = try push(security, to: endpoint, in: context)
        try await push.send("accepted")
        let message = try await pull.receive(timeout: SocketTest.patience)
        #expect(message.string == "accepted", sourceLocation: location)
        if let userID { #expect(message.userID == userID, sourceLocation: location) }
        #expect(try pull.tryReceive() == nil, sourceLocation: location)
    }
}

/// libzmq's own news of a socket's handshakes.
struct HandshakeWatch {
    static let failures: Set<Int32> = [
        ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH,
    ]
    static let succeeded: Set<Int32> = [ZMQ_EVENT_HANDSHAKE_SUCCEEDED]

    private let pair: PairSocket

    init(_ socket: any Socket, in context: Context) throws {
        let name = "watch-\(UInt64.random(in: 0 ... .max))"
        let result = socket.engine.state.withLock { state in
            unsafe state.handle.withRaw { unsafe zmq_socket_monitor($0, "inproc://\(name)", ZMQ_EVENT_ALL) }
        }
        #expect(result == 0)
        pair = try PairSocket(context: context)
        try pair.connect(.inproc(name))
    }

    /// Waits for one of these events; returns it with its value.
    func next(_ wanted: Set<Int32>) async throws -> (event: Int32, value: Int32) {
        while true {
            let head = try await pair.receive(timeout: SocketTest.patience).array
            let event = Int32(head[0]) | Int32(head[1]) << 8
            let value = (2..<6).reversed().reduce(0 as Int32) { $0 << 8 | Int32(head[$1]) }
            if wanted.contains(event) { return (event, value) }
        }
    }
}
