// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What is in a record besides its payload; the bits are those on the disk.
struct RecordFlags: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let key = RecordFlags(rawValue: 1)
    static let subject = RecordFlags(rawValue: 2)
    static let headers = RecordFlags(rawValue: 4)
    static let timestamp = RecordFlags(rawValue: 8)
    static let tombstone = RecordFlags(rawValue: 16)

    static let known: RecordFlags = [.key, .subject, .headers, .timestamp, .tombstone]
}
