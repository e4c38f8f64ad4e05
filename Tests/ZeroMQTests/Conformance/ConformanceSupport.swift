// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// What the conformance suites share. They show what libzmq's own tests show of libzmq, through this library: which row
/// is shown where stands in Documentation/conformance.md.
enum Conformance {
    static let patience = SocketTest.patience

    static let transports = [Endpoint.inproc("conformance"), .ipc("*"), .tcp("127.0.0.1", port: .any)]

    /// A place of the same transport for each of several sockets.
    static func place(_ endpoint: Endpoint, _ number: Int) -> Endpoint {
        endpoint.isInproc ? .inproc("conformance-\(number)") : endpoint
    }

    /// A name that no other test uses, and that leaves no file.
    static func abstractName() -> Endpoint { .ipc("@sinew-\(UInt64.random(in: 0 ... .max))") }

    /// The next events, up to the first of this kind.
    static func events(_ events: SocketEvents, through last: SocketEvent.Kind) async throws -> [SocketEvent] {
        try await within(patience) {
            var seen: [SocketEvent] = []
            for await event in events {
                seen.append(event)
                if event.kind == last { return seen }
            }
            Issue.record("the events ended after \(seen)")
            return seen
        }
    }

    /// Connects again at once.
    static func eager(_ change: (inout TransportOptions) -> Void = { _ in }) -> TransportOptions {
        var options = TransportOptions(
            linger: .zero,
            reconnectInterval: .milliseconds(1),
            maximumReconnectInterval: .milliseconds(20)
        )
        change(&options)
        return options
    }
}

extension Socket {
    /// Binds, and knows of its connections from the first one on.
    func bindWatched(_ endpoint: Endpoint) throws -> Endpoint {
        try startMonitoring()
        return try bind(endpoint)
    }

    /// Waits until a socket that was bound watched has so many peers, and has libzmq attach them to the socket.
    func settle(_ count: Int) async throws {
        if engine.state.withLock({ $0.mayHaveConnections }) {
            try await connected(atLeast: count, timeout: Conformance.patience)
        }
        _ = engine.number(of: ZMQ_EVENTS)
    }
}

extension RouterSocket {
    /// Sends as soon as the peer's name is known.
    func sendOnceKnown(_ message: Message, to peer: RoutingID) async throws {
        try await eventually {
            do throws(ZMQError) {
                return try trySend(message, to: peer)
            } catch {
                guard error.code == .unreachable else { throw error }
                return false
            }
        }
    }
}

extension RawPeer {
    /// A greeting for a mechanism; servers of CURVE and PLAIN say that they are.
    static func greeting(_ mechanism: String, isServer: Bool = false) -> [UInt8] {
        let name = Array(mechanism.utf8)
        let padded = name + [UInt8](repeating: 0, count: 20 - name.count)
        return Array(greeting[..<12]) + padded + [isServer ? 1 : 0] + [UInt8](repeating: 0, count: 31)
    }

    /// A frame of any length.
    static func frame(flags: UInt8, _ body: [UInt8]) -> [UInt8] {
        guard body.count > 255 else { return [flags & ~2, UInt8(body.count)] + body }
        return [flags | 2] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: body.count >> ($0 * 8)) } + body
    }
}
