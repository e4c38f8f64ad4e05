// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Everything that a run depends on, apart from the system: the seed, the faults and their rates, the limits.
///
/// ``swarm(seed:faults:tempo:)`` draws them from a seed. Times are those of the simulation.
public struct SimulationSettings: Hashable, Sendable {
    /// Where everything random comes from.
    public var seed: UInt64
    /// The kinds of faults that happen. The default is none.
    public var faults: FaultKinds

    /// The least time that a message takes. 100 µs by default.
    public var minimumDelay: Duration = .microseconds(100)
    /// The longest time that a message takes, unless a fault befalls it. 2 ms by default.
    public var maximumDelay: Duration = .milliseconds(2)
    /// The part of the messages that is dropped, 0...1 in steps of 1/65536. 0.05 by default.
    public var dropRate = 0.05
    /// The part of the messages that comes twice. 0.05 by default.
    public var duplicateRate = 0.05
    /// The part of the messages that takes much longer. 0.01 by default.
    public var spikeRate = 0.01
    /// The longest time that such a message takes in addition. 1 s by default.
    public var longestSpike: Duration = .seconds(1)
    /// The part of the messages that others may overtake. 0.1 by default.
    public var reorderRate = 0.1

    /// Partitions, of each kind that happens.
    public var partitions = FaultTiming(every: .seconds(4), lasting: .seconds(1))
    /// Slow nodes.
    public var slowNodes = FaultTiming(every: .seconds(4), lasting: .seconds(1))
    /// How much longer each message from and to a slow node takes. 50 ms by default.
    public var slowness: Duration = .milliseconds(50)
    /// Nodes that stand still.
    public var pauses = FaultTiming(every: .seconds(4), lasting: .seconds(1))
    /// Nodes that end; the duration is how long they are away. A quarter starts again within a hundredth of it.
    public var crashes = FaultTiming(every: .seconds(4), lasting: .seconds(1))
    /// Ends of all nodes; the duration is how long each is away.
    public var fullRestarts = FaultTiming(every: .seconds(30), lasting: .seconds(1))
    /// Clocks that jump forward; the duration is how far.
    public var clockJumps = FaultTiming(every: .seconds(10), lasting: .seconds(1))
    /// How many millionths a clock is too fast or too slow at most; at most 500 000. 1000 by default.
    public var maximumSkew = 1000
    /// The longest time until a node hears of a link that came or went. 10 ms by default.
    public var linkNotice: Duration = .milliseconds(10)

    /// The mean time until the workload is asked again; times lie between nothing and twice that. 10 ms by default.
    public var inputInterval: Duration = .milliseconds(10)
    /// How many inputs there are at most. No limit by default.
    public var maximumInputs = Int.max
    /// Whether the workload goes on after the faults have ended. The default is false.
    public var hasInputsWhileHealing = false

    /// How many steps of machines the part with faults has. 20 000 by default.
    public var steps = 20_000
    /// How long the part with faults lasts at most. An hour by default.
    public var longestRun: Duration = .seconds(3600)
    /// How long the system has to recover after it. One minute by default; zero leaves this part out.
    public var healing: Duration = .seconds(60)
    /// How many messages and other events may be under way, below 16 million. What is more is counted and lost.
    public var maximumInFlight = 100_000

    /// The only faults that may happen, of those that the seed and ``faults`` want; nil for all. This is how a shrunk
    /// run is repeated. ``FaultKinds/reorder`` as a kind decides also whether repetitions keep the order.
    public var onlyFaults: [FaultOccurrence]?

    /// Settings with these faults at the default rates.
    ///
    /// - Parameters:
    ///   - seed: Where everything random comes from.
    ///   - faults: The kinds of faults that happen.
    public init(seed: UInt64, faults: FaultKinds = []) {
        self.seed = seed
        self.faults = faults
    }
}

