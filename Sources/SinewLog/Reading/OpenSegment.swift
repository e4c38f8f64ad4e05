// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A segment whose bytes were read, and how far its batches were.
struct OpenSegment: Sendable {
    let name: String
    /// The name and the header of the segment after it.
    let nextName: String?
    let successor: SegmentHeader?
    /// Everything below could be seen when the bytes were read; what is beyond may be something else by now.
    let visible: UInt64
    private let bytes: [UInt8]
    private let header: SegmentHeader
    private(set) var scan: SegmentScan

    var isLast: Bool { nextName == nil }
    var byteCount: Int { bytes.count }

    /// Reads a segment. It was synchronised before the one after it was made, which says how it ended.
    init(
        _ name: String,
        followedBy nextName: String?,
        in log: LogFiles,
        from end: LogEnd?,
        visible: UInt64
    ) throws(LogError) {
        self.name = name
        self.visible = visible
        self.nextName = nextName
        successor = if let nextName { try log.header(of: nextName) } else { nil }
        bytes = try log.read(name)
        header = try log.header(of: name, bytes)
        scan = SegmentScan(of: header, provedEnd: successor?.baseOffset ?? 0, from: end)
    }

    /// The next sound batch.
    mutating func next() -> LogBatch? {
        let bytes = bytes
        guard let (position, batch) = scan.next(in: bytes.span) else { return nil }
        return LogBatch(batch, in: bytes, at: position + BatchHeader.encodedBytes)
    }

    /// Goes on behind damage.
    mutating func resume(at place: Int) -> Bool {
        let proved = successor?.baseOffset ?? 0
        guard let resumed = SegmentScan(of: header, provedEnd: proved, at: place, in: bytes.span) else { return false }
        scan = resumed
        return true
    }
}
