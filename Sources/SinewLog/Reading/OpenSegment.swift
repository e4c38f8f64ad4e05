// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A segment whose bytes were read, and how far its batches were.
struct OpenSegment: Sendable {
    let name: String
    /// The name of the segment after it, and its header where that is sound.
    let nextName: String?
    let successor: SegmentHeader?
    /// Where the segment after it begins; 0 for none.
    private let provedEnd: UInt64
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
        successor = nextName.flatMap { try? log.header(of: $0) }
        provedEnd = nextName.map { LogFiles.baseOffset(of: $0) } ?? 0
        bytes = try log.read(name)
        header = try log.header(of: name, bytes)
        scan = SegmentScan(of: header, provedEnd: provedEnd, from: end)
    }

    /// The next sound batch.
    mutating func next() -> LogBatch? {
        let bytes = bytes
        guard let (position, batch) = scan.next(in: bytes.span) else { return nil }
        return LogBatch(batch, in: bytes, at: position + BatchHeader.encodedBytes)
    }

    /// Goes on behind damage.
    mutating func resume(at place: Int) -> Bool {
        guard let resumed = SegmentScan(of: header, provedEnd: provedEnd, at: place, in: bytes.span) else {
            return false
        }
        scan = resumed
        return true
    }
}
