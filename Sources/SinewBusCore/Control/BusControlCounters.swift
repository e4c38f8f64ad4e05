// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a ``BusControl`` did, refused and dropped since it was made. Each only grows, also over a restart.
public struct BusControlCounters: Hashable, Sendable {
    // MARK: Our own links

    /// Links that were begun.
    public internal(set) var opened: UInt64 = 0
    /// Links that the other end let in.
    public internal(set) var up: UInt64 = 0
    /// Links that were up, and broke.
    public internal(set) var broken: UInt64 = 0
    /// Links whose connections could not be made, or broke before the other end let them in.
    public internal(set) var failed: UInt64 = 0
    /// Links that were not let in in time.
    public internal(set) var timedOut: UInt64 = 0
    /// Links that the other end refused.
    public internal(set) var linkRefusals: UInt64 = 0
    /// Links given up for another one to the same process.
    public internal(set) var replacedLinks: UInt64 = 0
    /// Members without an endpoint, when one was to be tried.
    public internal(set) var withoutEndpoint: UInt64 = 0

    // MARK: The links of others to us

    /// Links that were let in.
    public internal(set) var inboundUp: UInt64 = 0
    /// Refusals that were sent.
    public internal(set) var refusals: UInt64 = 0
    /// Refusals that were not sent, because there were too many.
    public internal(set) var suppressedRefusals: UInt64 = 0
    /// Frames over links that are not let in.
    public internal(set) var unknownLinks: UInt64 = 0
    /// What came and was no frame.
    public internal(set) var undecodable: UInt64 = 0
    /// Frames of another version of the protocol.
    public internal(set) var otherVersions: UInt64 = 0
    /// Links over which more came than was granted.
    public internal(set) var floods: UInt64 = 0
    /// Frames for another process than this one.
    public internal(set) var forOtherProcess: UInt64 = 0
    /// Frames that nobody sends who keeps to the protocol; the link goes with them where that is needed.
    public internal(set) var contradictions: UInt64 = 0
    /// Frames, answers and reports that came too late to matter.
    public internal(set) var late: UInt64 = 0

    // MARK: Peers

    /// Processes for which there was no room.
    public internal(set) var refusedPeers: UInt64 = 0
    /// Processes that were no members, forgotten for their silence or to make room.
    public internal(set) var forgottenStrangers: UInt64 = 0
    /// Membership and interest messages that were not sent, because there was no link.
    public internal(set) var withoutLink: UInt64 = 0
    /// Positions that were told.
    public internal(set) var positions: UInt64 = 0
    /// Times that we did not run for so long that we became a new process.
    public internal(set) var restarts: UInt64 = 0

    init() {}
}
