// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which run of a simulation is wanted.
package struct SimulationRequest: Sendable {
    /// What everything in the run follows from.
    package var seed: UInt64
    /// How many steps the part with faults has; nil for what the simulation has by itself.
    package var steps: Int?
    /// How many nodes take part; nil for what the seed says.
    package var nodes: Int?
    #if PlantedBugs
    /// What the machines are to do wrong.
    package var plantedBug: SimulatedBug?
    #endif

    /// Makes a request for machines that are right.
    ///
    /// - Parameters:
    ///   - seed: What everything in the run follows from.
    ///   - steps: How many steps the part with faults has; nil for what the simulation has by itself.
    ///   - nodes: How many nodes take part; nil for what the seed says.
    package init(seed: UInt64, steps: Int? = nil, nodes: Int? = nil) {
        (self.seed, self.steps, self.nodes) = (seed, steps, nodes)
    }

    /// The command that runs it again.
    func command(_ name: String) -> String {
        var command = "sinew sim \(name) --seed \(seed)"
        if let steps { command += " --steps \(steps)" }
        if let nodes { command += " --nodes \(nodes)" }
        #if PlantedBugs
        if let plantedBug { command += " --plant \(plantedBug)" }
        #endif
        return command
    }
}
