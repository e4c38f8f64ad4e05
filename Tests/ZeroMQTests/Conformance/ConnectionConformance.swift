// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of connections that are not there, or not any more: `test_immediate`, `test_reconnect_ivl`,
/// `test_reconnect_options`, `test_stream_timeout`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ConnectionConformance {
    private let patience = Conformance.patience

    /// A PUSH that is connected to nobody and to somebody.
    private func half(immediate: Bool) async throws -> (PushSocket, PullSocket) {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let transport = Conformance.eager { $0.immediate = immediate }
        let push = try PushSocket(context: context, options: .init(transport: transport))
        try push.startMonitoring()
        let live = try pull.bind(.tcp("127.0.0.1", port: .any))
        try push.connect(Conformance.abstractName())
        try await push.connect(live, timeout: patience)
        try await push.settle(1)
        return (push, pull)
    }

    @Test func withoutImmediateHalfOfTheMessagesWaitForADeadPeer() async throws {
        let (push, pull) = try await half(immediate: false)
        for number in 0..<12 { try await push.send("\(number)", timeout: patience) }
        var numbers: [Int] = []
        for _ in 0..<6 { numbers.append(Int(try await pull.receive(timeout: patience).string) ?? -1) }
        // Every second one.
        #expect(Set(numbers.map { $0 % 2 }).count == 1 && numbers == numbers.sorted(), "\(numbers)")
        #expect(try pull.tryReceive() == nil)
    }

    @Test func withImmediateAllMessagesGoToTheLivePeer() async throws {
        let (push, pull) = try await half(immediate: true)
        for number in 0..<12 { try await push.send("\(number)", timeout: patience) }
        for number in 0..<12 { #expect(try await pull.receive(timeout: patience).string == "\(number)") }
    }

    @Test func withImmediateSendsWaitWhenThePeerVanishes() async throws {
        let context = try Context()
        let name = Conformance.abstractName()
        let options = DealerSocket.Options(transport: Conformance.eager { $0.immediate = true })
        let front = try DealerSocket(context: context, options: options)
        try front.startMonitoring()
        try front.connect(name)
        #expect(try !front.trySend("nobody yet"))
        var back = try DealerSocket(context: context)
        for round in 0..<3 {
            try await eventually { (try? back.bind(name)) != nil }
            try await front.send("\(round)", timeout: patience)
            #expect(try await back.receive(timeout: patience).string == "\(round)")
            back.close()
            try await eventually { try front.connections.isEmpty }
            try await eventually { try !front.trySend("lost") }
            await SocketTest.expect(.timedOut, "send") { try await front.send("x", timeout: .milliseconds(10)) }
            back = try DealerSocket(context: context)
        }
    }

    /// A second socket that does connect again is the clock.
    @Test func withoutAnIntervalNobodyConnectsAgain() async throws {
        let context = try Context()
        let name = Conformance.abstractName()
        var pull = try PullSocket(context: context)
        try pull.bind(name)
        let once = try PushSocket(
            context: context,
            options: .init(transport: Conformance.eager { $0.reconnectInterval = nil })
        )
        let again = try PushSocket(context: context, options: .init(transport: Conformance.eager()))
        let events = try once.events()
        for push in [once, again] { try await push.connect(name, timeout: patience) }
        pull.close()
        try await eventually { try once.connections.isEmpty && again.connections.isEmpty }
        pull = try PullSocket(context: context)
        try await eventually { (try? pull.bind(name)) != nil }
        try await again.connected(atLeast: 1, timeout: patience)
        #expect(try once.connections.isEmpty)
        // Until it is told to. libzmq has forgotten the endpoint.
        await SocketTest.expect(.endpointNotFound, "\(name)") { try once.disconnect(name) }
        try await once.connect(name, timeout: patience)
        once.close()
        var kinds: [SocketEvent.Kind] = []
        for await event in events { kinds.append(event.kind) }
        #expect(!kinds.contains(.connectRetried) && kinds.contains(.disconnected), "\(kinds)")
        #expect(kinds.filter { $0 == .connected }.count == 2, "\(kinds)")
    }

    @Test func attemptsAreReportedUntilThePeerIsThere() async throws {
        let context = try Context()
        let other = try PullSocket(context: context)
        let endpoint = try other.bind(.tcp("127.0.0.1", port: .any))
        try other.unbind(endpoint)
        let push = try PushSocket(context: context, options: .init(transport: Conformance.eager()))
        let events = try push.events()
        // The port is free a moment later.
        try await eventually { (try? RawPeer(port: endpoint.port)) == nil }
        try push.connect(endpoint)
        let pull = try PullSocket(context: context)
        for _ in 0..<3 {
            let kinds = try await Conformance.events(events, through: .connectRetried).map(\.kind)
            #expect(kinds == [.connectDelayed, .closed, .connectRetried], "\(kinds)")
        }
        try await eventually { (try? pull.bind(endpoint)) != nil }
        let kinds = try await Conformance.events(events, through: .handshakeSucceeded).map(\.kind)
        #expect(kinds.suffix(2) == [.connected, .handshakeSucceeded], "\(kinds)")
    }

    @Test(arguments: ["PULL", "ROUTER", "PUB", "STREAM"])
    func silentClientsAreDropped(kind: String) async throws {
        let make = try #require(OptionsTests.kinds.first { $0.name == kind }).make
        let context = try Context()
        let socket = try make(context, TransportOptions(handshakeTimeout: .milliseconds(100)))
        let events = try socket.events()
        let endpoint = try socket.bind(.tcp("127.0.0.1", port: .any))
        guard kind != "STREAM" else {
            // Which has no handshake: its clients may be silent.
            let silent = try await onThread { try RawPeer(port: endpoint.port) }
            try await socket.connected(atLeast: 1, timeout: patience)
            try await dropped(by: try PullSocket(context: context, options: .init(transport: fast)))
            #expect(try socket.connections.count == 1)
            try await onThread { silent.endWriting() }
            return
        }
        try await onThread {
            let silent = try RawPeer(port: endpoint.port)
            // Not even half of a greeting helps.
            silent.write(Array(RawPeer.greeting[..<11]))
            try silent.readToEnd()
        }
        let seen = try await Conformance.events(events, through: .disconnected)
        #expect(seen.map(\.kind) == [.listening, .accepted, .handshakeFailed, .disconnected], "\(seen)")
        #expect(socket.statistics.handshakeFailures == 1)
    }

    private var fast: TransportOptions { TransportOptions(handshakeTimeout: .milliseconds(100)) }

    /// Waits until a socket has dropped a silent client.
    private func dropped(by socket: PullSocket) async throws {
        let endpoint = try socket.bind(.tcp("127.0.0.1", port: .any))
        try await onThread { try RawPeer(port: endpoint.port).readToEnd() }
    }
}
