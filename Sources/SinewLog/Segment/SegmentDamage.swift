// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The first place of a segment where something else is than a batch that follows the one before.
public struct SegmentDamage: Hashable, Sendable {
    /// What it was taken for.
    public enum Kind: Hashable, Sendable {
        /// A write that was never finished, or was lost with its successors: nothing proves that it had been
        /// synchronised.
        case tornTail
        /// A batch further on proves that what was here had been synchronised.
        case corruption
        /// A batch whose checksum is right, and of which something is not known to this version: nothing is damaged.
        case unknownFormat
    }

    /// What it was taken for.
    public let kind: Kind
    /// Where it begins, in bytes.
    public let position: Int
    /// The records that are damaged; empty for a tail of which no record is known.
    public let offsets: Range<UInt64>
    /// Where the next sound batch begins, where there is one.
    public let nextSound: Int?
    /// What is wrong there.
    public let reason: String
}
