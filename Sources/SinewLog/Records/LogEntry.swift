// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewSubjects

/// A record as it is appended.
///
/// ```swift
/// let receipt = try await log.append(LogEntry("book 7", key: "book-7", subject: "orders.new"))
/// ```
public struct LogEntry: Hashable, Sendable {
    /// What is recorded.
    public var payload: [UInt8]
    /// What it is about, where a later record of the same key takes the place of this one; nil for none.
    public var key: [UInt8]?
    /// The subject that it is found by; nil for none.
    public var subject: Subject?
    /// What is said beside the payload.
    public var headers: [LogHeader]
    /// When it happened, in nanoseconds since 1970; nil for when it is appended.
    public var timestamp: UInt64?
    /// Whether it says that its key has no value any more.
    public var isTombstone: Bool

    /// Makes a record of bytes.
    ///
    /// - Parameters:
    ///   - payload: What is recorded.
    ///   - key: What it is about.
    ///   - subject: The subject that it is found by.
    ///   - headers: What is said beside the payload.
    ///   - timestamp: When it happened, in nanoseconds since 1970.
    public init(
        _ payload: some Sequence<UInt8>,
        key: [UInt8]? = nil,
        subject: Subject? = nil,
        headers: [LogHeader] = [],
        timestamp: UInt64? = nil
    ) {
        self.payload = Array(payload)
        self.key = key
        self.subject = subject
        self.headers = headers
        self.timestamp = timestamp
        isTombstone = false
    }

    /// Makes a record of a text.
    ///
    /// - Parameters:
    ///   - text: What is recorded.
    ///   - key: What it is about.
    ///   - subject: The subject that it is found by.
    ///   - headers: What is said beside the payload.
    ///   - timestamp: When it happened, in nanoseconds since 1970.
    public init(
        _ text: String,
        key: String? = nil,
        subject: Subject? = nil,
        headers: [LogHeader] = [],
        timestamp: UInt64? = nil
    ) {
        self.init(text.utf8, key: key.map { Array($0.utf8) }, subject: subject, headers: headers, timestamp: timestamp)
    }

    /// About as many bytes as it takes in a log, and no fewer.
    var approximateBytes: Int {
        let headers = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.count + 20 }
        return payload.count + (key?.count ?? 0) + (subject?.bytes.count ?? 0) + headers + 64
    }

    /// Whether a part of it is longer than can be.
    var isTooLarge: Bool {
        let most = RecordEncoder.maximumPartBytes
        return payload.count > most || key?.count ?? 0 > most || headers.count > LogHeader.maximumCount
            || headers.contains {
                $0.value.count > most || !(1...LogHeader.maximumNameBytes).contains($0.name.utf8.count)
            } || approximateBytes > BatchHeader.maximumBodyBytes
    }

    /// Says that a key has no value any more.
    ///
    /// - Parameter key: The key.
    public static func tombstone(of key: [UInt8]) -> LogEntry {
        var entry = LogEntry([] as [UInt8], key: key)
        entry.isTombstone = true
        return entry
    }
}
