// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import Logging
import SinewCore

/// Keeps what is logged.
package final class LogRecord: Sendable {
    package struct Line: Sendable {
        package let level: Logger.Level
        package let message: String
        package let metadata: [String: String]
        package let source: String

        /// All of it, for what must not be in it.
        package var text: String { "\(level) \(message) \(metadata.sorted { $0.key < $1.key })" }
    }

    package init() {}

    private let state = Locked<[Line]>([])

    package var lines: [Line] { state.withLock { $0 } }

    fileprivate func append(_ line: Line) { state.withLock { $0.append(line) } }

    package func lines(_ message: String) -> [Line] { lines.filter { $0.message == message } }

    /// A logger that writes here.
    package func logger(_ level: Logger.Level = .trace) -> Logger {
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
