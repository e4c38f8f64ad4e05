// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import Logging

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
