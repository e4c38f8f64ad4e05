// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// What a monitor tells the log of its context about one socket's connections.
struct MonitorLog: Sendable {
    let log: LogWriter
    let socket: SocketName
    private var acceptFailures: UInt64 = 0
    private var lags: UInt64 = 0

    init(_ log: LogWriter, _ socket: SocketName) {
        self.log = log
        self.socket = socket
    }

    /// An event that the registry has taken in.
    mutating func note(_ event: SocketEvent, _ registry: ConnectionRegistry, handshakeFailuresBefore before: UInt64) {
        guard log.isOn else { return }
        if registry.handshakeFailures > before {
            // libzmq ends the connection without a word when the socket types do not fit.
            let reason =
                event.handshakeFailure?.description ?? "the connection ended before it; do the socket types fit?"
            write(problem: "a handshake failed", registry.handshakeFailures, event, ["zmq.reason": .foreign(reason)])
            if event.kind == .handshakeFailed { return }
        }
        switch event.kind {
        case .listening: write(.debug, "listening", event)
        case .handshakeSucceeded: write(.debug, "a connection is established", event)
        case .disconnected: write(.debug, "a connection ended", event)
        case .connectRetried:
            let delay = event.retryDelay.map { "\($0)" } ?? ""
            let count = UInt64(registry.attemptsFailed)
            write(problem: "connecting is tried again", count, event, ["zmq.retry_delay": "\(delay)"])
        case .acceptFailed:
            acceptFailures += 1
            write(problem: "a connection could not be accepted", acceptFailures, event)
        case .bindFailed, .closeFailed: write(.debug, "a socket call failed", event)
        default: write(.trace, "a connection changed", event)
        }
    }

    /// A reader of the socket's events was too slow.
    mutating func noteLag(_ event: SocketEvent) {
        lags += 1
        write(problem: "a reader of the socket's events was too slow", lags, event, ["zmq.missed": "\(event.missed)"])
    }

    private func write(_ level: Logger.Level, _ message: String, _ event: SocketEvent) {
        log.write(LogLine(level, message, metadata(event)))
    }

    private func write(
        problem: String,
        _ count: UInt64,
        _ event: SocketEvent,
        _ more: Logger.Metadata = [:]
    ) {
        log.write(LogLine(problem: problem, count: count, metadata(event).merging(more) { $1 }))
    }

    private func metadata(_ event: SocketEvent) -> Logger.Metadata {
        var metadata = socket.metadata
        metadata["zmq.event"] = "\(event.kind)"
        if let endpoint = event.endpoint { metadata["zmq.endpoint"] = .foreign(endpoint.description) }
        if let error = event.error { metadata["zmq.error"] = .foreign(error.description) }
        return metadata
    }
}
