// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewTesting

#if PlantedBugs
package import SinewMembership
#endif

/// The simulation of the membership, for its tests and for the command-line tool.
package enum MembershipSimulation {
    /// What it is called.
    package static let name = "membership"

    /// What a run depends on. Faults come both faster and slower than the nodes' time-to-live, which is 0.2 to 1.6 s.
    package static func settings(seed: UInt64) -> SimulationSettings {
        var settings = SimulationSettings.swarm(seed: seed, tempo: .milliseconds(400))
        // Where a repetition keeps the order, those behind it wait for it, and a link that repeats much falls ever
        // further behind: then nothing can be said of how long anything lives.
        if settings.faults.contains(.duplicate) { settings.faults.insert(.reorder) }
        // What is still under way when the faults end has to come long before the steps for healing are over, which 50
        // nodes make in about five seconds.
        settings.longestSpike = min(settings.longestSpike, .seconds(2))
        settings.inputInterval = .milliseconds(300)
        settings.healing = .seconds(120)
        return settings
    }

    /// The suite.
    ///
    /// - Parameter nodes: How many nodes there are; nil for 2 to 50 by the seed, mostly few.
    package static func suite(nodes: Int? = nil) -> SimulationSuite<MembershipSystem> {
        SimulationSuite(name) {
            settings(seed: $0)
        } system: { settings in
            MembershipSystem(settings: settings, nodes: nodes)
        }
    }

    #if PlantedBugs
    /// The suite with machines that are wrong in a known way.
    ///
    /// - Parameters:
    ///   - plantedBug: What is wrong.
    ///   - nodes: How many nodes there are; nil for 2 to 50 by the seed, mostly few.
    package static func suite(plantedBug: PlantedBug, nodes: Int? = nil) -> SimulationSuite<MembershipSystem> {
        SimulationSuite("\(name) with \(plantedBug)") {
            settings(seed: $0)
        } system: { settings in
            var system = MembershipSystem(settings: settings, nodes: nodes)
            system.plantedBug = plantedBug
            return system
        }
    }
    #endif

    /// Runs seeds; here, where the simulator is specialised for these machines.
    ///
    /// - Parameters:
    ///   - suite: What is run.
    ///   - seeds: With which seeds.
    ///   - steps: How many steps each run has, without what healing takes.
    ///   - twice: Whether each seed is run a second time, which must go the same way.
    /// - Returns: What the runs were like.
    /// - Throws: The first failure.
    package static func explore(
        _ suite: SimulationSuite<MembershipSystem>,
        _ seeds: Range<UInt64>,
        steps: Int? = nil,
        twice: Bool = true
    ) throws(SimulationFailure) -> ExplorationResult {
        try suite.explore(seeds, steps: steps, twice: twice)
    }
}
