// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Reads the records of a batch, one after the other, without a copy and without an allocation.
///
/// A batch whose checksum is right and whose records cannot be read was written by something else than this library:
/// that is thrown, at its place, and never trapped.
struct RecordReader: Sendable {
    private let batch: LogBatch
    private var place: Int
    private var number: UInt32 = 0
    private var nextDelta: UInt64 = 0

    var header: BatchHeader { batch.header }

    init(_ batch: LogBatch) {
        self.batch = batch
        place = batch.start
    }

    /// The next record; nil when all were read.
    mutating func next() throws(CodecError) -> LogRecord? {
        guard number < batch.header.recordCount else {
            try finish()
            return nil
        }
        let block = batch.block
        let bytes = block.span
        let start = place
        var fields = Fields(place: place, end: batch.end)
        let length = try fields.varint(in: bytes)
        guard length > 0, length <= UInt64(batch.end - fields.place) else {
            throw CodecError(code: .truncated, offset: start, expected: "all of a record")
        }
        fields.end = fields.place + Int(length)
        let record = try self.record(&fields, in: bytes)
        place = fields.end
        number &+= 1
        return record
    }

    private mutating func record(_ fields: inout Fields, in bytes: Span<UInt8>) throws(CodecError) -> LogRecord {
        let start = fields.place
        let flags = RecordFlags(rawValue: bytes[start])
        fields.place += 1
        guard flags.isSubset(of: .known) else {
            throw CodecError(code: .invalidValue, offset: start, expected: "flags that are known")
        }
        let offset = batch.header.baseOffset &+ (try delta(&fields, in: bytes))
        var timestamp = batch.header.appendTime
        if flags.contains(.timestamp) {
            let zigzag = try fields.varint(in: bytes)
            timestamp = timestamp &+ UInt64(bitPattern: Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1))
        }
        var record = LogRecord(batch, offset: offset, timestamp: timestamp, flags: flags)
        if flags.contains(.key) { record.keyPart = try fields.part(in: bytes) }
        if flags.contains(.subject) { record.subjectPart = try fields.part(in: bytes) }
        if flags.contains(.headers) { record.headersPart = try fields.headers(in: bytes) }
        record.payloadPart = LogRecord.Part(start: UInt32(fields.place), end: UInt32(fields.end))
        return record
    }

    /// How much further than the batch's first the offset is: each is higher than the one before.
    private mutating func delta(_ fields: inout Fields, in bytes: Span<UInt8>) throws(CodecError) -> UInt64 {
        guard batch.header.attributes.contains(.sparse) else { return UInt64(number) }
        let start = fields.place
        let delta = try fields.varint(in: bytes)
        guard delta >= nextDelta, delta <= UInt64(batch.header.lastOffsetDelta) else {
            throw CodecError(code: .invalidValue, offset: start, expected: "an offset within the batch")
        }
        nextDelta = delta + 1
        return delta
    }

    /// What is left is what fills the batch up.
    private func finish() throws(CodecError) {
        let block = batch.block
        let bytes = block.span
        guard batch.end - place < 8 else {
            throw CodecError(code: .trailingBytes, offset: place, expected: "the end of the batch")
        }
        for index in place..<batch.end where bytes[index] != 0 {
            throw CodecError(code: .trailingBytes, offset: index, expected: "zeros")
        }
    }

    /// The headers of a record, whose bytes were looked at before.
    static func headers(in bytes: ArraySlice<UInt8>) throws(CodecError) -> [LogHeader] {
        var reader = ByteReader(bytes)
        let count = try reader.readCount(maximum: LogHeader.maximumCount, minimumBytesEach: 2)
        var headers: [LogHeader] = []
        for _ in 0..<count {
            let name = try reader.readString(maximumBytes: LogHeader.maximumNameBytes)
            headers.append(LogHeader(name, try reader.readBytes(maximum: RecordEncoder.maximumPartBytes)))
        }
        try reader.finish()
        return headers
    }
}

/// How far the fields of one record have been read.
private struct Fields {
    var place: Int
    var end: Int

    mutating func varint(in bytes: Span<UInt8>) throws(CodecError) -> UInt64 {
        guard place < end else { throw CodecError(code: .truncated, offset: place, expected: "a varint") }
        let byte = bytes[place]
        guard byte >= 0x80 else {
            place &+= 1
            return UInt64(byte)
        }
        return try longVarint(in: bytes)
    }

    @inline(never)
    private mutating func longVarint(in bytes: Span<UInt8>) throws(CodecError) -> UInt64 {
        var reader = ByteReader((place..<min(end, place + 10)).map { bytes[$0] })
        let value: UInt64
        do throws(CodecError) {
            value = try reader.readVarint()
        } catch {
            throw CodecError(code: error.code, offset: place, expected: error.expected)
        }
        place += reader.offset
        return value
    }

    mutating func part(in bytes: Span<UInt8>) throws(CodecError) -> LogRecord.Part {
        let start = place
        let length = try varint(in: bytes)
        guard length <= UInt64(end - place) else {
            throw CodecError(code: .truncated, offset: start, expected: "\(length) bytes")
        }
        defer { place += Int(length) }
        return LogRecord.Part(start: UInt32(place), end: UInt32(place + Int(length)))
    }

    mutating func headers(in bytes: Span<UInt8>) throws(CodecError) -> LogRecord.Part {
        let start = place
        let count = try varint(in: bytes)
        guard (1...UInt64(LogHeader.maximumCount)).contains(count) else {
            throw CodecError(code: .overLimit, offset: start, expected: "1 to \(LogHeader.maximumCount) headers")
        }
        for _ in 0..<count {
            let name = try part(in: bytes)
            guard name.end - name.start <= UInt32(LogHeader.maximumNameBytes) else {
                throw CodecError(code: .overLimit, offset: start, expected: "names within their limit")
            }
            _ = try part(in: bytes)
        }
        return LogRecord.Part(start: UInt32(start), end: UInt32(place))
    }
}
