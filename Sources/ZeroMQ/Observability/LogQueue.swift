// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Logging

/// Lines that wait to be written. When there are too many, later ones are left out and counted. Pure.
struct LogQueue {
    private let capacity: Int
    private var lines: Deque<LogLine> = []
    private var lost = 0

    /// `capacity` is 1 or more.
    init(capacity: Int) { self.capacity = capacity }

    mutating func append(_ line: LogLine) {
        if lines.count < capacity { lines.append(line) } else { lost += 1 }
    }

    /// All that wait, and last of all how many were left out; empty when there is nothing to write.
    mutating func takeAll() -> [LogLine] {
        var all = Array(exchange(&lines, with: []))
        if lost > 0 {
            all.append(LogLine(.info, "log lines were left out", ["zmq.count": "\(exchange(&lost, with: 0))"]))
        }
        return all
    }
}
