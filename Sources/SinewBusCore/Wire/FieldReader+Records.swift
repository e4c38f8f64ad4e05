// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

extension FieldReader {
    mutating func readMessage(in frame: Span<UInt8>, into record: inout Record) throws(CodecError) {
        record.flags = try flags(of: .ofMessages, in: frame)
        guard !record.flags.contains(.groupsOnly) || record.flags.contains(.groups) else {
            throw RecordReader.fail(.invalidValue, offset - 1, "groups, as it is for groups only")
        }
        record.subject = try bytes(from: 1, to: Record.maximumSubjectBytes, in: frame)
        if record.flags.contains(.groups) { try readGroups(in: frame, into: &record) }
        if record.flags.contains(.request) {
            record.requestID = try varint(in: frame)
            let start = offset
            record.remainingMicroseconds = try varint(in: frame)
            guard record.remainingMicroseconds <= Record.maximumRemainingMicroseconds else {
                throw RecordReader.fail(.overflow, start, "microseconds of at most 2^63 nanoseconds")
            }
        }
        if record.flags.contains(.headers) { record.headers = try headers(in: frame) }
        record.payload = FrameRange(offset, end)
    }

    mutating func readReply(in frame: Span<UInt8>, into record: inout Record) throws(CodecError) {
        record.flags = try flags(of: .ofReplies, in: frame)
        record.requestID = try varint(in: frame)
        let start = offset
        record.status = Record.Status(rawValue: try varint(in: frame))
        if record.flags.contains(.failure) {
            guard record.status != .ok else { throw RecordReader.fail(.invalidValue, start, "the status of a failure") }
        } else {
            guard !record.status.isFailureOfTheBus else {
                throw RecordReader.fail(.invalidValue, start, "the status of an answer")
            }
        }
        guard record.status != .end || record.flags.contains(.last) else {
            throw RecordReader.fail(.invalidValue, start, "the last reply, as it is the end")
        }
        if record.flags.contains(.headers) { record.headers = try headers(in: frame) }
        record.payload = FrameRange(offset, end)
    }

    mutating func readCancel(in frame: Span<UInt8>, into record: inout Record) throws(CodecError) {
        record.requestID = try varint(in: frame)
        guard offset == end else { throw RecordReader.fail(.trailingBytes, offset, "the end of the record") }
    }

    private mutating func readGroups(in frame: Span<UInt8>, into record: inout Record) throws(CodecError) {
        let count = try count(from: 1, to: Record.maximumGroups, in: frame)
        record.groupCount = UInt8(truncatingIfNeeded: count)
        let first = offset
        var previous = FrameRange.none
        for _ in 0..<count {
            let place = offset
            let name = try bytes(from: 1, to: QueueGroup.maximumBytes, in: frame)
            guard Self.isGroupName(name, in: frame) else {
                throw RecordReader.fail(.invalidValue, place, "a queue group without white space")
            }
            guard previous.isEmpty || Self.isOrdered(previous, name, in: frame) else {
                throw RecordReader.fail(.unorderedKeys, place, "queue groups in ascending order")
            }
            previous = name
        }
        record.groups = FrameRange(first, offset)
    }

    private static func isGroupName(_ range: FrameRange, in frame: Span<UInt8>) -> Bool {
        for index in Int(range.start)..<range.end {
            switch frame[index] {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: return false
            default: continue
            }
        }
        return true
    }

    private static func isOrdered(_ left: FrameRange, _ right: FrameRange, in frame: Span<UInt8>) -> Bool {
        for index in 0..<Int(min(left.count, right.count)) {
            let (one, other) = (frame[Int(left.start) + index], frame[Int(right.start) + index])
            if one != other { return one < other }
        }
        return left.count < right.count
    }
}
