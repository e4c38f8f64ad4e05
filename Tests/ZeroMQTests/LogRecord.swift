// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Logging
import SinewCore

@testable import ZeroMQ

/// Keeps what is logged.
final class LogRecord: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: [String: String]
        let source: String

        /// All of it, for what must not be in it.
        var text: String { "\(level) \(message) \(metadata.sorted { $0.key < $1.key })" }
    }

    private let state = Locked<[Line]>([])

    var lines: [Line] { state.withLock { $0 } }

    fileprivate func append(_ line: Line) { state.withLock { $0.append(line) } }

    func lines(_ message: String) -> [Line] { lines.filter { $0.message == message } }

    /// A logger that writes here.
    func logger(_ level: Logger.Level = .trace) -> Logger {
        var logger = Logger(label: "test") { _ in Handler(record: self) }
        logger.logLevel = level
        return logger
    }

    private struct Handler: LogHandler {
        let record: LogRecord
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(record: LogRecord) { self.record = record }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).mapValues { "\($0)" }
            let line = Line(level: event.level, message: "\(event.message)", metadata: metadata, source: event.source)
            record.append(line)
        }
    }
}