extension SimulationSettings {
    /// Settings drawn from the seed: each kind of fault is on or off, and its rates are anything from mild to wild.
    ///
    /// A run in which only some kinds happen finds faults that one with all of them hides (Groce, Zhang, Eide, Chen,
    /// Regehr: Swarm testing, 2012). Of 16 seeds one has no faults at all. Loss and repetition reach 30 and 50 per
    /// cent, as in TigerBeetle's simulator.
    ///
    /// - Parameters:
    ///   - seed: Where everything random comes from, these settings too.
    ///   - faults: The kinds of which some happen.
    ///   - tempo: How long the system's own timeouts are. Messages take up to half of it, and episodes last from a
    ///     tenth to twenty times as long, so that faults come both faster and slower than the system reacts.
    /// - Returns: The settings; adjust the limits as you like.
    public static func swarm(
        seed: UInt64,
        faults: FaultKinds = .all,
        tempo: Duration = .milliseconds(100)
    ) -> SimulationSettings {
        var random = SeededRandom(seed: seed).split(0x7377_6172_6D)
        /// Between two multiples of the tempo; each order of magnitude is as likely as the others.
        func scaled(_ least: Int, _ most: Int) -> Duration {
            var choices: [Int] = []
            var choice = least
            while choice < most {
                choices.append(choice)
                choice *= 2
            }
            let low = choices[Int.random(in: choices.indices, using: &random)]
            return tempo * Int.random(in: low...min(low * 2, most), using: &random) / 1000
        }
        func timing() -> FaultTiming { FaultTiming(every: scaled(5_000, 100_000), lasting: scaled(100, 20_000)) }
        var settings = SimulationSettings(seed: seed)
        let isCalm = Int.random(in: 0..<16, using: &random) == 0
        for kind in FaultKinds.all.each where Bool.random(using: &random) && !isCalm && faults.isSuperset(of: kind) {
            settings.faults.insert(kind)
        }
        settings.maximumDelay = scaled(10, 500)
        settings.minimumDelay = settings.maximumDelay / Int.random(in: 1...20, using: &random)
        settings.dropRate = Double.random(in: 0...1, using: &random) * Double.random(in: 0...0.3, using: &random)
        settings.duplicateRate = Double.random(in: 0...1, using: &random) * Double.random(in: 0...0.5, using: &random)
        settings.spikeRate = Double.random(in: 0...1, using: &random) * Double.random(in: 0...0.1, using: &random)
        settings.longestSpike = scaled(1_000, 20_000)
        settings.reorderRate = Double.random(in: 0...0.5, using: &random)
        settings.partitions = timing()
        settings.slowNodes = timing()
        settings.slowness = scaled(100, 2_000)
        settings.pauses = timing()
        settings.crashes = timing()
        settings.fullRestarts = FaultTiming(every: scaled(50_000, 500_000), lasting: scaled(100, 5_000))
        settings.clockJumps = timing()
        settings.maximumSkew = [100, 1_000, 10_000, 200_000][Int.random(in: 0..<4, using: &random)]
        settings.linkNotice = scaled(1, 1_000)
        return settings
    }

    /// The times of a kind that lasts.
    func timing(of kind: FaultKinds) -> FaultTiming {
        switch kind {
        case .slowNode: slowNodes
        case .pause: pauses
        case .crash, .crashWithinStep: crashes
        case .fullRestart: fullRestarts
        case .clockJump: clockJumps
        default: partitions
        }
    }
}

extension SimulationSettings: CustomStringConvertible {
    /// The seed, the kinds of faults, and the rates of those.
    public var description: String {
        var parts = ["seed \(seed)", "faults: \(faults)", "delay \(minimumDelay) to \(maximumDelay)"]
        if faults.contains(.drop) { parts.append("drop rate \(dropRate)") }
        if faults.contains(.duplicate) { parts.append("duplicate rate \(duplicateRate)") }
        if faults.contains(.delaySpike) { parts.append("spike rate \(spikeRate), up to \(longestSpike)") }
        if faults.contains(.reorder) { parts.append("reorder rate \(reorderRate)") }
        if !faults.isDisjoint(with: .partitions) { parts.append("partitions \(partitions)") }
        if faults.contains(.slowNode) { parts.append("slow nodes \(slowNodes) by \(slowness)") }
        if faults.contains(.pause) { parts.append("pauses \(pauses)") }
        if !faults.isDisjoint(with: [.crash, .crashWithinStep]) { parts.append("crashes \(crashes)") }
        if faults.contains(.fullRestart) { parts.append("full restarts \(fullRestarts)") }
        if faults.contains(.clockSkew) { parts.append("skew up to \(maximumSkew) ppm") }
        if faults.contains(.clockJump) { parts.append("clock jumps \(clockJumps)") }
        parts.append("\(steps) steps")
        if maximumInputs < .max { parts.append("at most \(maximumInputs) inputs") }
        if let onlyFaults { parts.append("only \(onlyFaults.count) of the faults") }
        return parts.joined(separator: "; ")
    }
}
