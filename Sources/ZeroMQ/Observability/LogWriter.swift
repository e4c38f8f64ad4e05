// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import Logging
internal import SinewCore

/// Hands what the sockets of a context, or a node, have to tell to the user's logger.
///
/// Who has something to tell may hold a lock, or be the thread that all sockets count on, and a logger may block. So
/// the lines wait in a bounded queue, and a task of its own, which exists only while there are some, writes them in
/// order.
package final class LogWriter: Sendable {
    private struct State {
        var logger: Logger?
        var queue: LogQueue
        var isWriting = false
    }

    static let maximumWaiting = 1000

    private let state: Locked<State>
    private let forkGuard = ForkGuard()

    private let source: String

    /// - Parameters:
    ///   - logger: Whom the lines are for.
    ///   - source: The module that has written them.
    package init(_ logger: Logger?, source: String = "ZeroMQ") {
        self.source = source
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
    package var isOn: Bool { isInItsProcess && state.withLock { $0.logger != nil } }

    /// Has a line written, soon; it is made only when there is a logger. Never waits, and runs no code of the user's.
    package func write(_ line: @autoclosure () -> LogLine) {
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
            if let logger { for line in lines { line.write(to: logger, from: source) } }
            await Task.yield()
        }
    }
}
