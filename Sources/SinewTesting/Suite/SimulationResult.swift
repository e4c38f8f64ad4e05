// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What one run was like.
public struct SimulationResult: Hashable, Sendable {
    /// What the run depended on.
    public let settings: SimulationSettings
    /// How many steps machines made.
    public let steps: Int
    /// The time of the simulation at its end.
    public let end: Instant
    /// The hash of all that happened: the same for the same settings.
    public let hash: TraceHash
    /// How often what happened.
    public let tally: FaultTally
    /// The promise that was broken, if one was.
    public let violation: Violation?
    /// Whether the faults had ended by then.
    public let hasHealed: Bool
    /// The faults that happened, if they were recorded.
    @usableFromInline let faults: [FaultOccurrence]
    /// When each of them happened.
    @usableFromInline let faultTimes: [Instant]
    /// The latest events, oldest first, if they were kept.
    @usableFromInline let recentEvents: [String]

    @inlinable
    init(_ simulation: Simulation<some SimulatedSystem>, violation: Violation?) {
        settings = simulation.settings
        steps = simulation.steps
        end = simulation.now
        hash = simulation.hash
        tally = simulation.tally
        self.violation = violation
        hasHealed = simulation.isHealing
        faults = simulation.recordedFaults
        faultTimes = simulation.recordedFaultTimes
        recentEvents = simulation.recentEvents
    }
}

/// What many runs were like.
public struct ExplorationResult: Hashable, Sendable {
    /// How many runs there were; a seed that was run twice counts twice.
    public internal(set) var runs = 0
    /// How many steps machines made in all of them.
    public internal(set) var steps = 0
    /// How often what happened in all of them.
    public internal(set) var tally = FaultTally()
    /// The hash of the hashes of all runs.
    public internal(set) var hash = TraceHash()

    @usableFromInline
    init() {}

    @usableFromInline
    mutating func add(_ result: SimulationResult) {
        runs += 1
        steps += result.steps
        tally.add(result.tally)
        hash.combine(result.hash.value)
    }
}
