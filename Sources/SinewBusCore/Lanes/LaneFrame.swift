// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A frame that waits to be sent.
struct LaneFrame: Sendable {
    var bytes: [UInt8]
    /// The number of its last message, or of the last that was given up before it.
    let last: UInt64
    /// How many messages it has.
    let count: UInt32

    /// The numbers of its messages.
    var numbers: ClosedRange<UInt64>? { count > 0 ? last - UInt64(count) + 1...last : nil }
}
