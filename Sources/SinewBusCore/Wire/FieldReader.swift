// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Reads fields between two places of a frame, by their places. The end is never behind that of the frame.
struct FieldReader {
    var offset: Int
    var end: Int

    mutating func byte(in frame: Span<UInt8>) throws(CodecError) -> UInt8 {
        guard offset < end else { throw RecordReader.fail(.truncated, offset, "a byte") }
        defer { offset &+= 1 }
        return frame[offset]
    }

    /// An unsigned LEB128 number; nearly all have one byte or two.
    mutating func varint(in frame: Span<UInt8>) throws(CodecError) -> UInt64 {
        guard offset < end else { throw RecordReader.fail(.truncated, offset, "a varint") }
        let byte = frame[offset]
        guard byte >= 0x80 else {
            offset &+= 1
            return UInt64(byte)
        }
        if offset &+ 1 < end {
            let second = frame[offset &+ 1]
            if second > 0, second < 0x80 {
                offset &+= 2
                return UInt64(byte & 0x7F) | UInt64(second) << 7
            }
        }
        return try longVarint(in: frame)
    }

    @inline(never)
    private mutating func longVarint(in frame: Span<UInt8>) throws(CodecError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for index in offset..<end {
            let byte = frame[index]
            // Nine bytes hold 63 bits, and the tenth has room for one.
            guard shift < 63 || byte <= 1 else { throw RecordReader.fail(.overflow, offset, "a varint of 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            guard byte != 0 else { throw RecordReader.fail(.overlong, offset, "the shortest varint") }
            offset = index + 1
            return value
        }
        throw RecordReader.fail(.truncated, offset, "a varint")
    }

    /// The length of what follows; where that ends.
    mutating func length(in frame: Span<UInt8>) throws(CodecError) -> Int {
        let start = offset
        let length = try varint(in: frame)
        guard length <= UInt64(end - offset) else { throw RecordReader.fail(.truncated, start, "all of a record") }
        return offset + Int(length)
    }

    mutating func count(from least: Int, to most: Int, in frame: Span<UInt8>) throws(CodecError) -> Int {
        let start = offset
        let count = try varint(in: frame)
        guard count <= UInt64(most) else { throw RecordReader.fail(.overLimit, start, "a count within its limit") }
        guard count >= UInt64(least) else { throw RecordReader.fail(.invalidValue, start, "a count above 0") }
        return Int(count)
    }

    mutating func bytes(from least: Int, to most: Int, in frame: Span<UInt8>) throws(CodecError) -> FrameRange {
        let start = offset
        let length = try varint(in: frame)
        guard length <= UInt64(most) else { throw RecordReader.fail(.overLimit, start, "a length within its limit") }
        guard length >= UInt64(least) else { throw RecordReader.fail(.invalidValue, start, "bytes that are not none") }
        guard length <= UInt64(end - offset) else { throw RecordReader.fail(.truncated, start, "bytes") }
        let first = offset
        offset += Int(length)
        return FrameRange(first, offset)
    }

    mutating func flags(of allowed: Record.Flags, in frame: Span<UInt8>) throws(CodecError) -> Record.Flags {
        let start = offset
        let flags = Record.Flags(rawValue: try byte(in: frame))
        guard flags.isSubset(of: allowed) else { throw RecordReader.fail(.invalidValue, start, "known flags") }
        return flags
    }

    /// All headers with their count, which are looked at and stay where they are.
    mutating func headers(in frame: Span<UInt8>) throws(CodecError) -> FrameRange {
        let start = offset
        let count = try count(from: 1, to: Headers.maximumCount, in: frame)
        for _ in 0..<count {
            let place = offset
            let name = try bytes(from: 1, to: Headers.maximumNameBytes, in: frame)
            for index in Int(name.start)..<name.end {
                guard Headers.isAllowedInNames(frame[index]) else {
                    throw RecordReader.fail(.invalidValue, place, "a name of printable ASCII without a colon")
                }
            }
            _ = try bytes(from: 0, to: Headers.maximumValueBytes, in: frame)
            guard offset - start <= Headers.maximumBytes else {
                throw RecordReader.fail(.overLimit, start, "headers within their limit")
            }
        }
        return FrameRange(start, offset)
    }
}
