// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// `connect(_:as:)`: a second peer of the same name, which libzmq aborts the process for, is an error.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct NamedPeerTests {
    private let patience = SocketTest.patience

    @Test func routerSpeaksFirst() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        for (name, endpoint) in [("tcp", Endpoint.tcp("127.0.0.1", port: .any)), ("inproc", .inproc("named"))] {
            let dealer = try DealerSocket(context: context, options: .init(routingID: "another name"))
            try router.connect(try dealer.bind(endpoint), as: RoutingID(name))
            try await router.send("hello", to: RoutingID(name))
            #expect(try await dealer.receive(timeout: patience) == "hello")
            try await dealer.send("answer")
            #expect(
                try await router.receive(timeout: patience) == RoutedMessage(peer: RoutingID(name), message: "answer")
            )
        }
    }

    @Test func streamSpeaksFirst() async throws {
        let listener = try RawListener()
        let stream = try StreamSocket(context: Context(), options: .init(notify: false))
        try stream.connect(.tcp("127.0.0.1", port: Endpoint.Port(listener.port)), as: "server")
        async let served: [UInt8] = onThread {
            let client = try listener.accepted()
            let request = try client.readExactly(4)
            client.write(Array("pong".utf8))
            return request
        }
        try await stream.send("ping", to: "server", timeout: patience)
        #expect(try await served == Array("ping".utf8))
        #expect(try await stream.receive(timeout: patience) == RoutedMessage(peer: "server", message: "pong"))
    }

    @Test func nameIsGivenOnce() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let stream = try StreamSocket(context: context)
        let endpoint = Endpoint.tcp("127.0.0.1", port: 9)
        try router.connect(endpoint, as: "a")
        try stream.connect(endpoint, as: "a")
        await SocketTest.expect(.invalidArgument, "connect", "ROUTER socket", "another name") {
            try router.connect(.tcp("127.0.0.1", port: 10), as: "a")
        }
        await SocketTest.expect(.invalidArgument, "STREAM socket", "another name") {
            try stream.connect(.tcp("127.0.0.1", port: 10), as: "a")
        }
        try router.disconnect(endpoint)
        await SocketTest.expect(.invalidArgument, "another name") { try router.connect(endpoint, as: "a") }
        try router.connect(.tcp("127.0.0.1", port: 10), as: "b")
    }

    @Test func nameOfAPeerThatCameByItself() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let endpoint = try router.bind(.tcp("127.0.0.1", port: .any))
        let dealer = try DealerSocket(context: context, options: .init(routingID: "taken"))
        try dealer.connect(endpoint)
        try await dealer.send("here I am")
        _ = try await router.receive(timeout: patience)
        await SocketTest.expect(.invalidArgument, "another name") {
            try router.connect(.tcp("127.0.0.1", port: 9), as: "taken")
        }
        // It notices, but what is sent to it later is whole.
        try await router.send(try Message(frames: ["a", "b"]), to: "taken")
        #expect(try await dealer.receive(timeout: patience) == "")
        #expect(try await dealer.receive(timeout: patience) == (try Message(frames: ["a", "b"])))
    }

    @Test func namesThatCannotBeGiven() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        for name in [RoutingID([]), RoutingID([0, 1]), RoutingID([UInt8](repeating: 1, count: 256))] {
            await SocketTest.expect(.invalidArgument, "connect", "1 to 255 bytes") {
                try router.connect(.tcp("127.0.0.1", port: 9), as: name)
            }
        }
        var options = RouterSocket.Options()
        options.transport.immediate = true
        let immediate = try RouterSocket(context: context, options: options)
        await SocketTest.expect(.invalidArgument, "connect", "immediate") {
            try immediate.connect(.tcp("127.0.0.1", port: 9), as: "x")
        }
    }

    /// libzmq keeps the name of a connect that failed for the next one.
    @Test func nameOfAFailedConnectGoesToNobody() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        await SocketTest.expect(.invalidEndpoint) { try router.connect(.tcp("[[", port: 9), as: "lost") }
        await SocketTest.expect(.notSupported) {
            try router.connect(try Endpoint(parsing: "vmci://1:2"), as: "lost too")
        }
        let dealer = try DealerSocket(context: context, options: .init(routingID: "own name"))
        try router.connect(try dealer.bind(.inproc("next")))
        try await dealer.send("x")
        let peer = try await router.receive(timeout: patience).peer
        #expect(peer != "lost" && peer != "lost too")
        await SocketTest.expect(.unreachable) { try await router.send("x", to: "lost too") }
        try await router.send("to whom it came from", to: peer)
        #expect(try await dealer.receive(timeout: patience) == "to whom it came from")
    }
}
