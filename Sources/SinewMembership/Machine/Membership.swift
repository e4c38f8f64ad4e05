// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Who is there, as one node sees it: heartbeats, suspicion, records with incarnations, and gossip, as one machine.
///
/// A full mesh: everybody pings everybody it has heard nothing better from, so each node judges by itself whom it can
/// hear. What it cannot hear itself it learns by gossip: each round, one peer chosen at random is told which versions
/// of which records are known here (anti-entropy, Demers et al. 1987); it sends what is newer and pulls what it lacks.
///
/// A member is *suspected* when it was silent for longer than it announced. It is *dead* when no word of it has come by
/// any way for its lifetime: records travel with what is left of their life, only their owner makes a newer version,
/// and a copy of a known version never lengthens anything.
///
/// Whoever can speak to a node is believed: which nodes those are is for the shell and its keys to say.
///
/// ```swift
/// var membership = try Membership(
///     id: id, incarnation: incarnation, content: content, options: .init(seeds: ["tcp://10.0.0.7:5555"]),
///     randomSeed: seed, at: now
/// )
/// membership.step(.tick, at: now, into: &actions)      // .connect(endpoint: "tcp://10.0.0.7:5555")
/// ```
public struct Membership: PeerMachine, Sendable {
    /// What can happen to it.
    public typealias Event = MembershipEvent
    /// What it wants done.
    public typealias Action = MembershipAction

    /// A seed, and how it goes with it.
    struct Seed: Sendable {
        let endpoint: String
        var backoff: Backoff
        var nextAttempt: Instant
        var peer: NodeID?
    }

    /// Our name.
    public let id: NodeID
    /// Which process of it we are.
    public let incarnation: Incarnation
    /// What was done and dropped.
    public internal(set) var statistics = MembershipStatistics()
    /// Who is there besides us, and who is gone.
    public internal(set) var view: MembershipView
    /// Our own record, in its newest version.
    public internal(set) var own: MemberRecord
    /// Whether we have left.
    public internal(set) var hasLeft = false

    let options: MembershipOptions
    /// Knows the same members as the view, in the same places.
    var detector: FailureDetector
    var progress = Progress()
    var seeds: [Seed]
    var random: SplitMix64
    var nextGossip: Instant
    var nextRenewal: Instant
    var supersededBy: Incarnation?

    /// Makes a node that knows of nobody; its first tick is due at once.
    ///
    /// - Parameters:
    ///   - id: Our name.
    ///   - incarnation: Which process of it we are: higher than all before, and not 0.
    ///   - content: What others should know of us.
    ///   - options: How to take part.
    ///   - randomSeed: Where our random choices begin: another for each node and process.
    ///   - now: The present instant.
    /// - Throws: ``MembershipError`` for the incarnation 0 or more than 64 seeds.
    public init(
        id: NodeID,
        incarnation: Incarnation,
        content: MemberContent = .empty,
        options: MembershipOptions = MembershipOptions(),
        randomSeed: UInt64,
        at now: Instant
    ) throws(MembershipError) {
        guard incarnation.rawValue > 0 else {
            throw MembershipError(code: .invalidIncarnation, advice: "take the time of day in nanoseconds, say")
        }
        guard options.seeds.count <= MembershipOptions.maximumSeeds else {
            throw MembershipError(code: .overLimit, advice: "give at most \(MembershipOptions.maximumSeeds) seeds")
        }
        let rules = HeartbeatRules(options)
        view = MembershipView(
            maximumMembers: options.maximumMembers,
            maximumTombstones: options.maximumTombstones,
            tombstoneLifetime: options.tombstoneLifetime
        )
        #if PlantedBugs
        view.plantedBug = options.plantedBug
        #endif
        let timeToLive = rules.timeToLive
        let usual = 3 * min(timeToLive, Int64.max / 3)
        let lifetime = min(max(timeToLive, options.lifetime?.wholeNanoseconds ?? usual), rules.largest)
        own = MemberRecord(
            id: id,
            incarnation: incarnation,
            timeToLive: .nanoseconds(timeToLive),
            lifetime: .nanoseconds(lifetime),
            content: content
        )
        self.id = id
        self.incarnation = incarnation
        self.options = options
        random = SplitMix64(seed: randomSeed)
        detector = FailureDetector(rules: rules, maximumPeers: options.maximumMembers, at: now)
        seeds = options.seeds.map {
            Seed(endpoint: $0, backoff: Backoff(options.seedBackoff), nextAttempt: now, peer: nil)
        }
        nextGossip = now
        nextRenewal = now.advanced(byNanoseconds: lifetime / 3)
        // Nodes that start together do not tick together; and the first tick is due at once.
        let phase = Int64.random(in: 0..<rules.sweepInterval, using: &random)
        detector.swept(at: now.advanced(byNanoseconds: -rules.sweepInterval - phase))
    }

    /// When the next tick is wanted; nil once we have left.
    public var nextDeadline: Instant? { hasLeft ? nil : detector.nextSweep }

    /// Takes in one event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: When; not before the instant of an earlier step.
    ///   - actions: Where what is to be done is appended, in order.
    /// - Complexity: O(log n) for a ping, O(n) for a tick, a digest, or a member that comes or goes.
    public mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        if case .received(let message, let peer) = event {
            return receive(message, from: peer, at: now, into: &actions)
        }
        guard !hasLeft else { return }
        switch event {
        case .tick: if now >= detector.nextSweep { sweep(at: now, into: &actions) }
        case .received: break
        case .connected(let endpoint, let peer): connected(endpoint, to: peer, at: now, into: &actions)
        case .heard(let peer, let incarnation):
            if detector.heard(peer, incarnation, at: now) { actions.append(.alive(peer, incarnation)) }
        case .sent(let peer): detector.sent(peer, at: now)
        case .progress(let progress): self.progress = progress
        case .announce(let content): announce(content, at: now, into: &actions)
        case .undecodable: statistics.undecodable += 1
        case .leave: leave(at: now, into: &actions)
        }
    }
}
