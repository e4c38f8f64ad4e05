// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why a message was not sent to a peer that wanted it.
public enum DropReason: String, Hashable, Sendable, CaseIterable {
    /// As much waited for the peer as may wait.
    case full
    /// No link to the peer stood.
    case notLinked
    /// The link ended while the message waited to be sent.
    case linkLost
    /// The peer does not take frames of that size.
    case tooLarge
}

/// What the end of a link means for the messages of its data lane.
public struct LaneLoss: Hashable, Sendable {
    /// What was sent and is not known to have arrived; nil when everything is.
    public let inDoubt: ClosedRange<UInt64>?
    /// What was accepted and never sent, in order; without the messages that were dropped before. At most 256 ranges:
    /// what is beyond them is in the last one, those that were dropped before between them included.
    public let dropped: [ClosedRange<UInt64>]

    /// Whether nothing is lost.
    public var isEmpty: Bool { inDoubt == nil && dropped.isEmpty }
}

/// What a peer says, on a new link, of messages that were in doubt.
public struct LaneResolution: Hashable, Sendable {
    /// Those that did arrive.
    public let delivered: ClosedRange<UInt64>?
    /// Those that did not, and never will.
    public let lost: ClosedRange<UInt64>?
}
