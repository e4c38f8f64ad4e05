// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// The end of a log that was cut off, because nothing proved that it had been synchronised.
public struct LogCut: Hashable, Sendable {
    /// The segment's file.
    public let path: String
    /// Where it was cut, in bytes.
    public let position: Int
    /// How many bytes were cut off.
    public let bytes: Int
    /// Where they were saved.
    public let savedAs: String
    /// The records of which something was left there, as far as is known.
    public let offsets: Range<UInt64>
    /// What was wrong there.
    public let reason: String

    /// Whether somebody may have been told that such a record lasts. Of the records that were synchronised last nothing
    /// on the disk proves it, until the next batch does, or the proof that is written when nobody appends for a while:
    /// so damage to these looks like a write that was never finished.
    public var possiblyAcknowledged: Bool { !offsets.isEmpty }
}

/// A log as it is after it was opened.
public struct RecoveredLog: Sendable {
    /// The last segment.
    public let segment: SegmentHeader
    /// Where it ends.
    public let end: LogEnd
    /// What was cut off, if anything was.
    public let cut: LogCut?
    /// The last segment's file.
    let file: any OpenFile
}

/// Opens a log for a writer: finds its end, and cuts off a write that was never finished.
///
/// Reads no more than the last segment: those before it were synchronised before it was made. Done again it does
/// nothing, and it can be interrupted at any step.
public struct LogRecovery: Sendable {
    private let log: LogFiles
    private let store: StoreID
    private let number: UInt32

    /// Opens nothing yet.
    ///
    /// - Parameters:
    ///   - log: The log's files.
    ///   - store: The store that they should belong to.
    ///   - number: Which log of the store they should be.
    public init(of log: LogFiles, store: StoreID, number: UInt32) {
        self.log = log
        self.store = store
        self.number = number
    }

    /// Opens the log, or begins it.
    ///
    /// - Parameters:
    ///   - salt: Random, for the first segment of a new log.
    ///   - time: What the clock says, in nanoseconds since 1970.
    /// - Returns: Where it ends.
    /// - Throws: `LogError`: `corrupt` for damage to what had been synchronised, `format` for files of something else,
    ///   `file`. Nothing was changed then, but for files that were being made.
    public func recover(salt: UInt64, at time: UInt64) throws(LogError) -> RecoveredLog {
        try removeTemporaries()
        guard let name = try log.segmentNames().last else { return try begin(salt: salt, at: time) }
        let file = try log.wrapped { () throws(FileError) in try log.files.open(log.path(name), for: .writing) }
        // Before reading: what was never synchronised could be read now, and be gone after the next crash.
        try log.wrapped { () throws(FileError) in
            try file.synchronize()
            try log.files.synchronizeDirectory(log.directory)
        }
        let bytes = try log.wrapped { () throws(FileError) in try LogFiles.readAll(file) }
        let header = try header(of: name, bytes)
        var scan = SegmentScan(of: header)
        scan.skipAll(in: bytes.span)
        guard let damage = scan.damage else {
            if !scan.end.isClosed { try writeAgain(bytes, to: file) }
            return RecoveredLog(segment: header, end: scan.end, cut: nil, file: file)
        }
        if damage.kind == .unknownFormat { throw log.unknown(damage, in: name) }
        guard damage.kind == .tornTail else {
            let what = LogCorruption(
                path: log.path(name),
                position: damage.position,
                offsets: damage.offsets,
                reason: damage.reason
            )
            throw LogError(.corrupt, "\(what)", corruption: what)
        }
        let cut = try cut(name, file, bytes, damage)
        try writeAgain(Array(bytes[..<damage.position]), to: file)
        var end = scan.end
        end.isClosed = false
        return RecoveredLog(segment: header, end: end, cut: cut, file: file)
    }

    /// A writer whose `fsync` failed leaves pages that can be read, count as written, and are not on the disk: another
    /// `fsync` does nothing for them. So what is built on is written once more.
    private func writeAgain(_ bytes: [UInt8], to file: any OpenFile) throws(LogError) {
        try log.wrapped { () throws(FileError) in
            try file.write(Array(bytes[SegmentHeader.encodedBytes...]), at: SegmentHeader.encodedBytes)
            try file.synchronize()
        }
    }

    private func begin(salt: UInt64, at time: UInt64) throws(LogError) -> RecoveredLog {
        let header = SegmentHeader(
            store: store,
            log: number,
            number: 0,
            baseOffset: 0,
            salt: salt,
            chain: 0,
            epoch: 1,
            created: UInt32(clamping: time / 1_000_000_000)
        )
        let file = try log.wrapped { () throws(FileError) in try log.create(header) }
        var end = LogEnd(of: header)
        end.isClosed = true
        return RecoveredLog(segment: header, end: end, cut: nil, file: file)
    }

    private func header(of name: String, _ bytes: [UInt8]) throws(LogError) -> SegmentHeader {
        let header = try log.header(of: name, bytes)
        guard header.store == store, header.log == number else {
            throw LogError(.format, "'\(log.path(name))' belongs to log \(header.log) of store \(header.store)")
        }
        return header
    }

    /// What was being made when somebody crashed was never of use.
    private func removeTemporaries() throws(LogError) {
        try log.wrapped { () throws(FileError) in
            for name in try log.files.names(in: log.directory) where name.hasSuffix(".tmp") {
                try log.files.remove(log.path(name))
            }
        }
    }

    /// Saves what is after the end, and cuts it off.
    private func cut(
        _ name: String,
        _ file: any OpenFile,
        _ bytes: [UInt8],
        _ damage: SegmentDamage
    ) throws(LogError) -> LogCut {
        let tail = Array(bytes[damage.position...])
        return try log.wrapped { () throws(FileError) in
            let names = Set(try log.files.names(in: log.directory))
            var count = 1
            while names.contains("\(name).torn-\(count)") { count += 1 }
            let saved = "\(name).torn-\(count)"
            try log.create(saved, with: tail)
            try file.truncate(to: damage.position)
            try file.synchronize()
            return LogCut(
                path: log.path(name),
                position: damage.position,
                bytes: tail.count,
                savedAs: log.path(saved),
                offsets: damage.offsets,
                reason: damage.reason
            )
        }
    }
}
