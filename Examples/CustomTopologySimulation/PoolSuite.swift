// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewTesting

/// The simulation of the pool with any faults, from one seed each.
///
/// - Parameter nodes: How many nodes.
/// - Returns: The suite; `explore(0..<100)` runs it with a hundred seeds, twice each.
package func poolSuite(nodes: Int = 5) -> SimulationSuite<PoolSystem> {
    SimulationSuite("work-stealing pool") { seed in
        var settings = SimulationSettings.swarm(seed: seed, tempo: .milliseconds(50))
        settings.steps = 1_500
        settings.maximumInputs = 100
        return settings
    } system: { _ in
        PoolSystem(nodes: nodes)
    }
}
