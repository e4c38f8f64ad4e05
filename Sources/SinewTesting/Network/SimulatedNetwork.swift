// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// A network between nodes, as a value: decides what becomes of each message, from a seed.
///
/// Nodes are named by their positions. Messages of a link arrive in the order in which they were sent, unless a fault
/// of the kind ``FaultKinds/reorder`` lets one be overtaken; those of a node's next process, too, come after those of
/// the one before. (A simulated connection that breaks takes its messages with it.) What befalls the n-th message of a
/// link depends on the seed, the link and n, and on nothing else. ``Simulation`` has one; for a loop of your own it
/// also works alone:
///
/// ```swift
/// var network = SimulatedNetwork(nodes: 3, settings: .swarm(seed: 7))
/// let delivery = network.send(from: 0, to: 2, at: now)
/// if let arrival = delivery.first { schedule(message, at: arrival) }
/// if let arrival = delivery.second { schedule(message, at: arrival) }
/// ```
///
/// Memory: 24 bytes for each ordered pair of nodes.
public struct SimulatedNetwork: Sendable {
    /// One direction between two nodes.
    @usableFromInline
    struct Link: Sendable {
        @usableFromInline var random: SeededRandom
        /// When the latest of the messages in order arrives.
        @usableFromInline var lastArrival: Int64 = 0
        @usableFromInline var sent: UInt32 = 0
        /// How many partitions close it.
        @usableFromInline var closed: UInt16 = 0

        @inlinable
        init(random: SeededRandom) { self.random = random }
    }

    /// The largest number of nodes.
    public static var maximumNodes: Int { 1024 }

    /// How many nodes there are.
    public let nodes: Int
    @usableFromInline var links: ContiguousArray<Link>
    /// Extra delay of what a node sends and receives, in nanoseconds.
    @usableFromInline var slowness: ContiguousArray<Int64>
    @usableFromInline var kinds: FaultKinds
    @usableFromInline var ledger: FaultLedger
    @usableFromInline let minimumDelay: Int64
    @usableFromInline let delayRange: UInt64
    @usableFromInline let longestSpike: UInt64
    // Rates as 16-bit thresholds: 65536 is always.
    @usableFromInline let dropRate: UInt64
    @usableFromInline let duplicateRate: UInt64
    @usableFromInline let spikeRate: UInt64
    @usableFromInline let reorderRate: UInt64

    /// A network in which every link works.
    ///
    /// - Parameters:
    ///   - nodes: How many nodes there are, 1...1024.
    ///   - settings: The seed, the delays, and which faults befall messages at which rates. Episodes of faults are
    ///     begun and ended by who uses the network.
    public init(nodes: Int, settings: SimulationSettings) {
        self.init(nodes: nodes, settings: settings, isRecording: false)
    }

    @usableFromInline
    init(nodes: Int, settings: SimulationSettings, isRecording: Bool) {
        precondition(1...Self.maximumNodes ~= nodes, "a simulation has 1 to \(Self.maximumNodes) nodes, not \(nodes)")
        self.nodes = nodes
        let random = SeededRandom(seed: settings.seed).split(0x6E65_7477)
        links = ContiguousArray((0..<nodes * nodes).lazy.map { Link(random: random.split(UInt64($0))) })
        slowness = ContiguousArray(repeating: 0, count: nodes)
        kinds = settings.faults
        ledger = FaultLedger(selection: settings.onlyFaults, isRecording: isRecording)
        minimumDelay = Self.bounded(settings.minimumDelay)
        delayRange = UInt64(max(0, Self.bounded(settings.maximumDelay) - minimumDelay))
        longestSpike = UInt64(max(0, settings.longestSpike.wholeNanoseconds))
        dropRate = Self.threshold(settings.dropRate)
        duplicateRate = Self.threshold(settings.duplicateRate)
        spikeRate = Self.threshold(settings.spikeRate)
        reorderRate = Self.threshold(settings.reorderRate)
    }

    /// What has happened so far.
    public var tally: FaultTally { ledger.tally }

