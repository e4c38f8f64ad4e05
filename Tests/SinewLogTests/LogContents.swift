// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewLog

/// All sound records of a log, and the damage between them.
struct LogContents {
    let records: [LogRecord]
    let corruptions: [LogCorruption]
    let tornBytes: Int

    init(of log: LogFiles) throws(LogError) {
        var reader = LogReader(of: log, damage: .skipped)
        var records: [LogRecord] = []
        while let record = try reader.next() { records.append(record) }
        self.records = records
        corruptions = reader.skipped
        tornBytes = reader.tornBytes
    }

    /// The offset after the last record.
    var nextOffset: UInt64 { records.last.map { $0.offset + 1 } ?? 0 }
}
