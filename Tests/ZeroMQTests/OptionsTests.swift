// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import SinewCore
import Testing

@testable import ZeroMQ

/// Options reach libzmq: the defaults that the documentation names, and others. (What libzmq does not tell, because it
/// has no getter for it, shows in what the sockets do: see the tests of each pattern.)
@Suite(.serialized, .timeLimit(.minutes(5)))
struct OptionsTests {
    typealias Make = @Sendable (Context, TransportOptions) throws -> any Socket

    /// A socket of every class, with options that differ only in the transport.
    static let kinds: [(name: String, make: Make)] = [
        ("PAIR", { try PairSocket(context: $0, options: .init(transport: $1)) }),
        ("PUSH", { try PushSocket(context: $0, options: .init(transport: $1)) }),
        ("PULL", { try PullSocket(context: $0, options: .init(transport: $1)) }),
        ("PUB", { try PublisherSocket(context: $0, options: .init(transport: $1)) }),
        ("SUB", { try SubscriberSocket(context: $0, options: .init(transport: $1)) }),
        ("XPUB", { try XPublisherSocket(context: $0, options: .init(transport: $1)) }),
        ("XSUB", { try XSubscriberSocket(context: $0, options: .init(transport: $1)) }),
        ("REQ", { try RequestSocket(context: $0, options: .init(transport: $1)) }),
        ("REP", { try ReplySocket(context: $0, options: .init(transport: $1)) }),
        ("DEALER", { try DealerSocket(context: $0, options: .init(transport: $1)) }),
        ("ROUTER", { try RouterSocket(context: $0, options: .init(transport: $1)) }),
        ("STREAM", { try StreamSocket(context: $0, options: .init(transport: $1)) }),
    ]

    /// What libzmq says of an option; nil when it says nothing.
    private func value(_ option: Int32, of socket: any Socket) -> Int64? {
        let result: Int64?? = socket.engine.state.withLock { state in
            unsafe state.handle.withRaw { raw -> Int64? in
                guard option == ZMQ_MAXMSGSIZE else {
                    var value: Int32 = 0
                    var size = MemoryLayout<Int32>.size
                    return unsafe zmq_getsockopt(raw, option, &value, &size) == 0 ? Int64(value) : nil
                }
                var value: Int64 = 0
                var size = MemoryLayout<Int64>.size
                return unsafe zmq_getsockopt(raw, option, &value, &size) == 0 ? value : nil
            }
        }
        return result ?? nil
    }

    private func expect(
        _ values: [(Int32, Int64)],
        of socket: any Socket,
        at location: SourceLocation = #_sourceLocation
    ) {
        for (option, expected) in values {
            let found = value(option, of: socket)
            #expect(found == expected, "\(socket.engine.kind.name), option \(option)", sourceLocation: location)
        }
    }

    @Test(arguments: kinds.map(\.name)) func transportDefaults(kind: String) throws {
        let make = try #require(Self.kinds.first { $0.name == kind }).make
        let socket = try make(Context(), TransportOptions())
        expect(
            [
                (ZMQ_LINGER, kind == "SUB" ? 0 : 1000), (ZMQ_RECONNECT_IVL, 100), (ZMQ_RECONNECT_IVL_MAX, 5000),
                (ZMQ_CONNECT_TIMEOUT, 10_000), (ZMQ_HANDSHAKE_IVL, 30_000), (ZMQ_HEARTBEAT_IVL, 0),
                (ZMQ_HEARTBEAT_TIMEOUT, 30_000), (ZMQ_HEARTBEAT_TTL, 30_000), (ZMQ_MAXMSGSIZE, 67_108_864),
                (ZMQ_IMMEDIATE, 0), (ZMQ_IPV6, 0), (ZMQ_BACKLOG, 100), (ZMQ_TCP_KEEPALIVE, 1),
                (ZMQ_TCP_KEEPALIVE_IDLE, 30),
                (ZMQ_TCP_KEEPALIVE_INTVL, 10), (ZMQ_TCP_KEEPALIVE_CNT, 3), (ZMQ_SNDBUF, -1),
                (ZMQ_RCVBUF, -1),
            ],
            of: socket
        )
        #expect(socket.engine.maximumMessageBytes == 67_108_864)
    }

