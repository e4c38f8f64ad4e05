// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What an ``InterestExchange`` did not take in, by reason, and what it did again. Each only grows.
public struct InterestCounters: Hashable, Sendable {
    /// Messages of a peer that is not connected.
    public internal(set) var fromStrangers = 0
    /// Messages of another process of a peer than the one that is connected.
    public internal(set) var fromOtherIncarnations = 0
    /// Messages for another process of this node.
    public internal(set) var forOtherIncarnations = 0
    /// Messages that came too late to matter: repeated, or overtaken by others.
    public internal(set) var late = 0
    /// Changes that follow a version that is not here: something was lost in between.
    public internal(set) var gaps = 0
    /// Interests whose count or hash, or whose changes, do not agree with what is here: got anew.
    public internal(set) var mismatches = 0
    /// Messages that contradict themselves or what this node has said; nobody who keeps to the protocol sends them.
    public internal(set) var contradictions = 0
    /// Versions of a peer's interest that are larger than the limits, and were refused.
    public internal(set) var tooLarge = 0
    /// Subscriptions and their ends that were rejected.
    public internal(set) var rejectedSubscriptions = 0
    /// Peers that were rejected.
    public internal(set) var rejectedPeers = 0
    /// Peers that were away, and forgotten to make room.
    public internal(set) var displacedPeers = 0
    /// Versions of this node's interest that a peer refused.
    public internal(set) var refusals = 0
    /// Messages sent again because nothing had come back.
    public internal(set) var retransmissions = 0
    /// Snapshots begun for a peer, the first one or anew.
    public internal(set) var snapshots = 0
}
