// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Runs a system with many seeds, each one twice, and makes of the first failure the smallest that it can.
///
/// ```swift
/// let suite = SimulationSuite("token ring") { seed in
///     SimulationSettings.swarm(seed: seed, tempo: .milliseconds(50))
/// } system: { _ in
///     TokenRing(nodes: 5)
/// }
/// let result = try suite.explore(0..<1000)
/// print(result.steps, "steps;", result.tally)
/// ```
///
/// It has no clock: whoever wants events per second measures around it.
public struct SimulationSuite<System: SimulatedSystem>: Sendable {
    /// What it is called in reports.
    public let name: String
    /// What a run depends on, by seed.
    public let settings: @Sendable (_ seed: UInt64) -> SimulationSettings
    /// Makes what is simulated: the same for the same settings. The number of nodes may depend on the seed, say.
    public let system: @Sendable (_ settings: SimulationSettings) -> System
    /// How many runs shrinking may take; zero for none. 500 by default.
    public var shrinkingRuns = 500
    /// How many of the last events a failure shows. 30 by default.
    public var recentEvents = 30
    /// What one does to run a seed again, for reports.
    public var howToRepeat: @Sendable (_ seed: UInt64) -> String

    /// Makes a suite.
    ///
    /// - Parameters:
    ///   - name: What it is called in reports.
    ///   - settings: What a run depends on, by seed. The default is a swarm with a tempo of 100 ms.
    ///   - system: Makes what is simulated.
    public init(
        _ name: String,
        settings: @escaping @Sendable (_ seed: UInt64) -> SimulationSettings = { .swarm(seed: $0) },
        system: @escaping @Sendable (_ settings: SimulationSettings) -> System
    ) {
        self.name = name
        self.settings = settings
        self.system = system
        howToRepeat = { "explore(\($0)...\($0)) of the suite \"\(name)\"" }
    }

    /// Runs each seed until one fails.
    ///
    /// - Parameters:
    ///   - seeds: The seeds, in the order in which they are run.
    ///   - steps: How many steps the part with faults has, instead of what the settings say.
    ///   - twice: Whether each seed is run a second time, which must go the same way.
    /// - Returns: What the runs were like.
    /// - Throws: The first failure, shrunk.
    @inlinable
    public func explore(
        _ seeds: some Sequence<UInt64>,
        steps: Int? = nil,
        twice: Bool = true
    ) throws(SimulationFailure) -> ExplorationResult {
        var total = ExplorationResult()
        for seed in seeds {
            var settings = settings(seed)
            if let steps { settings.steps = steps }
            let result = try run(settings)
            total.add(result)
            if twice { total.add(try repeated(settings, hash: result.hash)) }
        }
        return total
    }

    /// Makes one run.
    ///
    /// - Parameter settings: What it depends on.
    /// - Returns: What it was like.
    /// - Throws: The failure, shrunk.
    @inlinable
    public func run(_ settings: SimulationSettings) throws(SimulationFailure) -> SimulationResult {
        let result = outcome(of: settings)
        guard let violation = result.violation else { return result }
        throw failure(result, violation)
    }

    /// Makes one run, and returns what it was like even if a promise was broken. Nothing is shrunk.
    ///
    /// - Parameter settings: What it depends on.
    /// - Returns: What it was like.
    @inlinable
    public func outcome(of settings: SimulationSettings) -> SimulationResult {
        outcome(of: settings, recentEvents: 0, isRecording: false)
    }

    @inlinable
    func outcome(of settings: SimulationSettings, recentEvents: Int, isRecording: Bool) -> SimulationResult {
        var simulation = Simulation(
            of: system(settings),
            settings: settings,
            recentEvents: recentEvents,
            isRecording: isRecording
        )
        do throws(Violation) {
            try simulation.run()
            return SimulationResult(simulation, violation: nil)
        } catch {
            return SimulationResult(simulation, violation: error)
        }
    }
}