    @Test(arguments: kinds.map(\.name)) func transportValues(kind: String) throws {
        let make = try #require(Self.kinds.first { $0.name == kind }).make
        var options = TransportOptions()
        options.linger = .milliseconds(11)
        options.reconnectInterval = .milliseconds(12)
        options.maximumReconnectInterval = .milliseconds(1300)
        options.connectTimeout = .milliseconds(14)
        options.handshakeTimeout = .milliseconds(15)
        options.heartbeatInterval = .milliseconds(16)
        options.heartbeatTimeout = .milliseconds(17)
        options.heartbeatTimeToLive = .milliseconds(1800)
        options.maximumMessageBytes = 19
        options.immediate = true
        options.ipv6 = true
        options.backlog = 20
        options.tcpKeepAlive = .init(idle: .seconds(23), interval: .milliseconds(23_001), count: 25)
        options.kernelSendBufferBytes = 21
        options.kernelReceiveBufferBytes = 22
        expect(
            [
                (ZMQ_LINGER, kind == "SUB" ? 0 : 11), (ZMQ_RECONNECT_IVL, 12), (ZMQ_RECONNECT_IVL_MAX, 1300),
                (ZMQ_CONNECT_TIMEOUT, 14),
                (ZMQ_HANDSHAKE_IVL, 15), (ZMQ_HEARTBEAT_IVL, 16), (ZMQ_HEARTBEAT_TIMEOUT, 17),
                (ZMQ_HEARTBEAT_TTL, 1800), (ZMQ_MAXMSGSIZE, 19), (ZMQ_IMMEDIATE, 1), (ZMQ_IPV6, 1), (ZMQ_BACKLOG, 20),
                (ZMQ_TCP_KEEPALIVE, 1), (ZMQ_TCP_KEEPALIVE_IDLE, 23), (ZMQ_TCP_KEEPALIVE_INTVL, 24),
                (ZMQ_TCP_KEEPALIVE_CNT, 25), (ZMQ_SNDBUF, 21), (ZMQ_RCVBUF, 22),
            ],
            of: try make(Context(), options)
        )
    }

    @Test func transportWithoutLimits() throws {
        var options = TransportOptions()
        options.linger = nil
        options.reconnectInterval = nil
        options.maximumMessageBytes = nil
        options.maximumReconnectInterval = nil
        options.handshakeTimeout = nil
        options.heartbeatTimeout = nil
        options.tcpKeepAlive = nil
        // Rounded up, so that no wait is shorter than asked for.
        options.connectTimeout = .microseconds(1001)
        options.heartbeatTimeToLive = .milliseconds(1)
        let socket = try PullSocket(context: Context(), options: .init(transport: options))
        expect(
            [
                (ZMQ_LINGER, -1), (ZMQ_RECONNECT_IVL, -1), (ZMQ_MAXMSGSIZE, -1), (ZMQ_HEARTBEAT_IVL, 0),
                (ZMQ_RECONNECT_IVL_MAX, 0), (ZMQ_HANDSHAKE_IVL, 0), (ZMQ_HEARTBEAT_TIMEOUT, 0), (ZMQ_TCP_MAXRT, 0),
                (ZMQ_TCP_KEEPALIVE, -1), (ZMQ_CONNECT_TIMEOUT, 2), (ZMQ_HEARTBEAT_TTL, 100),
            ],
            of: socket
        )
        #expect(socket.engine.maximumMessageBytes == .max)
    }

