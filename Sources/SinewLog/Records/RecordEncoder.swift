// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects

/// Puts records into the body of a batch: see Documentation/log-format.md.
enum RecordEncoder {
    /// The longest payload, key, subject or header's value: what is longer than that belongs into a file.
    static let maximumPartBytes = 64 << 20

    /// Appends a record without anything but a payload: what nearly all are.
    static func append(payload: some Collection<UInt8>, offsetDelta: UInt32?, to body: inout [UInt8]) {
        let count = payload.count
        let delta = offsetDelta.map { varintBytes(UInt64($0)) } ?? 0
        body.append(varint: UInt64(1 + delta + count))
        body.append(0)
        if let offsetDelta { body.append(varint: UInt64(offsetDelta)) }
        body.append(contentsOf: payload)
    }

    /// Appends a record.
    static func append(_ entry: LogEntry, offsetDelta: UInt32?, appendTime: UInt64, to body: inout [UInt8]) {
        let flags = flags(of: entry)
        if flags.isEmpty { return append(payload: entry.payload, offsetDelta: offsetDelta, to: &body) }
        var head: [UInt8] = [flags.rawValue]
        if let offsetDelta { head.append(varint: UInt64(offsetDelta)) }
        if let timestamp = entry.timestamp { head.append(varint: zigzag(timestamp, from: appendTime)) }
        if let key = entry.key { append(key, to: &head) }
        if let subject = entry.subject { append(subject.bytes, to: &head) }
        if !entry.headers.isEmpty {
            head.append(varint: UInt64(entry.headers.count))
            for header in entry.headers {
                append(Array(header.name.utf8), to: &head)
                append(header.value, to: &head)
            }
        }
        body.append(varint: UInt64(head.count + entry.payload.count))
        body.append(contentsOf: head)
        body.append(contentsOf: entry.payload)
    }

    /// Fills a body up to a multiple of 8 bytes.
    static func pad(_ body: inout [UInt8], from start: Int) {
        while (body.count - start) % 8 != 0 { body.append(0) }
    }

    private static func flags(of entry: LogEntry) -> RecordFlags {
        var flags: RecordFlags = []
        if entry.key != nil { flags.insert(.key) }
        if entry.subject != nil { flags.insert(.subject) }
        if !entry.headers.isEmpty { flags.insert(.headers) }
        if entry.timestamp != nil { flags.insert(.timestamp) }
        if entry.isTombstone { flags.insert(.tombstone) }
        return flags
    }

    private static func append(_ bytes: some Collection<UInt8>, to head: inout [UInt8]) {
        head.append(varint: UInt64(bytes.count))
        head.append(contentsOf: bytes)
    }

    /// A difference in either direction as a number that is small when it is.
    private static func zigzag(_ value: UInt64, from origin: UInt64) -> UInt64 {
        let difference = Int64(truncatingIfNeeded: value &- origin)
        return UInt64(bitPattern: difference << 1 ^ difference >> 63)
    }
}
