// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Where a log ends, and what the next batch has to agree with.
public struct LogEnd: Hashable, Sendable {
    /// Where the segment ends, in bytes.
    public var position: Int
    /// The offset of the next record.
    public var nextOffset: UInt64
    /// The header's checksum of the last batch.
    public var chain: UInt32
    /// The highest epoch.
    public var epoch: UInt32
    /// The highest append time.
    public var appendTime: UInt64
    /// The highest proof in a batch: everything below this offset had been synchronised when that was written.
    public var provedEnd: UInt64
    /// Whether nothing can have been appended after it: the last batch says that the writer was closed, or the log has
    /// just been made.
    public var isClosed: Bool

    /// The end of a segment without batches.
    ///
    /// - Parameter header: The segment's header.
    public init(of header: SegmentHeader) {
        position = SegmentHeader.encodedBytes
        nextOffset = header.baseOffset
        chain = header.chain
        epoch = header.epoch
        appendTime = UInt64(header.created) * 1_000_000_000
        provedEnd = header.baseOffset
        isClosed = false
    }

    /// The end is after one more batch.
    ///
    /// - Parameters:
    ///   - header: The batch's header.
    ///   - checksum: The header's checksum.
    mutating func pass(_ header: BatchHeader, checksum: UInt32) {
        position += header.totalBytes
        nextOffset = max(nextOffset, header.nextOffset)
        chain = checksum
        epoch = max(epoch, header.epoch)
        appendTime = max(appendTime, header.appendTime)
        provedEnd = max(provedEnd, header.durableEnd)
        isClosed = header.attributes.contains(.closing)
    }
}
