// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
import SinewMembership

/// Who is there, who wants what, and over which links it is said: the bus without its messages, as one machine.
///
/// It joins a `Membership`, an `InterestExchange` and the links: a node opens one link to each other process that
/// it knows, by the seeds or by gossip, and lets one of each in. What it says goes over its own link, so two nodes
/// talk once each has a link to the other. A link that breaks is never mended: another with a higher number takes its
/// place after a back-off, as long as the peer is a member.
///
/// The shell performs the actions over sockets, and the simulation over its network; neither decides anything. Data
/// is none of this machine's business but for the positions that tell a sender how far its receiver is.
///
/// ```swift
/// var control = try BusControl(
///     cluster: "shop", name: "orders-1", id: NodeID(cluster: "shop", name: "orders-1"), incarnation: incarnation,
///     endpoints: ["tcp://10.0.0.8:5555"], options: BusOptions(membership: .init(seeds: ["tcp://10.0.0.7:5555"])),
///     randomSeed: seed, at: now
/// )
/// control.step(.tick, at: now, into: &actions)             // .open(1, endpoint: "tcp://10.0.0.7:5555")
/// control.step(.opened(1), at: now, into: &actions)        // .send(hello, on: 1)
/// control.step(.answered(welcome, on: 1), at: now, into: &actions)     // .linkUp(1, peer, received: nil), …
/// ```
public struct BusControl: Machine, Sendable {
    /// What can happen to it.
    public typealias Event = BusControlEvent
    /// What it wants done.
    public typealias Action = BusControlAction

    /// The cluster that the node belongs to.
    public let cluster: String
    /// What the node is called.
    public let name: String
    /// The node's name among others.
    public let id: NodeID
    /// Which process of the node this is; a higher one after ``BusControlAction/restarted(_:)``.
    public internal(set) var incarnation: Incarnation
    /// The limits and times, brought into line with each other.
    public let options: BusOptions
    /// What was done, refused and dropped.
    public internal(set) var counters = BusControlCounters()

    var membership: Membership
    var interest: InterestExchange
    /// In the order of their names.
    var peers: [PeerEntry] = []
    /// In the order of their numbers.
    var links: [OutboundLink] = []
    var seeds: [BusSeed]
    var timers = Deadlines<BusTimer>()
    var limiter: RefusalLimiter
    var subscriptions = LocalSubscriptions()
    var progress = Progress()
    var chance: SplitMix64
    var lastNumber: UInt32 = 0
    var steppedAt: Instant
    var hasLeft = false
    var startUp: StartUp
    /// The highest incarnation that took our name, as far as was said.
    var supersededBy: Incarnation?

    /// Makes a node that knows of nobody; its first tick is due at once.
    ///
    /// - Parameters:
    ///   - cluster: The cluster that it belongs to: 1 to 64 bytes of UTF-8.
    ///   - name: What it is called: 1 to 64 bytes of UTF-8.
    ///   - id: Its name among others: `NodeID(cluster:name:)` where there is no key.
    ///   - incarnation: Which process of it this is: higher than all before, and not 0.
    ///   - endpoints: Where others can reach it, the best first.
    ///   - options: The limits and times.
    ///   - randomSeed: Where its random choices begin: another for each node and process.
    ///   - now: The present instant.
    /// - Throws: ``BusControlError`` for a name, an endpoint or a seed that cannot be, and for the incarnation 0.
    public init(
        cluster: String,
        name: String,
        id: NodeID,
        incarnation: Incarnation,
        endpoints: [String],
        options: BusOptions = BusOptions(),
        randomSeed: UInt64,
        at now: Instant
    ) throws(BusControlError) {
        let longest = Greeting.maximumNameBytes
        guard (1...longest).contains(cluster.utf8.count) else {
            throw BusControlError(.invalidCluster, "'\(cluster)': use 1 to \(longest) bytes of UTF-8")
        }
        guard (1...longest).contains(name.utf8.count) else {
            throw BusControlError(.invalidName, "'\(name)': use 1 to \(longest) bytes of UTF-8")
        }
        let options = options.normalized
        var chance = SplitMix64(seed: randomSeed)
        do {
            let content = try Self.content(name: name, endpoints: endpoints)
            membership = try Membership(
                id: id,
                incarnation: incarnation,
                content: content,
                options: options.membership,
                randomSeed: chance.next(),
                at: now
            )
        } catch {
            throw BusControlError(error)
        }
        interest = InterestExchange(
            node: id,
            incarnation: incarnation,
            options: options.interest,
            seed: chance.next()
        )
        self.cluster = cluster
        self.name = name
        self.id = id
        self.incarnation = incarnation
        self.options = options
        self.chance = chance
        seeds = options.membership.seeds.map { BusSeed(endpoint: $0) }
        startUp = StartUp(isOver: seeds.isEmpty)
        limiter = RefusalLimiter(maximum: options.maximumRefusals, interval: options.refusalInterval)
        steppedAt = now
    }

    /// When the next tick is wanted; nil once the node has left.
    public var nextDeadline: Instant? {
        guard !hasLeft else { return nil }
        var next = membership.nextDeadline ?? .distantFuture
        if let due = interest.nextDeadline { next = min(next, due) }
        if let due = timers.next { next = min(next, due) }
        return next
    }

    /// Takes in one event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: When; not before the instant of an earlier step.
    ///   - actions: Where what is to be done is appended, in order.
    /// - Complexity: O(log n) in the number of peers for positions, signs of life and pings; O(n) for a tick, a change
    ///   of our interest, and a peer that comes or goes.
    public mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        guard !hasLeft else { return afterLeaving(event, now, &actions) }
        if hasBeenAway(at: now) || lastNumber == .max { restart(now, &actions) }
        steppedAt = now
        switch event {
        case .tick: tick(now, &actions)
        case .received(let frame, let link): receive(frame, from: link, now, &actions)
        case .otherVersion(let version, let link): otherVersion(version, from: link, now, &actions)
        case .undecodable(let link): undecodable(from: link, now, &actions)
        case .flooded(let link): flooded(link, now, &actions)
        case .unknownLink(let link): unknownLink(link, now, &actions)
        case .accepted(let link, let received): accepted(link, received, now, &actions)
        case .position(let link, let received, let granted): position(link, received, granted, now, &actions)
        case .heard(let link): heard(link, now, &actions)
        case .opened(let number): opened(number, now, &actions)
        case .closed(let number): closed(number, now, &actions)
        case .answered(let frame, let number): answered(frame, on: number, now, &actions)
        case .subscribe(let interest): subscribe(interest, now, &actions)
        case .unsubscribe(let interest): unsubscribe(interest, now, &actions)
        case .announce(let attributes): announce(attributes, now, &actions)
        case .progress(let progress): report(progress, now, &actions)
        case .leave: leave(now, &actions)
        }
    }

    /// All that is due: of the members, of the interest, and of our own.
    private mutating func tick(_ now: Instant, _ actions: inout Actions<Action>) {
        membershipStep(.tick, now, &actions)
        interestStep(.tick, now, &actions)
        // Each at most once: at the last instant there is, what is set anew is due at once.
        for _ in 0..<timers.count {
            guard let (timer, _) = timers.popExpired(at: now) else { return }
            switch timer.kind {
            case .handshake: timedOut(timer.number, now, &actions)
            case .dial: dial(timer.node, now, &actions)
            case .position: tellPosition(to: timer.node, &actions)
            case .stranger: lookAfterStranger(timer.node, now, &actions)
            case .startUp: endStartUp(&actions)
            }
        }
    }
}
