// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// Machines, a network and time, run from one seed: the same seed and settings always give the same run.
///
/// One thread takes the next event in order of instant and entry, lets the machine that it is for make a step, carries
/// out its actions and lets the system look at all machines. There are two parts: first faults happen, for
/// ``SimulationSettings/steps`` steps; then all faults end, every node runs, and the system has
/// ``SimulationSettings/healing`` to recover.
///
/// ```swift
/// var simulation = Simulation(of: TokenRing(nodes: 5), settings: .swarm(seed: 42))
/// try simulation.run()
/// print(simulation.steps, simulation.tally, simulation.hash)
/// ```
///
/// For many seeds, and for reports of failures, see ``SimulationSuite``.
public struct Simulation<System: SimulatedSystem> {
    /// The machine of a node.
    public typealias Node = System.Node

    /// What is simulated.
    @inlinable public var system: System { world }
    /// What the run depends on.
    public let settings: SimulationSettings
    @usableFromInline var world: System
    @usableFromInline var cast: SimulatedNodes<Node>
    @usableFromInline var network: SimulatedNetwork
    @usableFromInline var queue = EventQueue<Node.Event>()
    @usableFromInline var deadlines: DeadlineTree
    @usableFromInline var local = LocalEvents<Node.Event>()
    /// What came for nodes while they stood still: slots of the queue.
    @usableFromInline var parked: [[UInt32]]
    /// Which connection between two nodes it is that stands, by lower and higher position; odd while one stands.
    @usableFromInline var connections: ContiguousArray<UInt32>
    /// When the latest notice of each direction comes, by sender and receiver; empty without connections.
    @usableFromInline var lastNotices: ContiguousArray<Int64>
    @usableFromInline let usesConnections: Bool
    @usableFromInline let maximumInFlight: Int
    @usableFromInline var time: Int64 = 0
    @usableFromInline var stepsSoFar = 0
    @usableFromInline var traceHash = TraceHash()
    @usableFromInline var startRandom: SeededRandom
    @usableFromInline var inputRandom: SeededRandom
    @usableFromInline var faultRandom: SeededRandom
    @usableFromInline var isHealing = false
    @usableFromInline var recent: EventLog<Node.Event>?

    /// Makes a run that has not begun.
    ///
    /// - Parameters:
    ///   - system: What is simulated.
    ///   - settings: What the run depends on.
    ///   - recentEvents: How many of the latest events are kept for ``recentEvents``; zero costs least.
    @inlinable
    public init(of system: System, settings: SimulationSettings, recentEvents: Int = 0) {
        self.init(of: system, settings: settings, recentEvents: recentEvents, isRecording: false)
    }

    @inlinable
    init(of system: System, settings: SimulationSettings, recentEvents: Int, isRecording: Bool) {
        var settings = settings
        if system.usesConnections { settings.faults.subtract([.drop, .duplicate, .reorder]) }
        let peers = system.peers
        cast = SimulatedNodes(peers: peers)
        precondition(!zip(cast.peers, cast.peers.dropFirst()).contains { $0 == $1 }, "two nodes have the same name")
        network = SimulatedNetwork(nodes: peers.count, settings: settings, isRecording: isRecording)
        deadlines = DeadlineTree(count: peers.count)
        parked = Array(repeating: [], count: peers.count)
        connections = ContiguousArray(repeating: 0, count: peers.count * peers.count)
        lastNotices = ContiguousArray(repeating: 0, count: system.usesConnections ? connections.count : 0)
        usesConnections = system.usesConnections
        maximumInFlight = min(max(settings.maximumInFlight, 1), EventQueue<Node.Event>.maximumCount - 4096)
        let random = SeededRandom(seed: settings.seed)
        startRandom = random.split(0x7374_6172_74)
        inputRandom = random.split(0x696E_7075_74)
        faultRandom = random.split(0x6661_756C_74)
        world = system
        recent = recentEvents > 0 ? EventLog(capacity: recentEvents) : nil
        self.settings = settings
    }

    /// The time of the simulation.
    @inlinable public var now: Instant { Instant(nanoseconds: time) }

    /// How many steps machines have made.
    @inlinable public var steps: Int { stepsSoFar }

    /// What the run was like, so far: equal for two runs that went the same way.
    @inlinable public var hash: TraceHash { traceHash }

    /// How often what has happened.
    public var tally: FaultTally { network.tally }

    /// The machines.
    @inlinable public var nodes: SimulatedNodes<Node> { cast }

    /// The latest events, oldest first, as text; empty unless some were to be kept.
    public var recentEvents: [String] { recent?.lines(names: cast.peers.map { "\($0)" }) ?? [] }

    /// The faults that have happened, if they were recorded.
    @inlinable var recordedFaults: [FaultOccurrence] { network.ledger.recorded }
    @inlinable var recordedFaultTimes: [Instant] { network.ledger.recordedTimes.map { Instant(nanoseconds: $0) } }
}

extension Simulation: Sendable where System: Sendable, Node: Sendable, Node.Event: Sendable {}
