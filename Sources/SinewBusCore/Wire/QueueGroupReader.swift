// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Goes through the names of queue groups that a message is for.
public struct QueueGroupReader: Sendable {
    private var left: UInt8
    private var pairs: PairReader

    /// Begins with the first.
    ///
    /// - Parameter record: A record that was read; one without groups has no names.
    public init(_ record: Record) {
        left = record.groupCount
        pairs = PairReader(record.groups)
    }

    /// The next name; nil when there are no more.
    ///
    /// - Parameter frame: The bytes of the frame that the record is of.
    public mutating func next(in frame: Span<UInt8>) -> FrameRange? {
        guard left > 0 else { return nil }
        left &-= 1
        return pairs.next(in: frame)
    }
}
