// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewSubjects

/// A record as it was read. It refers to the bytes of its batch, and has none of its own.
public struct LogRecord: Sendable {
    /// A part of the batch's bytes.
    struct Part: Sendable {
        var start: UInt32 = 0
        var end: UInt32 = 0
    }

    let batch: LogBatch
    /// Its place among all records of the log.
    public let offset: UInt64
    /// When it happened, in nanoseconds since 1970: when it was appended, unless it says otherwise.
    public let timestamp: UInt64
    let flags: RecordFlags
    var keyPart = Part()
    var subjectPart = Part()
    var headersPart = Part()
    var payloadPart = Part()

    init(_ batch: LogBatch, offset: UInt64, timestamp: UInt64, flags: RecordFlags) {
        self.batch = batch
        self.offset = offset
        self.timestamp = timestamp
        self.flags = flags
    }

    private func bytes(_ part: Part) -> ArraySlice<UInt8> { batch.block[Int(part.start)..<Int(part.end)] }

    /// What was recorded.
    ///
    /// - Complexity: O(1): they are the bytes that were read.
    public var payload: ArraySlice<UInt8> { bytes(payloadPart) }

    /// The payload as text; bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: payload, as: UTF8.self) }

    /// What it is about; nil for none.
    public var key: ArraySlice<UInt8>? { flags.contains(.key) ? bytes(keyPart) : nil }

    /// The subject that it is found by; nil for none.
    public var subject: Subject? {
        flags.contains(.subject) ? try? Subject(bytes: Array(bytes(subjectPart))) : nil
    }

    /// What is said beside the payload.
    public var headers: [LogHeader] {
        guard flags.contains(.headers) else { return [] }
        return (try? RecordReader.headers(in: bytes(headersPart))) ?? []
    }

    /// Whether it says that its key has no value any more.
    public var isTombstone: Bool { flags.contains(.tombstone) }

    /// When it was appended, in nanoseconds since 1970; never goes back within a log.
    public var appendTime: UInt64 { batch.header.appendTime }

    /// The offset of the first record of its batch: what is damaged is damaged by batches.
    public var batchOffset: UInt64 { batch.header.baseOffset }

    /// The run of writers that appended it: with the offset it names a record for good, also where the end of a log was
    /// lost and written anew.
    public var epoch: UInt32 { batch.header.epoch }
}

extension LogRecord: CustomStringConvertible {
    /// The offset and the payload, for a log line.
    public var description: String { "\(offset): \(text)" }
}
