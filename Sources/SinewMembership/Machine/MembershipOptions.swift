// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// How a node takes part in the membership.
public struct MembershipOptions: Hashable, Sendable {
    /// How often hearts beat, and how long a silence it takes.
    public var heartbeat: HeartbeatOptions
    /// How long a word of ours keeps us from being dead to others, by whichever way it came; three times the
    /// heartbeat's time-to-live when nil, and never less than that. Our record is renewed three times as often.
    public var lifetime: Duration?
    /// How often a peer, chosen at random, is told what we know. 1 second, give or take a quarter.
    public var gossipInterval: Duration
    /// Endpoints at which some node of the same network may listen; tried again and again until one does. At most 64.
    public var seeds: [String]
    /// How long to wait before a seed is tried again: 0.5 to 10 seconds.
    public var seedBackoff: Backoff.Options
    /// The largest number of other members; further ones are refused and counted. 1024.
    public var maximumMembers: Int
    /// The largest number of tombstones; beyond it those go that would be forgotten first, and are counted. 1024.
    public var maximumTombstones: Int
    /// For how long it is remembered who left or died. 2 minutes; much longer than gossip can be on its way.
    public var tombstoneLifetime: Duration
    /// The largest size of an encoded message in bytes. 8 KiB, and at least that: one record always fits.
    public var maximumMessageBytes: Int
    /// The largest number of messages with records that answer one digest or pull; what is over is counted and comes
    /// with a later round. 8.
    public var maximumAnswerMessages: Int
    #if PlantedBugs
    package var plantedBug: PlantedBug?
    #endif

    /// Makes options; those left out have their defaults.
    ///
    /// - Parameters:
    ///   - heartbeat: How often hearts beat.
    ///   - lifetime: How long a word of ours keeps us from being dead to others.
    ///   - gossipInterval: How often a peer is told what we know.
    ///   - seeds: Endpoints at which some node of the same network may listen.
    ///   - seedBackoff: How long to wait before a seed is tried again.
    ///   - maximumMembers: The largest number of other members.
    ///   - maximumTombstones: The largest number of tombstones.
    ///   - tombstoneLifetime: For how long it is remembered who left or died.
    ///   - maximumMessageBytes: The largest size of an encoded message.
    ///   - maximumAnswerMessages: The largest number of messages with records that answer one digest or pull.
    public init(
        heartbeat: HeartbeatOptions = HeartbeatOptions(),
        lifetime: Duration? = nil,
        gossipInterval: Duration = .seconds(1),
        seeds: [String] = [],
        seedBackoff: Backoff.Options = .init(base: .seconds(1), cap: .seconds(10), smallest: .milliseconds(500)),
        maximumMembers: Int = 1024,
        maximumTombstones: Int = 1024,
        tombstoneLifetime: Duration = .seconds(120),
        maximumMessageBytes: Int = 8192,
        maximumAnswerMessages: Int = 8
    ) {
        self.heartbeat = heartbeat
        self.lifetime = lifetime
        self.gossipInterval = gossipInterval
        self.seeds = seeds
        self.seedBackoff = seedBackoff
        self.maximumMembers = maximumMembers
        self.maximumTombstones = maximumTombstones
        self.tombstoneLifetime = tombstoneLifetime
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumAnswerMessages = maximumAnswerMessages
    }

    /// The largest number of seeds.
    public static let maximumSeeds = 64
}
