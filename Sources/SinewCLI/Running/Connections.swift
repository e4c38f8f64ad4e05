// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import SinewCore
import ZeroMQ

/// What a socket's monitor has told: which peers have been there, and why others were not let in.
final class Connections: Sendable {
    private struct State {
        var awaited: AwaitedPeers
        var failures: Set<String> = []
        var lastFailure: String?
    }

    private let state: Locked<State>
    private let socket: any Socket

    /// Begins to watch; before the socket is bound or connected.
    ///
    /// - Parameter endpoints: Where it will connect, and keeps messages for peers that are not there.
    init(_ socket: any Socket, to endpoints: [Endpoint]) throws {
        self.socket = socket
        state = Locked(State(awaited: AwaitedPeers(endpoints.map(\.description))))
        let events = try socket.events()
        // It ends with the socket.
        Task { [weak self] in
            for await event in events {
                guard let self else { return }
                take(event)
            }
        }
    }

    /// Whether messages may have been sent to peers that have never been there.
    var isWaiting: Bool { socket.statistics.sent > 0 && state.withLock { !$0.awaited.missing.isEmpty } }

    /// Why the last peer that was not let in, or did not let the tool in, was refused; nil after one that was.
    var lastFailure: String? { state.withLock { $0.lastFailure } }

    private func take(_ event: SocketEvent) {
        guard let endpoint = event.endpoint else { return }
        let place = endpoint.description
        switch event.kind {
        case .connected: state.withLock { $0.awaited.connected(place) }
        case .handshakeSucceeded:
            state.withLock { state in
                state.awaited.handshakeSucceeded(place)
                state.lastFailure = nil
            }
        case .disconnected: state.withLock { $0.awaited.disconnected(place) }
        case .handshakeFailed: tellFailure(event, at: endpoint)
        default: break
        }
    }

    /// Failed handshakes are news once: libzmq tries again and again, or never.
    private func tellFailure(_ event: SocketEvent, at endpoint: Endpoint) {
        guard let failure = event.handshakeFailure else { return }
        let text = "\(endpoint): a handshake failed: \(failure)"
        let isNew = state.withLock { state in
            state.lastFailure = text
            return state.failures.count < 16 && state.failures.insert("\(endpoint) \(failure.reason)").inserted
        }
        if isNew { note(text) }
    }
}