    /// Decides what becomes of a message.
    ///
    /// - Parameters:
    ///   - sender: The position of the node that sends it.
    ///   - receiver: The position of the node that it is for.
    ///   - now: The time of the network, which never goes backwards.
    /// - Returns: When it arrives, and when a repetition does.
    /// - Complexity: O(1), without allocating.
    @inlinable
    public mutating func send(from sender: Int, to receiver: Int, at now: Instant) -> Delivery {
        let index = sender &* nodes &+ receiver
        ledger.tally.sent &+= 1
        let dice = links[index].random.next()
        let delayDice = links[index].random.next()
        let number = links[index].sent
        links[index].sent = number &+ 1
        if links[index].closed != 0 {
            ledger.tally.lostToPartitions &+= 1
            return .lost
        }
        // One random number lies in the range, as the high half of a product (Lemire 2019, without the rejection).
        var delay = minimumDelay &+ Int64(truncatingIfNeeded: (delayDice.multipliedFullWidth(by: delayRange)).high)
        delay = delay &+ slowness[sender] &+ slowness[receiver]
        let arrival = now.nanoseconds.addingClamped(delay)
        let hasDropped = dice & 0xFFFF < dropRate
        let isLucky = !hasDropped && dice >> 16 & 0xFFFF >= duplicateRate && dice >> 32 & 0xFFFF >= spikeRate
        if isLucky && dice >> 48 >= reorderRate || kinds.isDisjoint(with: .ofMessages) {
            let inOrder = max(arrival, links[index].lastArrival)
            links[index].lastArrival = inOrder
            return Delivery(first: inOrder)
        }
        return unlucky(dice, from: sender, to: receiver, number: UInt64(number), at: now.nanoseconds, delay: delay)
    }

    /// The message that the dice want something of.
    @usableFromInline
    mutating func unlucky(
        _ dice: UInt64,
        from: Int,
        to: Int,
        number: UInt64,
        at now: Int64,
        delay: Int64
    ) -> Delivery {
        let index = from * nodes + to
        // Drawn from a generator of its own, so that what happens to this message changes nothing for the next.
        var random = links[index].random.split(number)
        func happens(_ kind: FaultKinds, _ isWanted: Bool) -> Bool {
            isWanted && kinds.contains(kind) && ledger.admit(kind, from: from, to: to, number: number, at: now)
        }
        if happens(.drop, dice & 0xFFFF < dropRate) { return .lost }
        let spike = Int64(truncatingIfNeeded: random.next().multipliedFullWidth(by: longestSpike).high)
        let lateness = Int64(truncatingIfNeeded: random.next().multipliedFullWidth(by: longestSpike).high)
        let distance = Int64(truncatingIfNeeded: random.next().multipliedFullWidth(by: delayRange &* 4 | 1).high)
        var first = now.addingClamped(delay)
        if happens(.delaySpike, dice >> 32 & 0xFFFF < spikeRate) { first = first.addingClamped(spike) }
        let isOvertaken = happens(.reorder, dice >> 48 < reorderRate)
        if isOvertaken {
            first = first.addingClamped(distance)
        } else {
            first = max(first, links[index].lastArrival)
            links[index].lastArrival = first
        }
        guard happens(.duplicate, dice >> 16 & 0xFFFF < duplicateRate) else { return Delivery(first: first) }
        // Most repetitions follow soon; some come when everyone has forgotten about the message.
        let second = first.addingClamped(random.next() & 3 == 0 ? lateness : delay)
        if !kinds.contains(.reorder) { links[index].lastArrival = max(second, links[index].lastArrival) }
        return Delivery(first: first, second: second)
    }

    /// At most 208 days, so that the sum of a message's delays does not overflow.
    @usableFromInline
    static func bounded(_ duration: Duration) -> Int64 { min(max(0, duration.wholeNanoseconds), 1 << 54) }

    private static func threshold(_ rate: Double) -> UInt64 { UInt64(min(max(rate, 0), 1) * 65536) }
}
