// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import SinewCore
import ZeroMQ

/// What a socket's monitor has told: which peers have been there, and why others were not let in.
final class Connections: Sendable {
    private struct State {
        var established: Set<Endpoint> = []
        var failures: Set<String> = []
    }

    private let state = Locked(State())
    private let socket: any Socket
    private let endpoints: [Endpoint]

    /// Begins to watch; before the socket is bound or connected.
    ///
    /// - Parameter endpoints: Where it will connect.
    init(_ socket: any Socket, to endpoints: [Endpoint]) throws {
        self.socket = socket
        self.endpoints = endpoints
        let events = try socket.events()
        // It ends with the socket.
        Task { [weak self] in
            for await event in events {
                guard let self else { return }
                take(event)
            }
        }
    }

    /// How many messages were sent to peers that have never been there: none, or some.
    var isWaiting: Bool {
        !endpoints.isEmpty && socket.statistics.sent > 0
            && state.withLock { $0.established.count } < Set(endpoints).count
    }

    /// Failed handshakes are news once: libzmq tries again and again, or never.
    private func take(_ event: SocketEvent) {
        guard let endpoint = event.endpoint else { return }
        if event.kind == .handshakeSucceeded { state.withLock { _ = $0.established.insert(endpoint) } }
        guard event.kind == .handshakeFailed, let failure = event.handshakeFailure else { return }
        let isNew = state.withLock { state in
            state.failures.count < 16 && state.failures.insert("\(endpoint) \(failure.reason)").inserted
        }
        if isNew { note("\(endpoint): a handshake failed: \(failure)") }
    }
}
