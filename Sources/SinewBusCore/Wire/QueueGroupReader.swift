// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewMembership

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

extension Record {
    /// Whether it is for a queue group: its name is compared where it is.
    ///
    /// - Parameters:
    ///   - group: The group.
    ///   - frame: The bytes of the frame that the record is of.
    /// - Complexity: O(*g*) for *g* groups of the record.
    public func isFor(_ group: QueueGroup, in frame: Span<UInt8>) -> Bool {
        var reader = QueueGroupReader(self)
        while let name = reader.next(in: frame) {
            if name.hasBytes(group.bytes.span, in: frame) { return true }
        }
        return false
    }
}
