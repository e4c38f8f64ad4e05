// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What one node says to another so as not to be silent.
///
/// It goes out at once or not at all: a ping that waits in a queue says nothing about now, and thousands of them replay
/// when a connection comes back.
public struct Ping: Hashable, Sendable {
    /// How long the sender may be silent before it is to be suspected, in nanoseconds; the receiver brings it within
    /// bounds of its own. (The sender knows how often it pings; so the two need not be configured alike. zenoh does it
    /// so.)
    public var timeToLiveNanoseconds: Int64
    /// How far the sender's work is.
    public var progress: Progress
    /// The newest version of the sender's own record.
    public var version: UInt64
    /// The version with which that record's content changed last: whoever has this one or a later one of the same
    /// incarnation has the content, and needs nothing but the version's number.
    public var contentVersion: UInt64
    /// Whether the sender wants to hear from the receiver at once.
    public var wantsReply: Bool

    /// Makes a ping.
    ///
    /// - Parameters:
    ///   - timeToLive: How long the sender may be silent, cut off to whole nanoseconds.
    ///   - progress: How far the sender's work is.
    ///   - version: The newest version of the sender's record, 0 where there are none.
    ///   - contentVersion: The version with which its content changed last.
    ///   - wantsReply: Whether the sender wants to hear from the receiver at once.
    public init(
        timeToLive: Duration,
        progress: Progress = Progress(),
        version: UInt64 = 0,
        contentVersion: UInt64 = 0,
        wantsReply: Bool = false
    ) {
        self.init(timeToLive.wholeNanoseconds, progress, version, contentVersion, wantsReply)
    }

    init(_ nanoseconds: Int64, _ progress: Progress, _ version: UInt64, _ contentVersion: UInt64, _ wantsReply: Bool) {
        timeToLiveNanoseconds = nanoseconds
        self.progress = progress
        self.version = version
        self.contentVersion = contentVersion
        self.wantsReply = wantsReply
    }
}
