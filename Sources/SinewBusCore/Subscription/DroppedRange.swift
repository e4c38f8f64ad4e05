// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Messages of one publisher that a subscription dropped.
///
/// Of the numbers in ``sequences``, those that matched the subscription were dropped, all of them where ``isExact``.
/// The others were never the subscription's.
public struct DroppedRange: Hashable, Sendable {
    /// The process that published them.
    public let publisher: ProcessID
    /// From the first that was dropped to the last.
    public internal(set) var sequences: ClosedRange<UInt64>
    /// How many messages were dropped.
    public internal(set) var count: UInt64
    /// Whether all the subscription's messages in ``sequences`` were dropped. False where there were too many ranges to
    /// keep apart, so that this one was widened: some of its messages were delivered, and only ``count`` of them
    /// dropped.
    public internal(set) var isExact: Bool

    /// The node that published them.
    public var node: NodeID { publisher.node }
    /// Which process of that node.
    public var incarnation: Incarnation { publisher.incarnation }

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - publisher: The process that published the messages.
    ///   - sequences: From the first that was dropped to the last.
    ///   - count: How many were dropped.
    ///   - isExact: Whether all the subscription's messages in the range were dropped.
    public init(_ publisher: ProcessID, _ sequences: ClosedRange<UInt64>, count: UInt64, isExact: Bool = true) {
        self.publisher = publisher
        self.sequences = sequences
        self.count = count
        self.isExact = isExact
    }
}

extension DroppedRange: CustomStringConvertible {
    /// The publisher, the numbers and how many: `…#3...9 (4)`, with `about` where the range was widened.
    public var description: String {
        "\(publisher)#\(isExact ? "" : "about ")\(sequences.lowerBound)...\(sequences.upperBound) (\(count))"
    }
}
