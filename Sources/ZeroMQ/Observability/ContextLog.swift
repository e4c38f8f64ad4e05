// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import SinewCore

/// Hands what the sockets of a context have to tell to the user's logger.
///
/// Who has something to tell may hold a lock, or be the thread that all sockets count on, and a logger may block. So
/// the lines wait in a bounded queue, and a task of its own, which exists only while there are some, writes them in
/// order.
final class ContextLog: Sendable {
    private struct State {
        var logger: Logger?
        var queue: LogQueue
        var isWriting = false
    }

    static let maximumWaiting = 1000

    private let state: Locked<State>
    private let forkGuard = ForkGuard()

    init(_ logger: Logger?) {
        state = Locked(State(logger: logger, queue: LogQueue(capacity: Self.maximumWaiting)))
    }

    /// False in a forked child, where the lock may be held for ever.
    private var isInItsProcess: Bool { forkGuard.isInItsProcess }

    var logger: Logger? {
        get { isInItsProcess ? state.withLock { $0.logger } : nil }
        set {
            guard isInItsProcess else { return }
            // What the old one refers to is let go of without the lock.
            let old = state.withLock { exchange(&$0.logger, with: newValue) }
            _ = old
        }
    }

    /// Whether anybody wants to know.
    var isOn: Bool { isInItsProcess && state.withLock { $0.logger != nil } }

    /// Has a line written, soon; it is made only when there is a logger. Never waits, and runs no code of the user's.
    func write(_ line: @autoclosure () -> LogLine) {
        guard isOn else { return }
        let line = line()
        let mustStart = state.withLock { state in
            guard state.logger != nil else { return false }
            state.queue.append(line)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustStart { Task.detached { await self.writeAll() } }
    }

    private func writeAll() async {
        while true {
            let (logger, lines) = state.withLock { state in
                let lines = state.queue.takeAll()
                if lines.isEmpty { state.isWriting = false }
                return (state.logger, lines)
            }
            if lines.isEmpty { return }
            if let logger { for line in lines { line.write(to: logger) } }
            await Task.yield()
        }
    }
}

extension ContextLog {
    /// The context is still there at the end of its time.
    func writeTerminationFailure(open: [String], limit: Duration) {
        let metadata: Logger.Metadata = [
            "zmq.open_sockets": .array(open.map { .string($0) }), "zmq.limit": "\(limit)",
        ]
        write(LogLine(.info, "the context could not be terminated in time", metadata))
    }

    /// Somebody asked the authenticator what libzmq never asks.
    func writeMalformedQuestion(_ reason: String, count: UInt64) {
        let message = "a question about a client does not follow ZAP"
        write(LogLine(problem: message, count: count, ["zmq.reason": "\(reason)"]))
    }

    /// The authenticator has ended although there are servers.
    func writeAuthenticatorFailure(_ error: ZMQError) {
        let message = "the authenticator failed, and no client is let in"
        write(LogLine(.info, message, ["zmq.error": .foreign(error.description)]))
    }
}

extension SocketEngine {
    /// The socket is closed, with so many messages that it had taken from libzmq and nobody from it.
    func logClosed(unreceived: Int) {
        guard unreceived > 0 else { return log(.debug, "closed") }
        log(.info, "closed with messages that nobody received", ["zmq.count": "\(unreceived)"])
    }

    /// Tells the log about this socket.
    func log(_ level: Logger.Level, _ message: String, _ more: Logger.Metadata = [:]) {
        guard !kind.isInternal else { return }
        context.log.write(LogLine(level, message, name.metadata.merging(more) { $1 }))
    }

    /// Tells the log that something went wrong for the `count`-th time, when that is a time to tell it.
    func logProblem(_ message: String, count: UInt64) {
        guard count.hasDoubled(since: count - 1) else { return }
        context.log.write(LogLine(problem: message, count: count, name.metadata))
    }

    /// Monitors the socket, where there is a log to tell about its connections. Before the first of them, so that all
    /// are seen. Without a monitor the socket works as well.
    func watchForLog() {
        guard context.log.isOn, isInItsProcess else { return }
        do throws(ZMQError) { _ = try monitor("log") } catch {
            // The call that follows tells of an end.
            guard error.code == .tooManySockets || error.code == .fileDescriptorBudget || error.code == .system else {
                return
            }
            log(.info, "the socket's connections are not logged", ["zmq.error": "\(error)"])
        }
    }
}
