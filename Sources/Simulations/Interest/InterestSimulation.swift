// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewTesting

#if PlantedBugs
package import SinewMembership
#endif

/// The simulation of the interest exchange, for its tests and for the command-line tool.
package enum InterestSimulation {
    /// What it is called.
    package static let name = "interest"

    /// What a run depends on. Faults come both faster and slower than the machines send again, which is after 5 ms to 1
    /// s.
    package static func settings(seed: UInt64) -> SimulationSettings { .swarm(seed: seed, tempo: .milliseconds(100)) }

    /// The suite.
    ///
    /// - Parameter nodes: How many nodes there are; nil for 2 to 50 by the seed.
    package static func suite(nodes: Int? = nil) -> SimulationSuite<InterestSystem> {
        SimulationSuite(name) {
            settings(seed: $0)
        } system: {
            InterestSystem(settings: $0, nodes: nodes)
        }
    }

    #if PlantedBugs
    /// The suite with machines that are wrong in a known way.
    ///
    /// - Parameters:
    ///   - plantedBug: What is wrong.
    ///   - nodes: How many nodes there are; nil for 2 to 50 by the seed.
    ///   - watchesOwners: Whether owners are watched too, or only what their peers believe.
    package static func suite(
        plantedBug: PlantedBug,
        nodes: Int? = nil,
        watchesOwners: Bool = true
    ) -> SimulationSuite<InterestSystem> {
        SimulationSuite("\(name) with \(plantedBug)") {
            settings(seed: $0)
        } system: { settings in
            var system = InterestSystem(settings: settings, nodes: nodes)
            system.plantedBug = plantedBug
            system.watchesOwners = watchesOwners
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
        _ suite: SimulationSuite<InterestSystem>,
        _ seeds: Range<UInt64>,
        steps: Int? = nil,
        twice: Bool = true
    ) throws(SimulationFailure) -> ExplorationResult {
        try suite.explore(seeds, steps: steps, twice: twice)
    }
}
