// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
package import SinewMembership
package import SinewTesting

/// Up to 50 nodes that find each other through seeds, leave, die, come back as other processes, and change what they
/// say of themselves.
package struct MembershipSystem: SimulatedSystem {
    package typealias Node = MembershipNode

    package let peers: [NodeID]
    /// What each node announces; they need not be alike.
    let timesToLive: [Int64]
    let seedCount: Int
    let tombstoneLifetime = Duration.seconds(60)
    /// How much longer than its lifetime a member can stay in a view, by what happens to messages and clocks.
    let allowance: Int64
    /// When each node last made a step, as which process, and with which version of its record.
    var lastSteps: ContiguousArray<(at: Int64, moment: MembershipMoment)>
    /// The same of the process before that one, when it ended.
    var ended: ContiguousArray<(at: Int64, moment: MembershipMoment)>
    #if PlantedBugs
    var plantedBug: PlantedBug?
    #endif

    /// How a member's life is set: three times what it announces.
    static let lifetimes: Int64 = 3

    init(settings: SimulationSettings, nodes: Int?) {
        (peers, timesToLive, seedCount, allowance) = Self.draw(settings, nodes)
        lastSteps = ContiguousArray(repeating: (0, MembershipMoment()), count: peers.count)
        ended = lastSteps
    }

    private static func draw(_ settings: SimulationSettings, _ nodes: Int?) -> ([NodeID], [Int64], Int, Int64) {
        var random = SeededRandom(seed: settings.seed).split(0x6D_656D_6265_72)
        let few = Int.random(in: 2...9, using: &random)
        let many = Int.random(in: 0..<16, using: &random) == 0 ? Int.random(in: 10...50, using: &random) : few
        let count = nodes ?? many
        let times = (0..<count).map { _ in Int64.random(in: 200...1600, using: &random) * 1_000_000 }
        let seeds = min(count, Int.random(in: 1...3, using: &random))
        // A word can be under way for long at each hop that it makes, and lie at a node that stands still.
        var hop = settings.maximumDelay
        if !settings.faults.isDisjoint(with: [.delaySpike, .duplicate]) { hop += settings.longestSpike }
        if settings.faults.contains(.slowNode) { hop += settings.slowness * 10 }
        if settings.faults.contains(.pause) { hop += settings.pauses.duration * 4 }
        return ((0..<count).map(MembershipNode.id), times, seeds, (hop * 8).wholeNanoseconds)
    }

    package mutating func start(
        _ peer: NodeID,
        run: Int,
        at now: Instant,
        using random: inout SeededRandom
    ) -> MembershipNode {
        let position = MembershipNode.position(of: peer)
        let timeToLive = Duration.nanoseconds(timesToLive[position])
        // Some never come back; not the seeds, without which nobody finds the others.
        let isDead = run > 0 && position >= seedCount && Int.random(in: 0..<4, using: &random) == 0
        var options = MembershipOptions(
            heartbeat: HeartbeatOptions(timeToLive: timeToLive, stallTimeout: timeToLive * 2),
            lifetime: timeToLive * Int(Self.lifetimes),
            gossipInterval: .milliseconds(200),
            seeds: (0..<seedCount).map(Self.endpoint),
            seedBackoff: .init(base: .milliseconds(100), cap: .seconds(2), smallest: .milliseconds(20)),
            tombstoneLifetime: tombstoneLifetime
        )
        #if PlantedBugs
        options.plantedBug = plantedBug
        #endif
        // A heartbeat of its own for each time-to-live; everything else as it comes.
        options.heartbeat.pingInterval = timeToLive / 4
        guard
            let membership = try? Membership(
                id: peer,
                incarnation: Incarnation(rawValue: UInt64(run) + 1),
                content: Self.content(UInt64(run)),
                options: options,
                randomSeed: random.next(),
                at: now
            )
        else { preconditionFailure("these options are valid") }
        return MembershipNode(
            membership,
            timesToLive: timesToLive,
            tombstoneLifetime: tombstoneLifetime,
            isDead: isDead,
            at: now
        )
    }

    package mutating func nextInput(
        at now: Instant,
        using random: inout SeededRandom
    ) -> (peer: NodeID, event: MembershipEvent)? {
        let position = Int.random(in: 0..<peers.count, using: &random)
        switch Int.random(in: 0..<64, using: &random) {
        case 0: return position < seedCount ? nil : (peers[position], .leave)
        case 1..<16: return (peers[position], .announce(Self.content(random.next())))
        case 16..<32:
            let progress = Progress(completed: random.next() & 3, isWorkWaiting: Bool.random(using: &random))
            return (peers[position], .progress(progress))
        case 32..<40: return (peers[position], .undecodable)
        default: return nil
        }
    }

    package mutating func perform(
        _ action: MembershipAction,
        of peer: NodeID,
        at now: Instant,
        events: inout LocalEvents<MembershipEvent>
    ) {
        guard case .connect(let endpoint) = action else { return }
        guard let seed = (0..<seedCount).first(where: { Self.endpoint($0) == endpoint }) else { return }
        events.schedule(.connected(endpoint: endpoint, to: peers[seed]), after: .milliseconds(1))
    }

    package func trace(_ event: MembershipEvent, into hash: inout TraceHash) {
        if case .received(let message, _) = event {
            hash.combine(message.sender.rawValue << 32 ^ (message.destination?.rawValue ?? 0))
            if case .ping(let ping) = message.body { hash.combine(ping.version) }
        }
    }

    static func endpoint(_ position: Int) -> String { "seed-\(position)" }

    static func content(_ number: UInt64) -> MemberContent {
        guard let content = try? MemberContent(endpoints: ["tcp://10.0.0.1:\(number % 65_536)"]) else { return .empty }
        return content
    }
}
