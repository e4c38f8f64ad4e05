// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

extension SocketEngine {
    /// Whether somebody waits for connections or events.
    var isMonitorAwaited: Bool {
        let monitor = state.withLock { $0.monitor }
        return monitor?.state.withLock { !$0.waiters.isEmpty } ?? false
    }
}

/// What happens to connections is reported, in order, to everybody who asked.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct MonitorTests {
    /// The kinds of the next events, up to the first of this kind.
    private func kinds(_ events: SocketEvents, through last: SocketEvent.Kind) async throws -> [SocketEvent] {
        try await within(SocketTest.patience) {
            var seen: [SocketEvent] = []
            for await event in events {
                seen.append(event)
                if event.kind == last { return seen }
            }
            Issue.record("the events ended after \(seen)")
            return seen
        }
    }

    private static let transports = [Endpoint.tcp("127.0.0.1", port: .any), .ipc("*")]

    @Test(arguments: transports)
    func eventsComeInOrder(_ place: Endpoint) async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let accepting = try pull.events()
        let endpoint = try pull.bind(place)
        let push = try PushSocket(context: context)
        let connecting = try push.events()
        try push.connect(endpoint)

        let here = try await kinds(accepting, through: .handshakeSucceeded)
        #expect(here.map(\.kind) == [.listening, .accepted, .handshakeSucceeded], "\(here)")
        #expect(here.allSatisfy { $0.endpoint == endpoint && $0.error == nil && $0.missed == 0 }, "\(here)")
        let there = try await kinds(connecting, through: .handshakeSucceeded)
        #expect(there.map(\.kind).filter { $0 != .connectDelayed } == [.connected, .handshakeSucceeded], "\(there)")
        #expect(there.allSatisfy { $0.endpoint == endpoint }, "\(there)")

        #expect(try pull.connections.map(\.isAccepted) == [true])
        #expect(try push.connections.map(\.endpoint) == [endpoint])
        #expect(try push.connections[0].isEstablished && push.connections[0].since <= .now)

        push.close()
        let end = try await kinds(accepting, through: .disconnected)
        #expect(end.map(\.kind) == [.disconnected] && end[0].endpoint == endpoint, "\(end)")
        #expect(try pull.connections.isEmpty)
        pull.close()
        try await context.terminate(within: SocketTest.patience)
    }

    @Test func lostConnectionsAreMadeAgainAndCounted() async throws {
        let context = try Context()
        let options = TransportOptions(reconnectInterval: .milliseconds(5))
        let push = try PushSocket(context: context, options: .init(transport: options))
        let events = try push.events()
        var pull = try PullSocket(context: context)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        try await push.connect(.tcp("localhost", port: endpoint.port!), timeout: SocketTest.patience)
        _ = try await kinds(events, through: .handshakeSucceeded)
        for round in 1...3 {
            let before = try push.connections.map(\.id)
            pull.close()
            let loss = try await kinds(events, through: .connectRetried)
            #expect(loss.map(\.kind) == [.disconnected, .connectRetried], "\(loss)")
            #expect(loss[1].retryDelay ?? .zero >= .milliseconds(5), "\(loss)")
            #expect(try push.connections.isEmpty)
            pull = try PullSocket(context: context)
            try await eventually { (try? pull.bind(endpoint)) != nil }
            #expect(try await push.connected(atLeast: 1, timeout: SocketTest.patience) == 1)
            _ = try await kinds(events, through: .handshakeSucceeded)
            #expect(push.statistics.reconnects == UInt64(round))
            #expect(try push.connections.map(\.id) != before && push.connections.count == 1)
        }
    }

    // MARK: Nobody there

    @Test(arguments: [Endpoint.tcp("127.0.0.1", port: .any), .ipc("@sinew-nobody")])
    func refusedConnectionsTellWhy(_ place: Endpoint) async throws {
        let context = try Context()
        // Held, so that no test beside this one, nor the connection's own end, gets the port.
        let nobody = try RawListener(listens: false)
        defer { withExtendedLifetime(nobody) {} }
        let endpoint = place.port == nil ? place : .tcp("127.0.0.1", port: Endpoint.Port(nobody.port))
        let options = TransportOptions(reconnectInterval: .milliseconds(5), maximumReconnectInterval: .milliseconds(10))
        let push = try PushSocket(context: context, options: .init(transport: options))
        let events = try push.events()
        try push.connect(endpoint)
        let seen = try await kinds(events, through: .connectRetried)
        var again = try await kinds(events, through: .connectRetried)
        // What comes after a gap, where this test had to wait for a core, is no whole round.
        while again.contains(where: { $0.kind == .lagged }) {
            again = try await kinds(events, through: .connectRetried)
        }
        #expect(again.map(\.kind).filter { $0 != .connectDelayed } == [.closed, .connectRetried], "\(seen) \(again)")
        await SocketTest.expect(.timedOut, "0 of 1", "\(endpoint)", "nobody accepted", "to connect failed") {
            try await push.connected(atLeast: 1, timeout: .seconds(1))
        }
        await SocketTest.expect(.timedOut, "0 of 1", "\(endpoint)", "nobody accepted") {
            try await push.connect(endpoint, timeout: .seconds(1))
        }
    }

    @Test func waitingEndsWithItsTask() async throws {
        let context = try Context()
        let push = try PushSocket(context: context)
        try push.startMonitoring()
        for end in ["cancel", "close", "shutdown"] {
            let socket = try PushSocket(context: context)
            try socket.startMonitoring()
            let task = Task { try await socket.connected(atLeast: 1) }
            try await eventually { socket.engine.isMonitorAwaited }
            switch end {
            case "cancel": task.cancel()
            case "close": socket.close()
            default: context.shutdown()
            }
            let code: ZMQError.Code = end == "cancel" ? .cancelled : end == "close" ? .closed : .contextTerminated
            await SocketTest.expect(code) { _ = try await value(of: task) }
        }
    }

    @Test func monitoringMustComeFirstForConnections() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        try pull.bind(.tcp("127.0.0.1", port: .any))
        await SocketTest.expect(.notMonitored, "startMonitoring() before") { _ = try pull.connections }
        try pull.startMonitoring()
        await SocketTest.expect(.notMonitored, "startMonitoring() before") { _ = try pull.connections }
        await SocketTest.expect(.notMonitored, "startMonitoring() before") { try await pull.connected(atLeast: 1) }
        await SocketTest.expect(.invalidArgument, "1 or more") { _ = try pull.events(bufferingNewest: 0) }
        let adopting = try PullSocket(context: context)
        let listener = try RawListener()
        try adopting.bind(adopting: listener.descriptor)
        await SocketTest.expect(.notMonitored, "startMonitoring() before") { _ = try adopting.connections }
        #expect(listener.port != 0, "and it lives until here")
        let local = try PullSocket(context: context)
        try local.bind(.inproc("here"))
        await SocketTest.expect(.notMonitored, "startMonitoring() before") { _ = try local.connections }
        #expect(local.engine.state.withLock { $0.monitor == nil }, "it was only asked")
        try local.startMonitoring()
        try local.startMonitoring()
        #expect(try local.connections.isEmpty)
        await SocketTest.expect(.notSupported, "inproc") { try await local.connected(atLeast: 1) }
        await SocketTest.expect(.notSupported, "inproc") { try await local.connect(.inproc("x"), timeout: .seconds(1)) }
        local.close()
        await SocketTest.expect(.closed) { _ = try local.events() }
        await SocketTest.expect(.closed) { try local.startMonitoring() }
        await SocketTest.expect(.closed) { _ = try local.connections }
    }

    @Test func connectionsThatWereGivenUpAreGone() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        let push = try PushSocket(context: context)
        let name = Endpoint.tcp("localhost", port: endpoint.port!)
        try await push.connect(name, timeout: SocketTest.patience)
        #expect(try push.connections.count == 1)
        try push.disconnect(name)
        #expect(try push.connections.isEmpty)
        try await push.connect(endpoint, timeout: SocketTest.patience)
        #expect(try push.connections.map(\.endpoint) == [endpoint])
        #expect(push.statistics.reconnects == 0)
    }

    /// libzmq connects once more to deliver what lingers, and says nothing of the end of that.
    @Test func lingeringConnectionsDoNotCount() async throws {
        let context = try Context()
        // Not tcp: a port that is free for a moment may be another test's in the next.
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let endpoint = Endpoint.ipc("\(folder.path)/socket")
        let options = TransportOptions(linger: SocketTest.patience, reconnectInterval: .milliseconds(5))
        let push = try PushSocket(context: context, options: .init(transport: options))
        let events = try push.events()
        try push.connect(endpoint)
        try await push.send("lingers")
        try push.disconnect(endpoint)
        let pull = try PullSocket(context: context)
        try await eventually { (try? pull.bind(endpoint)) != nil }
        #expect(try await pull.receive(timeout: SocketTest.patience) == "lingers")
        _ = try await kinds(events, through: .connected)
        #expect(try push.connections.isEmpty)
        try await push.connect(endpoint, timeout: SocketTest.patience)
        #expect(try push.connections.count == 1)
    }

    @Test func rawStreamsHaveNoHandshake() async throws {
        let context = try Context()
        let stream = try StreamSocket(context: context)
        try stream.startMonitoring()
        let endpoint = try stream.bind(.tcp("127.0.0.1", port: .any))
        let peer = try await onThread { try RawPeer(port: endpoint.port) }
        #expect(try await stream.connected(atLeast: 1, timeout: SocketTest.patience) == 1)
        peer.endWriting()
        try await eventually { try stream.connections.isEmpty }
    }

    // MARK: Bad peers

    @Test func garbageIsAFailedHandshake() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let events = try pull.events()
        let endpoint = try pull.bind(.tcp("0.0.0.0", port: .any))
        let plain = Array(RawPeer.greeting[0..<12]) + Array("PLAIN".utf8) + [UInt8](repeating: 0, count: 47)
        // Nil where libzmq says nothing but that the connection ended.
        let attacks: [([UInt8], HandshakeFailure.Reason?)] = [
            ([], .connectionEnded), (RawPeer.greeting, .connectionEnded), (plain, .mechanismMismatch),
            (RawPeer.greeting + RawPeer.command("READY", [1]), nil),
            (RawPeer.greeting + RawPeer.ready("PUB"), nil),
            (RawPeer.greeting + RawPeer.command("NONSENSE", []), .unexpectedCommand),
            (RawPeer.greeting + RawPeer.command("ERROR", [3] + Array("300".utf8)), .temporaryFailure),
            (RawPeer.greeting + RawPeer.command("ERROR", [3] + Array("400".utf8)), .refused),
            (RawPeer.greeting + RawPeer.command("ERROR", [3] + Array("500".utf8)), .authenticatorFailed),
            (RawPeer.greeting + RawPeer.command("ERROR", [9]), .malformedError),
        ]
        for (bytes, reason) in attacks {
            try await onThread {
                let peer = try RawPeer(port: endpoint.port)
                peer.write(bytes)
                try peer.end()
            }
            let seen = try await kinds(events, through: .disconnected)
            let failures = seen.filter { $0.kind == .handshakeFailed }
            #expect(failures.first?.handshakeFailure?.reason == reason, "\(seen)")
            #expect(seen.contains { $0.kind == .accepted } && !seen.contains { $0.kind == .handshakeSucceeded })
            #expect(try pull.connections.isEmpty)
        }
        #expect(pull.statistics.handshakeFailures == UInt64(attacks.count))
        let push = try PushSocket(context: context)
        try await push.connect(.tcp("127.0.0.1", port: endpoint.port!), timeout: SocketTest.patience)
        #expect(try await pull.connected(atLeast: 1, timeout: SocketTest.patience) == 1)
        #expect(try pull.connections[0].isEstablished)
        #expect(push.statistics.handshakeFailures == 0)
    }

    /// libzmq says nothing about it, and does not try again either.
    @Test func wrongKindsOfSocketsTellWhy() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        let request = try RequestSocket(context: context)
        await SocketTest.expect(.timedOut, "\(endpoint) ended before its handshake", "types fit") {
            try await request.connect(endpoint, timeout: .milliseconds(500))
        }
        #expect(request.statistics.handshakeFailures > 0)
    }

    /// A peer that says nothing is a connection, but not one that counts.
    @Test func silentPeersAreNotEstablished() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        try pull.startMonitoring()
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        let silent = try await onThread { try RawPeer(port: endpoint.port) }
        try await eventually { try pull.connections.count == 1 }
        #expect(try pull.connections.map(\.isEstablished) == [false])
        let push = try PushSocket(context: context)
        try push.connect(endpoint)
        #expect(try await pull.connected(atLeast: 1, timeout: SocketTest.patience) == 1)
        #expect(try pull.connections.map(\.isEstablished) == [false, true])
        silent.endWriting()
        try await eventually { try pull.connections.count == 1 }
        #expect(try pull.connections.map(\.isEstablished) == [true])
    }
}
