// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a node's membership has done, and what it has dropped, since it began.
///
/// `received` is always the sum of `handled` and ``dropped``.
public struct MembershipStatistics: Hashable, Sendable {
    /// Messages that came.
    public internal(set) var received: UInt64 = 0
    /// Messages that were for us, from a process that is not known to be gone.
    public internal(set) var handled: UInt64 = 0
    /// Messages dropped because a later process of the sender is known.
    public internal(set) var droppedFromEarlierProcess: UInt64 = 0
    /// Messages dropped because they were meant for another process that has or had our name.
    public internal(set) var droppedForOtherProcess: UInt64 = 0
    /// Messages dropped because their sender has left.
    public internal(set) var droppedAfterDeparture: UInt64 = 0
    /// Messages dropped because they bear our own name.
    public internal(set) var droppedFromOwnName: UInt64 = 0
    /// Messages dropped because we have left ourselves.
    public internal(set) var droppedAfterLeaving: UInt64 = 0
    /// Bytes that were no messages; they are not in `received`.
    public internal(set) var undecodable: UInt64 = 0
    /// Messages from nodes that are no members, also after what the messages brought. They count as handled; whoever
    /// did not send a record is asked for one.
    public internal(set) var strangers: UInt64 = 0

    /// Messages sent.
    public internal(set) var sent: UInt64 = 0
    /// Those of them that are pings.
    public internal(set) var pings: UInt64 = 0

    /// Records that brought something new.
    public internal(set) var recordsTaken: UInt64 = 0
    /// Records that were known already.
    public internal(set) var recordsKnown: UInt64 = 0
    /// Records refused because something newer is known.
    public internal(set) var recordsOutdated: UInt64 = 0
    /// Records refused because their process is known to be gone.
    public internal(set) var recordsBuried: UInt64 = 0
    /// Records refused because their life was over when they came, or because they name no process.
    public internal(set) var recordsExpired: UInt64 = 0
    /// Records refused because there are as many members as there may be.
    public internal(set) var recordsRefused: UInt64 = 0
    /// Records not sent with an answer because it had as many messages as it may have; a later round sends them.
    public internal(set) var recordsDeferred: UInt64 = 0
    /// Records of ours that others had in a newer version than we: we made a newer one still.
    public internal(set) var refutations: UInt64 = 0
    /// Records that say that a later process has our name, or that we left.
    public internal(set) var conflicts: UInt64 = 0

    /// Times that a process became a member.
    public internal(set) var joined: UInt64 = 0
    /// Members that left on purpose.
    public internal(set) var left: UInt64 = 0
    /// Members that died.
    public internal(set) var died: UInt64 = 0
    /// Times that a member was suspected.
    public internal(set) var suspected: UInt64 = 0

    /// Messages dropped, for all reasons.
    public var dropped: UInt64 {
        droppedFromEarlierProcess + droppedForOtherProcess + droppedAfterDeparture + droppedFromOwnName
            + droppedAfterLeaving
    }
}
