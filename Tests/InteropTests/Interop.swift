// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// The tests with peers, and what they share. One at a time: each has a process beside it, and moves many messages; the
/// other tests of the package, which run beside these, have deadlines of their own.
@Suite(.serialized) enum Interop {
    /// No test waits longer for something that is going to happen; the peers' own limit is the same.
    static let patience = Duration.seconds(60)

    /// Runs both sides of an exchange at once. The first that fails ends the other, and its error is thrown.
    static func together(_ sides: (@Sendable () async throws -> Void)...) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for side in sides { group.addTask { try await side() } }
            while try await group.next() != nil {}
        }
    }

    /// The next event of this kind.
    static func next(_ kind: SocketEvent.Kind, in events: SocketEvents) async throws -> SocketEvent {
        try await withThrowingTaskGroup(of: SocketEvent?.self) { group in
            group.addTask {
                for await event in events where event.kind == kind { return event }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            guard let event = try await group.next() ?? nil else { throw OutOfTime() }
            return event
        }
    }

    /// Connections that come back at once, so that tests need not wait.
    static func transport(security: SocketSecurity = .null) -> TransportOptions {
        TransportOptions(
            linger: .zero,
            reconnectInterval: .milliseconds(5),
            maximumReconnectInterval: .milliseconds(20),
            security: security
        )
    }
}

/// Over what, and from which end, a Sinew socket and a peer's meet.
enum Way: String, CaseIterable, Sendable {
    case tcpBound, tcpConnected, ipcBound, ipcConnected

    var isBound: Bool { self == .tcpBound || self == .ipcBound }
    var isTCP: Bool { self == .tcpBound || self == .tcpConnected }

    /// Where to bind.
    private var wildcard: String { isTCP ? "tcp://127.0.0.1:*" : "ipc://*" }

    /// Connects a socket with the peer's.
    ///
    /// - Parameter as: What each side that connects calls the other (for ROUTER sockets).
    func join(_ socket: some Socket, _ peer: Peer, as name: String? = nil) async throws {
        if isBound {
            let endpoint = try socket.bind(try Endpoint(parsing: wildcard))
            var arguments: [String: JSON] = ["name": "peer", "endpoint": "\(endpoint)"]
            if let name { arguments["routing_id"] = .text(name) }
            try await peer("connect", arguments)
        } else {
            let answer = try await peer("bind", ["name": "peer", "endpoint": .text(wildcard)])
            try socket.connect(try Endpoint(parsing: try #require(answer.endpoint)))
        }
    }
}
