// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Reads the records of a data frame, one after the other, without a copy and without an allocation.
///
/// ```swift
/// let head = try DataFrameHead(decoding: frame, maximumBytes: limit)
/// var reader = RecordReader(head)
/// while let record = try reader.next(in: frame) { … }
/// ```
///
/// Any bytes can be given: what is wrong with them is thrown, at the place where it is. After that the rest of the
/// frame cannot be read, and whoever sent it has broken the protocol.
public struct RecordReader: Sendable {
    /// How many records are left.
    public private(set) var left: UInt32
    /// The number of the record that comes next.
    public private(set) var number: UInt64
    /// How many bytes of the frame were read.
    public private(set) var offset: Int

    /// Begins with the first record.
    ///
    /// - Parameter head: The head of the frame.
    public init(_ head: DataFrameHead) {
        left = head.count
        number = head.first
        offset = DataFrameHead.encodedBytes
    }
}

extension RecordReader {
    /// Reads the next record.
    ///
    /// - Parameter frame: All bytes of the frame whose head it began with.
    /// - Returns: The record; nil when all were read. One of an unknown kind has all of its body as payload.
    /// - Throws: `CodecError` for what is no record, and after the last one for bytes behind it.
    public mutating func next(in frame: Span<UInt8>) throws(CodecError) -> Record? {
        guard left > 0 else {
            guard offset >= frame.count else { throw Self.fail(.trailingBytes, offset, "the end") }
            return nil
        }
        // Only of another frame than the one it began with.
        guard offset <= frame.count else { throw Self.fail(.truncated, offset, "a record") }
        var fields = FieldReader(offset: offset, end: frame.count)
        let end = try fields.length(in: frame)
        fields.end = end
        if let record = Self.plainMessage(in: frame, from: fields.offset, to: end) {
            pass(to: end)
            return record
        }
        var record = Record(Record.Kind(rawValue: try fields.byte(in: frame)))
        switch record.kind {
        case .message: try fields.readMessage(in: frame, into: &record)
        case .reply: try fields.readReply(in: frame, into: &record)
        case .cancel: try fields.readCancel(in: frame, into: &record)
        default: record.payload = FrameRange(fields.offset, end)
        }
        pass(to: end)
        return record
    }

    private mutating func pass(to end: Int) {
        offset = end
        left &-= 1
        number &+= 1
    }

    /// What nearly all records are: a message with a subject of at most 127 bytes, a payload, and nothing else. Nil for
    /// all others, and for what is wrong: they are read field by field.
    @inline(__always)
    private static func plainMessage(in frame: Span<UInt8>, from start: Int, to end: Int) -> Record? {
        guard start &+ 3 < end, frame[start] == Record.Kind.message.rawValue, frame[start &+ 1] == 0 else { return nil }
        let subject = start &+ 3
        let count = Int(frame[start &+ 2])
        guard count > 0, count < 0x80, subject &+ count <= end else { return nil }
        var record = Record(.message)
        record.subject = FrameRange(subject, subject &+ count)
        record.payload = FrameRange(subject &+ count, end)
        return record
    }

    @inline(never)
    static func fail(_ code: CodecError.Code, _ offset: Int, _ expected: StaticString) -> CodecError {
        CodecError(code: code, offset: offset, expected: "\(expected)")
    }
}
