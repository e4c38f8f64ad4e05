// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewTesting

#if PlantedBugs
package import SinewMembership
#endif

/// A simulation that can be run by its name.
package struct RegisteredSimulation: Sendable {
    /// What it is called.
    package let name: String
    /// What it simulates and looks for, on one line.
    package let summary: String
    /// How many nodes take part.
    package let nodes: String
    private let runner: @Sendable (Request) -> SimulationRun
    #if PlantedBugs
    /// The mistakes that its machines can be told to make.
    package let plantedBugs: [PlantedBug]
    #endif

    /// What is to be run.
    struct Request: Sendable {
        let seed: UInt64
        let steps: Int?
        #if PlantedBugs
        var plantedBug: PlantedBug?
        #endif

        /// The command that runs it again.
        func command(_ name: String) -> String {
            var command = "sinew sim \(name) --seed \(seed)"
            if let steps { command += " --steps \(steps)" }
            #if PlantedBugs
            if let plantedBug { command += " --plant \(plantedBug)" }
            #endif
            return command
        }
    }

    #if PlantedBugs
    init(
        _ name: String,
        _ summary: String,
        nodes: String,
        plantedBugs: [PlantedBug],
        runner: @escaping @Sendable (Request) -> SimulationRun
    ) {
        (self.name, self.summary, self.nodes, self.plantedBugs) = (name, summary, nodes, plantedBugs)
        self.runner = runner
    }
    #else
    init(_ name: String, _ summary: String, nodes: String, runner: @escaping @Sendable (Request) -> SimulationRun) {
        (self.name, self.summary, self.nodes) = (name, summary, nodes)
        self.runner = runner
    }
    #endif

    /// Runs one seed.
    ///
    /// - Parameters:
    ///   - seed: Which one.
    ///   - steps: How many steps the part with faults has; nil for what the simulation has by itself.
    /// - Returns: What the run was like; the same each time.
    package func run(seed: UInt64, steps: Int?) -> SimulationRun { runner(Request(seed: seed, steps: steps)) }

    #if PlantedBugs
    /// Runs one seed with machines that are wrong in a known way.
    ///
    /// - Parameters:
    ///   - seed: Which one.
    ///   - steps: How many steps the part with faults has; nil for what the simulation has by itself.
    ///   - plantedBug: What is wrong.
    /// - Returns: What the run was like; the same each time.
    package func run(seed: UInt64, steps: Int?, plantedBug: PlantedBug) -> SimulationRun {
        runner(Request(seed: seed, steps: steps, plantedBug: plantedBug))
    }
    #endif

    /// Runs a seed of a suite. Inlined where the system is known, so that the simulator is specialised for it.
    @inline(__always)
    static func run<System>(
        _ name: String,
        _ suite: SimulationSuite<System>,
        _ request: Request
    ) -> SimulationRun {
        var suite = suite
        let command = request.command(name)
        suite.howToRepeat = { _ in command }
        var settings = suite.settings(request.seed)
        if let steps = request.steps { settings.steps = steps }
        do throws(SimulationFailure) {
            return SimulationRun(try suite.run(settings), failure: nil)
        } catch {
            return SimulationRun(error.found, failure: error)
        }
    }
}
