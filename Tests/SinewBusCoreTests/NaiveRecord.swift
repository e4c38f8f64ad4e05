// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import TestSupport
import Testing

/// A record as the document describes it, field by field and with copies of everything: what the reader and the writer
/// are compared with.
struct NaiveRecord: Hashable, CustomStringConvertible {
    struct Pair: Hashable {
        let name: [UInt8]
        let value: [UInt8]
    }

    var kind: UInt8
    var flags: UInt8 = 0
    var subject: [UInt8] = []
    var groups: [[UInt8]] = []
    var id: UInt64 = 0
    var remaining: UInt64 = 0
    var status: UInt64 = 0
    var headers: [Pair] = []
    var payload: [UInt8] = []

    var description: String {
        "\(kind) \(flags) \(subject) \(groups) \(id) \(remaining) \(status) \(headers.count) \(payload)"
    }
}

extension NaiveRecord {
    /// The record with its length.
    func encoded() throws -> [UInt8] {
        var body = ByteWriter(limit: 1 << 20)
        try body.writeUInt8(kind)
        switch kind {
        case 1:
            try body.writeUInt8(flags)
            try body.writeBytes(subject)
            if flags & 1 != 0 {
                try body.writeCount(groups.count)
                for group in groups { try body.writeBytes(group) }
            }
            if flags & 4 != 0 {
                try body.writeVarint(id)
                try body.writeVarint(remaining)
            }
        case 2:
            try body.writeUInt8(flags)
            try body.writeVarint(id)
            try body.writeVarint(status)
        case 3: try body.writeVarint(id)
        default: break
        }
        if flags & 2 != 0 {
            try body.writeCount(headers.count)
            for pair in headers {
                try body.writeBytes(pair.name)
                try body.writeBytes(pair.value)
            }
        }
        try body.writeRaw(payload)
        var record = ByteWriter(limit: 1 << 20)
        try record.writeBytes(body.bytes)
        return record.bytes
    }

    /// All records of a frame whose head is good.
    static func decode(_ frame: [UInt8], _ head: DataFrameHead) throws -> [NaiveRecord] {
        var reader = ByteReader(frame[DataFrameHead.encodedBytes...])
        var records: [NaiveRecord] = []
        for _ in 0..<head.count {
            var body = ByteReader(try reader.readBytes(maximum: .max))
            records.append(try NaiveRecord(&body))
            try body.finish()
        }
        try reader.finish()
        return records
    }

    private init(_ body: inout ByteReader) throws {
        self.init(kind: try body.readUInt8())
        switch kind {
        case 1:
            flags = try body.readUInt8()
            let isSound = flags & ~15 == 0 && (flags & 8 == 0 || flags & 1 != 0)
            guard isSound else { throw body.fail(.invalidValue, at: 0, "") }
            subject = Array(try body.readBytes(maximum: 4096))
            guard !subject.isEmpty else { throw body.fail(.invalidValue, at: 0, "") }
            if flags & 1 != 0 { try readGroups(&body) }
            if flags & 4 != 0 {
                id = try body.readVarint()
                remaining = try body.readVarint()
                guard remaining <= 9_223_372_036_854_775 else { throw body.fail(.overflow, at: 0, "") }
            }
        case 2:
            flags = try body.readUInt8()
            id = try body.readVarint()
            status = try body.readVarint()
            let isFailure = flags & 32 != 0
            let isSound = flags & ~50 == 0 && (isFailure ? status != 0 : !(1...4).contains(status))
            guard isSound, status != 5 || flags & 16 != 0 else { throw body.fail(.invalidValue, at: 0, "") }
        case 3:
            id = try body.readVarint()
            try body.finish()
        default: break
        }
        if flags & 2 != 0 { try readHeaders(&body) }
        payload = Array(try body.readRaw(body.remaining))
    }

    private mutating func readGroups(_ body: inout ByteReader) throws {
        for _ in 0..<(try body.readCount(maximum: 64)) {
            let name = Array(try body.readBytes(maximum: 255))
            _ = try QueueGroup(bytes: name)
            if let last = groups.last, !last.lexicographicallyPrecedes(name) {
                throw body.fail(.unorderedKeys, at: 0, "")
            }
            groups.append(name)
        }
        guard !groups.isEmpty else { throw body.fail(.invalidValue, at: 0, "") }
    }

    private mutating func readHeaders(_ body: inout ByteReader) throws {
        let before = body.remaining
        for _ in 0..<(try body.readCount(maximum: 64)) {
            let name = Array(try body.readBytes(maximum: 255))
            let isName = !name.isEmpty && name.allSatisfy { (33...126).contains($0) && $0 != 58 }
            guard isName else { throw body.fail(.invalidValue, at: 0, "") }
            headers.append(Pair(name: name, value: Array(try body.readBytes(maximum: 4096))))
        }
        guard !headers.isEmpty else { throw body.fail(.invalidValue, at: 0, "") }
        guard before - body.remaining <= 32_768 else { throw body.fail(.overLimit, at: 0, "") }
    }
}

extension NaiveRecord {
    /// What a reader found, taken out of the frame.
    init(_ record: Record, in frame: [UInt8]) {
        self.init(kind: record.kind.rawValue, flags: record.flags.rawValue)
        let bytes = frame.span
        subject = record.subject.array(in: bytes)
        var names = QueueGroupReader(record)
        while let name = names.next(in: bytes) { groups.append(name.array(in: bytes)) }
        id = record.requestID
        remaining = record.remainingMicroseconds
        status = record.status.rawValue
        var pairs = HeaderReader(record, in: bytes)
        while let pair = pairs.next(in: bytes) {
            headers.append(Pair(name: pair.name.array(in: bytes), value: pair.value.array(in: bytes)))
        }
        payload = record.payload.array(in: bytes)
    }

    /// Has the writer write it; an unknown kind is written as it is, as the writer knows none.
    func write(to frame: inout [UInt8]) throws {
        var headers = Headers()
        for pair in self.headers { try headers.append(String(decoding: pair.name, as: UTF8.self), bytes: pair.value) }
        let before = frame.count
        let size: Int
        switch kind {
        case 1:
            let groups = try self.groups.map { try QueueGroup(bytes: $0) }
            let request = flags & 4 == 0 ? nil : RecordWriter.Request(id: id, remainingMicroseconds: remaining)
            try RecordWriter.appendMessage(
                subject: subject.span,
                payload: payload.span,
                headers: headers,
                groups: groups,
                isForGroupsOnly: flags & 8 != 0,
                request: request,
                to: &frame
            )
            size = RecordWriter.messageBytes(
                subjectBytes: subject.count,
                payloadBytes: payload.count,
                headers: headers,
                groups: groups,
                request: request
            )
        case 2:
            let status = Record.Status(rawValue: status)
            try RecordWriter.appendReply(
                to: id,
                status: status,
                isLast: flags & 16 != 0,
                isFailure: flags & 32 != 0,
                headers: headers,
                payload: payload.span,
                to: &frame
            )
            size = RecordWriter.replyBytes(
                request: id,
                status: status,
                headers: headers,
                payloadBytes: payload.count
            )
        case 3:
            RecordWriter.appendCancellation(of: id, to: &frame)
            size = RecordWriter.cancellationBytes(request: id)
        default:
            let bytes = try encoded()
            frame += bytes
            size = bytes.count
        }
        #expect(frame.count - before == size, "\(self)")
    }
}
