// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension LogWriter {
    /// Appends a record.
    ///
    /// - Parameters:
    ///   - entry: The record.
    ///   - time: What the clock says, in nanoseconds since 1970.
    ///   - isDurable: Whether somebody waits until it lasts.
    /// - Returns: Its offset.
    /// - Throws: `LogError`: `full`, `tooLarge`, `poisoned`, `closed`. Nothing was appended then.
    /// - Complexity: O(bytes), amortised; allocates nothing for a record without anything but a payload.
    public mutating func append(
        _ entry: LogEntry,
        at time: UInt64,
        isDurable: Bool
    ) throws(LogError) -> UInt64 {
        let size = entry.approximateBytes
        try admit(size, isTooLarge: entry.isTooLarge)
        arena.begin(
            at: nextOffset,
            epoch: end.epoch,
            time: appendTime(time),
            batchBytes: options.batchBytes,
            adding: size
        )
        arena.add(entry)
        return added(1, isDurable)
    }

    /// Appends records of which either all or none are in the log.
    ///
    /// - Parameters:
    ///   - entries: The records; at least one.
    ///   - time: What the clock says, in nanoseconds since 1970.
    ///   - isDurable: Whether somebody waits until they last.
    /// - Returns: The offset of the first.
    /// - Throws: As ``append(_:at:isDurable:)``.
    public mutating func append(
        atomically entries: [LogEntry],
        at time: UInt64,
        isDurable: Bool
    ) throws(LogError) -> UInt64 {
        let bytes = entries.reduce(0) { $0 + $1.approximateBytes }
        let isTooLarge = bytes > BatchHeader.maximumBodyBytes || entries.contains(where: \.isTooLarge)
        try admit(bytes, isTooLarge: isTooLarge)
        arena.beginAlone(at: nextOffset, epoch: end.epoch, time: appendTime(time))
        for entry in entries { arena.add(entry) }
        arena.endBatch()
        return added(entries.count, isDurable)
    }

    private func admit(_ bytes: Int, isTooLarge: Bool) throws(LogError) {
        switch stage {
        case .poisoned(let cause): throw LogError(.poisoned, "\(cause)", cause: cause)
        case .closed: throw LogError(.closed, "the log")
        default: break
        }
        if isClosing { throw LogError(.closed, "the log") }
        guard !isTooLarge else {
            throw LogError(.tooLarge, "a part of a record has at most \(RecordEncoder.maximumPartBytes) bytes")
        }
        // One record, however large, has room in an arena that is empty.
        guard arena.isEmpty || arena.bytes.count + bytes <= options.arenaBytes else {
            throw LogError(.full, "\(arena.bytes.count) bytes wait to be written")
        }
    }

    private mutating func added(_ count: Int, _ isDurable: Bool) -> UInt64 {
        defer { nextOffset += UInt64(count) }
        if isDurable { arena.wantsSynchronizing = true }
        return nextOffset
    }

    private mutating func appendTime(_ time: UInt64) -> UInt64 {
        // A clock that goes back does not turn time back.
        end.appendTime = max(end.appendTime, time)
        return end.appendTime
    }
}
