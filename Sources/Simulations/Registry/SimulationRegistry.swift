// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewMembership
import SinewTesting

/// The simulations of this build, by name.
package enum SimulationRegistry {
    /// All of them, in the order of their names.
    package static let all: [RegisteredSimulation] = [interest]

    /// The simulation of a name; nil when there is none.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The simulation.
    package static func simulation(named name: String) -> RegisteredSimulation? { all.first { $0.name == name } }

    private static let interest: RegisteredSimulation = {
        let name = InterestSimulation.name
        let summary = "who wants what is known to all, through loss, damage, partitions and restarts"
        #if PlantedBugs
        let bugs: [PlantedBug] = [.lostUnsubscribe, .digestUnchecked, .snapshotAppliedInPart, .wrongVersionConfirmed]
        return RegisteredSimulation(name, summary, nodes: "2 to 50", plantedBugs: bugs) { request in
            var suite = InterestSimulation.suite()
            if let bug = request.plantedBug { suite = InterestSimulation.suite(plantedBug: bug) }
            return RegisteredSimulation.run(name, suite, request)
        }
        #else
        return RegisteredSimulation(name, summary, nodes: "2 to 50") { request in
            RegisteredSimulation.run(name, InterestSimulation.suite(), request)
        }
        #endif
    }()
}
