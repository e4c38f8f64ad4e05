// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// What cannot be right is refused with an error that says what, where and what to do.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BadInputTests {
    @Test(arguments: [
        ("", "scheme"), ("nonsense", "scheme"), ("://", "nothing follows"), ("tcp://", "nothing follows"),
        ("tcp://host", "port"), ("tcp://:5", "host"), ("tcp://h:", "number"), ("tcp://h:x", "number"),
        ("tcp://h:99999", "out of range"), ("tcp://h:65536", "65535"), ("tcp://h:-1", "number"),
        ("tcp://h:+1", "number"), ("tcp://h: 1", "number"), ("tcp://[::1:5", "bracket"), ("ipc://", "nothing follows"),
        ("inproc://", "nothing follows"), ("htp://x:1", "not a transport"), ("TCP://h:1", "lower case"),
        ("tcp://h\0:1", "NUL"), ("tcp://h:184467440737095516160", "out of range"),
    ])
    func malformedEndpoints(text: String, advice: String) async {
        await SocketTest.expect(.invalidEndpoint, advice) { _ = try Endpoint(parsing: text) }
    }

    @Test(arguments: ["tcp://127.0.0.1:5555", "tcp://*:*", "tcp://[::1]:5", "ipc:///tmp/x", "ipc://@x", "inproc://a b"])
    func endpointsReadAsTheyPrint(text: String) throws { #expect(try Endpoint(parsing: text).description == text) }

    @Test func endpointsThatCannotBeBound() async throws {
        let pull = try PullSocket(context: Context())
        let cases: [(Endpoint, ZMQError.Code, String)] = [
            (.tcp("localhost", port: 5555), .invalidEndpoint, "127.0.0.1"),
            (.tcp("", port: .any), .invalidEndpoint, "empty"),
            (.tcp("127.0.0.1\0", port: .any), .invalidEndpoint, "NUL"),
            (.tcp("no-such-interface0", port: .any), .addressNotAvailable, "interface"),
            (.tcp("192.0.2.1", port: .any), .addressNotAvailable, "numeric address"),
            (.ipc(""), .invalidEndpoint, "empty"),
            (.ipc("/tmp/" + String(repeating: "x", count: 120)), .invalidEndpoint, "125 bytes"),
            (.ipc("/tmp/no/such/directory/x"), .addressNotAvailable, "directory"),
            (.ipc("/tmp/a\0b"), .invalidEndpoint, "NUL"),
            (.inproc(""), .invalidEndpoint, "empty"),
            (.inproc(String(repeating: "x", count: 256)), .invalidEndpoint, "255"),
            (try Endpoint(parsing: "udp://127.0.0.1:5555"), .notSupported, "pattern"),
        ]
        for (endpoint, code, advice) in cases {
            await SocketTest.expect(code, "bind", "PULL socket", "BadInputTests.swift", advice) {
                try pull.bind(endpoint)
            }
        }
    }

    @Test func endpointsThatCannotBeConnectedTo() async throws {
        let push = try PushSocket(context: Context())
        let cases: [(Endpoint, ZMQError.Code, String)] = [
            (.tcp("127.0.0.1", port: .any), .invalidEndpoint, "port"),
            (.tcp("*", port: 5555), .invalidEndpoint, "host"),
            (.tcp("", port: 5555), .invalidEndpoint, "empty"),
            (.ipc("*"), .invalidEndpoint, "path"),
            (.ipc(String(repeating: "x", count: 120)), .invalidEndpoint, "120 bytes"),
            (.inproc(""), .invalidEndpoint, "empty"),
            (try Endpoint(parsing: "udp://127.0.0.1:5555"), .notSupported, "pattern"),
        ]
        for (endpoint, code, advice) in cases {
            await SocketTest.expect(code, "connect", "PUSH socket", advice) { try push.connect(endpoint) }
        }
    }

    @Test(arguments: [Endpoint.tcp("127.0.0.1", port: .any), .ipc("*"), .inproc("taken")])
    func endpointInUse(endpoint: Endpoint) async throws {
        let context = try Context()
        let first = try PullSocket(context: context)
        let taken = try first.bind(endpoint)
        let second = try PullSocket(context: context)
        await SocketTest.expect(.addressInUse, "bind \(taken)", "PULL socket", "choose another") {
            try second.bind(taken)
        }
        // The one who was first still has it.
        let push = try PushSocket(context: context)
        try push.connect(taken)
        try await push.send("to the first")
        #expect(try await first.receive(timeout: SocketTest.patience) == "to the first")
    }

    @Test func ipcPathIsTakenFromNobodyInAnotherContext() async throws {
        let first = try PullSocket(context: Context())
        let path = try first.bind(.ipc("*"))
        let second = try PullSocket(context: Context())
        await SocketTest.expect(.addressInUse, "choose another path") { try second.bind(path) }
    }

    @Test func endpointNeverBoundOrConnected() async throws {
        let pull = try PullSocket(context: Context())
        let never = Endpoint.tcp("127.0.0.1", port: 9)
        await SocketTest.expect(.endpointNotFound, "unbind \(never)") { try pull.unbind(never) }
        await SocketTest.expect(.endpointNotFound, "disconnect \(never)") { try pull.disconnect(never) }
    }

    @Test func emptyMultipart() async {
        await SocketTest.expect(.emptyMessage, "at least one frame") { _ = try Message(frames: []) }
    }

    @Test func senderRefusesWhatIsTooLarge() async throws {
        let context = try Context()
        var options = PairSocket.Options()
        options.transport.maximumMessageBytes = 1000
        let sender = try PairSocket(context: context, options: options)
        let receiver = try PairSocket(context: context)
        try sender.connect(try receiver.bind(.inproc("large")))
        let large = [UInt8](repeating: 1, count: 1001)
        let advice = "maximumMessageBytes"
        await SocketTest.expect(.messageTooLarge, advice, "1001") { try await sender.send(large) }
        await SocketTest.expect(.messageTooLarge, advice) { try await sender.send(large.span) }
        await SocketTest.expect(.messageTooLarge, advice) { _ = try sender.trySend(Message(large)) }
        await SocketTest.expect(.messageTooLarge, advice) {
            try sender.withExclusiveAccess { _ = try $0.send(large.span) }
        }
        await SocketTest.expect(.messageTooLarge, advice) {
            try await sender.send(try Message(frames: ["small", Frame(large)]))
        }
        try await sender.send([UInt8](repeating: 2, count: 1000))
        #expect(try await receiver.receive(timeout: SocketTest.patience).byteCount == 1000)
    }

    @Test func peerThatSendsTooMuchIsDisconnected() async throws {
        let context = try Context()
        var options = PullSocket.Options()
        options.transport.maximumMessageBytes = 1000
        let pull = try PullSocket(context: context, options: options)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        try await onThread {
            let greedy = try RawPeer(port: endpoint.port)
            try greedy.handshake(as: "PUSH")
            // Frames with a length of eight bytes: as long as allowed, and one byte longer.
            greedy.write([2, 0, 0, 0, 0, 0, 0, 3, 0xe8] + [UInt8](repeating: 1, count: 1000))
            greedy.write([2, 0, 0, 0, 0, 0, 0, 3, 0xe9] + [UInt8](repeating: 2, count: 1001))
            // It would stay, but is hung up on.
            try greedy.readToEnd()
        }
        // What it sent before still counts.
        #expect(try await pull.receive(timeout: SocketTest.patience) == Message([UInt8](repeating: 1, count: 1000)))
        let push = try PushSocket(context: context)
        try push.connect(endpoint)
        try await push.send("good")
        #expect(try await pull.receive(timeout: SocketTest.patience) == "good")
        #expect(try pull.tryReceive() == nil)
    }

    @Test func transportOptionsOutOfRange() async throws {
        let context = try Context()
        func transport(_ change: (inout TransportOptions) -> Void) -> TransportOptions {
            var options = TransportOptions()
            change(&options)
            return options
        }
        let wrong: [(String, TransportOptions)] = [
            ("linger", transport { $0.linger = .seconds(-1) }),
            ("linger", transport { $0.linger = .seconds(Int64.max) }),
            ("reconnectInterval", transport { $0.reconnectInterval = .seconds(-5) }),
            ("heartbeatTimeToLive", transport { $0.heartbeatTimeToLive = .seconds(7000) }),
            ("heartbeatInterval", transport { $0.heartbeatInterval = .seconds(-1) }),
            ("heartbeatInterval", transport { $0.heartbeatInterval = .zero }),
            ("heartbeatTimeout", transport { $0.heartbeatTimeout = .zero }),
            ("heartbeatTimeToLive", transport { $0.heartbeatTimeToLive = .zero }),
            ("connectTimeout", transport { $0.connectTimeout = .zero }),
            ("handshakeTimeout", transport { $0.handshakeTimeout = .zero }),
            ("maximumReconnectInterval", transport { $0.maximumReconnectInterval = .zero }),
            ("maximumRetransmissionTime", transport { $0.maximumRetransmissionTime = .zero }),
            ("handshakeTimeout", transport { $0.handshakeTimeout = .seconds(Int64.max) }),
            ("maximumMessageBytes", transport { $0.maximumMessageBytes = -2 }),
            ("backlog", transport { $0.backlog = -1 }),
            ("heartbeatTimeToLive", transport { $0.heartbeatTimeToLive = .milliseconds(-1) }),
            ("tcpKeepAlive.idle", transport { $0.tcpKeepAlive = .init(idle: .zero) }),
            ("tcpKeepAlive.idle", transport { $0.tcpKeepAlive = .init(idle: .seconds(32_768)) }),
            ("tcpKeepAlive.interval", transport { $0.tcpKeepAlive = .init(interval: .seconds(-1)) }),
            ("tcpKeepAlive.count", transport { $0.tcpKeepAlive = .init(count: 0) }),
            ("tcpKeepAlive.count", transport { $0.tcpKeepAlive = .init(count: 128) }),
            ("kernelSendBufferBytes", transport { $0.kernelSendBufferBytes = -1 }),
            ("kernelReceiveBufferBytes", transport { $0.kernelReceiveBufferBytes = .max }),
            ("maximumRetransmissionTime", transport { $0.maximumRetransmissionTime = .nanoseconds(-1) }),
            ("typeOfService", transport { $0.typeOfService = 256 }),
            ("typeOfService", transport { $0.typeOfService = -1 }),
            ("device", transport { $0.device = "" }),
            ("device", transport { $0.device = "sixteen-bytes-16" }),
            ("device", transport { $0.device = "a\0b" }),
            ("acceptedNetworks", transport { $0.acceptedNetworks = ["10.0.0.0/33"] }),
            ("acceptedNetworks", transport { $0.acceptedNetworks = ["10.0.0.0/"] }),
            ("acceptedNetworks", transport { $0.acceptedNetworks = ["10.0.0.0/8/8"] }),
            ("acceptedNetworks", transport { $0.acceptedNetworks = ["10.0.0.0/-1"] }),
            ("acceptedNetworks", transport { $0.acceptedNetworks = ["localhost"] }),
            ("acceptedNetworks", transport { $0.acceptedNetworks = ["10.0.0.1\0"] }),
            ("acceptedNetworks", transport { $0.acceptedNetworks = [""] }),
            ("acceptedNetworks", transport { $0.acceptedNetworks = ["::1"] }),
        ]
        for (name, transport) in wrong {
            await SocketTest.expect(.invalidArgument, "PULL socket option \(name)", "use") {
                _ = try PullSocket(context: context, options: .init(transport: transport))
            }
        }
        #expect(context.openSockets == [], "a socket that could not be made is gone")
    }

    @Test func optionsOutOfRange() async throws {
        let context = try Context()
        await SocketTest.expect(.invalidArgument, "sendHighWaterMark = -1", "use 0 to") {
            _ = try PushSocket(context: context, options: .init(sendHighWaterMark: -1))
        }
        await SocketTest.expect(.invalidArgument, "receiveHighWaterMark") {
            _ = try PullSocket(context: context, options: .init(receiveHighWaterMark: .max))
        }
        let multicast: [(String, MulticastOptions)] = [
            ("kilobitsPerSecond", .init(kilobitsPerSecond: 0)), ("recoveryTime", .init(recoveryTime: .seconds(-1))),
            ("hops", .init(hops: 0)), ("hops", .init(hops: 256)), ("maximumPacketBytes", .init(maximumPacketBytes: 0)),
            ("maximumPacketBytes", .init(maximumPacketBytes: 65_536)),
        ]
        for (name, multicast) in multicast {
            await SocketTest.expect(.invalidArgument, "SUB socket option multicast.\(name)", "use") {
                _ = try SubscriberSocket(context: context, options: .init(multicast: multicast))
            }
        }
        for id in [RoutingID([]), RoutingID([0, 1]), RoutingID([UInt8](repeating: 1, count: 256))] {
            await SocketTest.expect(.invalidArgument, "routingID", "use") {
                _ = try DealerSocket(context: context, options: .init(routingID: id))
            }
        }
        await SocketTest.expect(.invalidArgument, "ioThreads = -1") {
            _ = try Context(options: .init(ioThreads: -1))
        }
        await SocketTest.expect(.invalidArgument, "maximumSockets = 0") {
            _ = try Context(options: .init(maximumSockets: 0))
        }
        #expect(context.openSockets == [], "a socket that could not be made is gone")
    }

    @Test func batchOfNothing() async throws {
        let pull = try PullSocket(context: Context())
        for limit in [0, -1] {
            await SocketTest.expect(.invalidArgument, "at least one") { _ = try await pull.receive(upTo: limit) }
        }
    }

    @Test func moreSocketsThanTheContextHas() async throws {
        let context = try Context(options: .init(maximumSockets: 2))
        let sockets = [try PullSocket(context: context), try PullSocket(context: context)]
        await SocketTest.expect(.tooManySockets, "PULL socket", "maximumSockets") {
            _ = try PullSocket(context: context)
        }
        for socket in sockets { socket.close() }
    }
}
