// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewTesting

/// A simulation that can be run by its name.
package struct RegisteredSimulation: Sendable {
    /// What it is called.
    package let name: String
    /// What it simulates and looks for, on one line.
    package let summary: String
    /// How many nodes can take part.
    package let nodes: ClosedRange<Int>
    #if PlantedBugs
    /// The mistakes that its machines can be told to make.
    package var plantedBugs: [SimulatedBug] = []
    #endif
    private let runner: @Sendable (SimulationRequest) -> SimulationRun

    init(
        _ name: String,
        _ summary: String,
        nodes: ClosedRange<Int>,
        runner: @escaping @Sendable (SimulationRequest) -> SimulationRun
    ) {
        (self.name, self.summary, self.nodes, self.runner) = (name, summary, nodes, runner)
    }

    /// Runs one seed.
    ///
    /// - Parameter request: Which one, and how.
    /// - Returns: What the run was like; the same each time.
    package func run(_ request: SimulationRequest) -> SimulationRun { runner(request) }

    /// Runs a seed of a suite. Inlined where the system is known, so that the simulator is specialised for it.
    @inline(__always)
    static func run<System>(
        _ name: String,
        _ suite: SimulationSuite<System>,
        _ request: SimulationRequest
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
