// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewTesting

#if PlantedBugs
package import SinewBusCore
#endif

/// The simulation of the bus, for its tests and for the command-line tool.
package enum BusSimulation {
    /// What it is called.
    package static let name = "bus"

    /// What a run depends on. Faults come both faster and slower than the nodes' lives, which are 0.6 to 2.4 s.
    package static func settings(seed: UInt64) -> SimulationSettings {
        var settings = SimulationSettings.swarm(seed: seed, tempo: .milliseconds(400))
        settings.longestSpike = min(settings.longestSpike, .seconds(2))
        settings.inputInterval = .milliseconds(10)
        settings.hasInputsWhileHealing = true
        settings.steps = 3000
        settings.healing = .seconds(128)
        return settings
    }

    /// The suite.
    ///
    /// - Parameter nodes: How many nodes there are; nil for 2 to 8 by the seed.
    package static func suite(nodes: Int? = nil) -> SimulationSuite<BusSystem> {
        SimulationSuite(name) {
            settings(seed: $0)
        } system: { settings in
            BusSystem(settings: settings, nodes: nodes)
        }
    }

    #if PlantedBugs
    /// The suite with machines that are wrong in a known way.
    ///
    /// - Parameters:
    ///   - plantedBug: What is wrong.
    ///   - nodes: How many nodes there are; nil for 2 to 8 by the seed.
    package static func suite(plantedBug: BusPlantedBug, nodes: Int? = nil) -> SimulationSuite<BusSystem> {
        SimulationSuite("\(name) with \(plantedBug)") {
            settings(seed: $0)
        } system: { settings in
            var system = BusSystem(settings: settings, nodes: nodes)
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
        _ suite: SimulationSuite<BusSystem>,
        _ seeds: Range<UInt64>,
        steps: Int? = nil,
        twice: Bool = true
    ) throws(SimulationFailure) -> ExplorationResult {
        try suite.explore(seeds, steps: steps, twice: twice)
    }

    /// Runs seeds, and counts what happened in them.
    ///
    /// - Parameter seeds: The seeds.
    /// - Returns: The sum.
    /// - Throws: The first promise that was broken.
    package static func tally(of seeds: Range<UInt64>) throws(Violation) -> BusTally {
        var tally = BusTally()
        for seed in seeds {
            let settings = settings(seed: seed)
            var simulation = Simulation(of: BusSystem(settings: settings, nodes: nil), settings: settings)
            try simulation.run()
            tally += simulation.system.tally
        }
        return tally
    }
}
