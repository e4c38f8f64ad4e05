// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Reads the records of a log in the order of their offsets, and checks each batch before anything of it is shown.
///
/// ```swift
/// var reader = log.reader(from: 1000)
/// while let record = try reader.next() { print(record.offset, record.text) }
/// ```
///
/// At the end ``next()`` gives nil; what is appended later can be read by calling it again. Each reader keeps one
/// segment in memory. It writes nothing, so it can read a log that another process writes.
public struct LogReader: Sendable {
    /// What becomes of damage.
    public enum Damage: Hashable, Sendable {
        /// It is thrown, and the reader stays where it is.
        case thrown
        /// It is noted in ``LogReader/skipped``, and the reader goes on with the next sound batch.
        case skipped
    }

    private let log: LogFiles
    private let damage: Damage
    /// How far readers may see; nil for everything that is sound.
    private let visibleEnd: (@Sendable () -> UInt64)?
    private let start: UInt64
    private var segment: OpenSegment?
    private var records: RecordReader?
    /// What was damaged and skipped, in order.
    public private(set) var skipped: [LogCorruption] = []
    /// The offset after the last record that was read.
    public private(set) var nextOffset: UInt64
    /// Bytes at the end that no batch proves to have been synchronised, and that are none themselves: the rest of a
    /// write that was never finished, or is being written right now.
    public private(set) var tornBytes = 0

    /// Reads a log's files.
    ///
    /// - Parameters:
    ///   - log: The log's files.
    ///   - offset: Where to begin.
    ///   - damage: What becomes of damage.
    ///   - visibleEnd: How far readers may see; nil for everything that is sound.
    public init(
        of log: LogFiles,
        from offset: UInt64 = 0,
        damage: Damage = .thrown,
        visibleEnd: (@Sendable () -> UInt64)? = nil
    ) {
        self.log = log
        self.damage = damage
        self.visibleEnd = visibleEnd
        start = offset
        nextOffset = offset
    }

    /// The next record.
    ///
    /// - Returns: The record, or nil when there is none yet.
    /// - Throws: `LogError`: `corrupt` unless damage is skipped, `format`, `file`.
    public mutating func next() throws(LogError) -> LogRecord? {
        while true {
            if let record = try nextOfBatch() {
                guard record.offset >= start else { continue }
                nextOffset = record.offset + 1
                return record
            }
            guard let batch = try nextBatch() else { return nil }
            if !batch.isControl { records = RecordReader(batch) }
        }
    }

    private mutating func nextOfBatch() throws(LogError) -> LogRecord? {
        do throws(CodecError) {
            if let record = try records?.next() { return record }
        } catch {
            // Its checksum is right: something else than this library wrote it.
            let header = records?.header
            records = nil
            let offsets = (header?.baseOffset ?? nextOffset)..<(header?.nextOffset ?? nextOffset)
            try tell(LogCorruption(path: path, position: error.offset, offsets: offsets, reason: "\(error)"))
        }
        records = nil
        return nil
    }

    /// The file that it reads; before the first record, the log's directory.
    public var path: String { segment.map { log.path($0.name) } ?? log.directory }

    /// Where in the file the batch ends that it read last.
    public var position: Int { segment?.scan.end.position ?? 0 }

    /// The next batch that is sound and may be seen.
    private mutating func nextBatch() throws(LogError) -> LogBatch? {
        while true {
            guard let current = segment else {
                guard try openFirst() else { return nil }
                continue
            }
            var trial = current
            if let batch = trial.next() {
                // Bytes beyond what could be seen when they were read may have been cut off since, and others be there.
                guard batch.header.nextOffset <= current.visible else {
                    guard try rest(of: current) else { return nil }
                    continue
                }
                segment = trial
                return batch
            }
            segment = trial
            guard try pass() else { return nil }
        }
    }

    /// Opens the segment that has the first record wanted.
    private mutating func openFirst() throws(LogError) -> Bool {
        let names = try log.segmentNames()
        let place = names.lastIndex { LogFiles.baseOffset(of: $0) <= start } ?? 0
        guard place < names.count else { return false }
        try enter(names[place], followedBy: place + 1 < names.count ? names[place + 1] : nil)
        return true
    }

    /// The segment has no more sound batches here: goes on behind the damage, with the next segment, or with what was
    /// appended meanwhile.
    private mutating func pass() throws(LogError) -> Bool {
        guard let current = segment else { return false }
        if let damage = current.scan.damage {
            if damage.kind == .unknownFormat { throw log.unknown(damage, in: current.name) }
            guard damage.kind == .corruption || !current.isLast else { return try rest(of: current) }
            let corruption = LogCorruption(
                path: path,
                position: damage.position,
                offsets: damage.offsets,
                reason: damage.reason
            )
            try tell(corruption)
            if let place = damage.nextSound, segment?.resume(at: place) ?? false { return true }
        } else if let next = current.successor, current.scan.end.chain != next.chain {
            let reason = "the segment does not end with the batch after which the next one begins"
            let end = current.scan.end
            let none = end.nextOffset..<end.nextOffset
            try tell(LogCorruption(path: path, position: end.position, offsets: none, reason: reason))
        }
        guard let next = current.nextName else { return try rest(of: current) }
        try enter(next, followedBy: try successor(of: next))
        return true
    }

    private func successor(of name: String) throws(LogError) -> String? {
        try log.segmentNames().first { $0 > name }
    }

    /// Goes on with a segment, or the first one after it whose header is sound.
    private mutating func enter(_ name: String, followedBy next: String?) throws(LogError) {
        var (name, next) = (name, next)
        while true {
            do throws(LogError) {
                segment = try open(name, followedBy: next)
                return
            } catch {
                guard error.code == .format, let following = next else { throw error }
                let base = LogFiles.baseOffset(of: name)
                let offsets = base..<max(base, LogFiles.baseOffset(of: following))
                try tell(LogCorruption(path: log.path(name), position: 0, offsets: offsets, reason: error.what))
                name = following
                next = try successor(of: following)
            }
        }
    }

    /// Reads a segment; how far it may be seen is asked before.
    private func open(_ name: String, followedBy next: String?, from end: LogEnd? = nil) throws(LogError) -> OpenSegment
    {
        let visible = visibleEnd?() ?? .max
        return try OpenSegment(name, followedBy: next, in: log, from: end, visible: visible)
    }

    /// What was appended to the last segment since it was read, or made after it.
    private mutating func rest(of current: OpenSegment) throws(LogError) -> Bool {
        let end = current.scan.end
        if let visibleEnd, end.nextOffset >= visibleEnd() { return false }
        if let next = try successor(of: current.name), current.isLast {
            segment = try open(current.name, followedBy: next, from: end)
            return true
        }
        let renewed = try open(current.name, followedBy: current.nextName, from: end)
        tornBytes = renewed.byteCount - end.position
        var trial = renewed
        guard let batch = trial.next(), batch.header.nextOffset <= renewed.visible else { return false }
        segment = renewed
        tornBytes = 0
        return true
    }

    private mutating func tell(_ corruption: LogCorruption) throws(LogError) {
        guard damage == .skipped else { throw LogError(.corrupt, "\(corruption)", corruption: corruption) }
        skipped.append(corruption)
    }
}