    @Test(arguments: kinds.map(\.name)) func highWaterMarkDefaults(kind: String) throws {
        let make = try #require(Self.kinds.first { $0.name == kind }).make
        // Subscriptions beyond the mark would be lost; a publisher takes in all of them.
        let unlimited: (send: Set<String>, receive: Set<String>) = (["SUB", "XSUB"], ["PUB"])
        let send: Int64 = unlimited.send.contains(kind) ? 0 : 1000
        let receive: Int64 = unlimited.receive.contains(kind) ? 0 : 1000
        expect([(ZMQ_SNDHWM, send), (ZMQ_RCVHWM, receive)], of: try make(Context(), TransportOptions()))
    }

    @Test func highWaterMarks() throws {
        let context = try Context()
        let senders: [any Socket] = [
            try PairSocket(context: context, options: .init(sendHighWaterMark: 7)),
            try PushSocket(context: context, options: .init(sendHighWaterMark: 7)),
            try PublisherSocket(context: context, options: .init(sendHighWaterMark: 7)),
            try XPublisherSocket(context: context, options: .init(sendHighWaterMark: 7)),
            try ReplySocket(context: context, options: .init(sendHighWaterMark: 7)),
            try DealerSocket(context: context, options: .init(sendHighWaterMark: 7)),
            try RouterSocket(context: context, options: .init(sendHighWaterMark: 7)),
            try StreamSocket(context: context, options: .init(sendHighWaterMark: 7)),
        ]
        for socket in senders { expect([(ZMQ_SNDHWM, 7)], of: socket) }
        let receivers: [any Socket] = [
            try PairSocket(context: context, options: .init(receiveHighWaterMark: 8)),
            try PullSocket(context: context, options: .init(receiveHighWaterMark: 8)),
            try SubscriberSocket(context: context, options: .init(receiveHighWaterMark: 8)),
            try XSubscriberSocket(context: context, options: .init(receiveHighWaterMark: 8)),
            try ReplySocket(context: context, options: .init(receiveHighWaterMark: 8)),
            try DealerSocket(context: context, options: .init(receiveHighWaterMark: 8)),
            try RouterSocket(context: context, options: .init(receiveHighWaterMark: 8)),
            try StreamSocket(context: context, options: .init(receiveHighWaterMark: 8)),
        ]
        for socket in receivers { expect([(ZMQ_RCVHWM, 8)], of: socket) }
    }

    private func routingID(of socket: any Socket) -> [UInt8]? {
        let result: [UInt8]?? = socket.engine.state.withLock { state in
            unsafe state.handle.withRaw { raw -> [UInt8]? in
                var bytes = [UInt8](repeating: 0, count: 255)
                var size = bytes.count
                guard unsafe zmq_getsockopt(raw, ZMQ_ROUTING_ID, &bytes, &size) == 0 else { return nil }
                return Array(bytes.prefix(size))
            }
        }
        return result ?? nil
    }

    @Test func routingIDs() throws {
        let context = try Context()
        let unnamed: [any Socket] = [
            try DealerSocket(context: context), try RouterSocket(context: context), try RequestSocket(context: context),
        ]
        for socket in unnamed { #expect(routingID(of: socket) == []) }
        let named: [any Socket] = [
            try DealerSocket(context: context, options: .init(routingID: "me")),
            try RouterSocket(context: context, options: .init(routingID: "me")),
            try RequestSocket(context: context, options: .init(routingID: "me")),
        ]
        for socket in named { #expect(routingID(of: socket) == Array("me".utf8)) }
    }

    /// With correlation, the default, four bytes come before the envelope's end.
    @Test(arguments: [nil, true, false]) func correlation(_ choice: Bool?) async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let options = choice.map { RequestSocket.Options(correlate: $0) } ?? RequestSocket.Options()
        let request = try RequestSocket(context: context, options: options)
        try request.connect(try router.bind(.inproc("correlation")))
        let asked = Task { try await request.request("question") }
        let envelope = try await router.receive(timeout: SocketTest.patience).message
        #expect(envelope.frames.map(\.byteCount) == (choice == false ? [0, 8] : [4, 0, 8]))
        asked.cancel()
        _ = await asked.result
    }
}
