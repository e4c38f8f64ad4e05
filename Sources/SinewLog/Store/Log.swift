// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// A log of a store: records in the order of their appending, each with an offset that is its own for good.
public final class Log: Sendable {
    private let core: LogCore
    /// It stays open as long as one of its logs is in use.
    private let store: LogStore

    init(_ core: LogCore, of store: LogStore) {
        self.core = core
        self.store = store
    }

    /// What it is called.
    public var name: String { core.name }

    /// What was cut off when it was opened: a write that was never finished.
    public var cut: LogCut? { core.cut }

    /// The offset of the next record.
    public var nextOffset: UInt64 { core.state.withLock { $0.writer.nextOffset } }

    /// Every record below outlives the process.
    public var writtenEnd: UInt64 { core.state.withLock { $0.writer.writtenEnd } }

    /// Every record below lasts, also when the power fails.
    public var durableEnd: UInt64 { core.state.withLock { $0.writer.durableEnd } }

    /// How many records had an offset and are not in the log, because the disk was full: also those that were only
    /// ``AckLevel/accepted``, of which no call can say so.
    public var dropped: UInt64 { core.state.withLock { $0.writer.dropped } }

    /// Appends a record, and waits until what `level` says is true of it.
    ///
    /// Records that tasks append at the same time are written and synchronised together. Where as much waits to be
    /// written as may wait, the call waits for room first.
    ///
    /// - Parameters:
    ///   - entry: The record.
    ///   - level: What to wait for. Default ``AckLevel/durable``.
    /// - Returns: Its offset and what is true of it.
    /// - Throws: `LogError`: `noSpace` and `tooLarge`, where it is not in the log; `indeterminate`, where nobody knows;
    ///   `poisoned`, `closed`; `cancelled`, where it may be in the log all the same.
    @discardableResult
    public func append(_ entry: LogEntry, ack level: AckLevel = .durable) async throws(LogError) -> Receipt {
        try await core.append(level, count: 1) { writer, time throws(LogError) in
            try writer.append(entry, at: time, isDurable: level == .durable)
        }
    }

    /// Appends records of which either all or none are in the log after a crash.
    ///
    /// - Parameters:
    ///   - entries: The records.
    ///   - level: What to wait for. Default ``AckLevel/durable``.
    /// - Returns: The offset of the first, and what is true of them.
    /// - Throws: As ``append(_:ack:)``; `tooLarge` also for none at all.
    @discardableResult
    public func append(
        atomically entries: [LogEntry],
        ack level: AckLevel = .durable
    ) async throws(LogError) -> Receipt {
        guard !entries.isEmpty else { throw LogError(.tooLarge, "a batch has one record at least") }
        return try await core.append(level, count: entries.count) { writer, time throws(LogError) in
            try writer.append(atomically: entries, at: time, isDurable: level == .durable)
        }
    }

    /// Reads what lasts.
    ///
    /// - Parameters:
    ///   - offset: Where to begin.
    ///   - damage: What becomes of damage. Default: it is thrown.
    /// - Returns: A reader that goes on as more is appended.
    public func reader(from offset: UInt64 = 0, damage: LogReader.Damage = .thrown) -> LogReader {
        let core = core
        return LogReader(of: core.files, from: offset, damage: damage) {
            core.state.withLock { $0.writer.durableEnd }
        }
    }
}
