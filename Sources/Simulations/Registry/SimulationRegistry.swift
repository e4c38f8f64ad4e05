// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewTesting

#if PlantedBugs
import SinewBusCore
import SinewMembership
#endif

/// The simulations of this build, by name.
package enum SimulationRegistry {
    /// All of them, in the order of their names.
    package static let all: [RegisteredSimulation] = [bus, interest, membership]

    /// The simulation of a name; nil when there is none.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The simulation.
    package static func simulation(named name: String) -> RegisteredSimulation? { all.first { $0.name == name } }

    private static let bus: RegisteredSimulation = {
        let name = BusSimulation.name
        let summary = "nothing is lost in silence, through links that break, pauses, partitions and restarts"
        var simulation = RegisteredSimulation(name, summary, nodes: 2...12) { request in
            var suite = BusSimulation.suite(nodes: request.nodes)
            #if PlantedBugs
            if case .bus(let bug) = request.plantedBug {
                suite = BusSimulation.suite(plantedBug: bug, nodes: request.nodes)
            }
            #endif
            return RegisteredSimulation.run(name, suite, request)
        }
        #if PlantedBugs
        simulation.plantedBugs = BusPlantedBug.allCases.map(SimulatedBug.bus)
        #endif
        return simulation
    }()

    private static let interest: RegisteredSimulation = {
        let name = InterestSimulation.name
        let summary = "who wants what is known to all, through loss, damage, partitions and restarts"
        var simulation = RegisteredSimulation(name, summary, nodes: 2...50) { request in
            var suite = InterestSimulation.suite(nodes: request.nodes)
            #if PlantedBugs
            if case .membership(let bug) = request.plantedBug {
                suite = InterestSimulation.suite(plantedBug: bug, nodes: request.nodes)
            }
            #endif
            return RegisteredSimulation.run(name, suite, request)
        }
        #if PlantedBugs
        simulation.plantedBugs = [
            .membership(.lostUnsubscribe), .membership(.digestUnchecked), .membership(.snapshotAppliedInPart),
            .membership(.wrongVersionConfirmed),
        ]
        #endif
        return simulation
    }()

    private static let membership: RegisteredSimulation = {
        let name = MembershipSimulation.name
        let summary = "who is there is known to all, through loss, partitions, silence and restarts"
        var simulation = RegisteredSimulation(name, summary, nodes: 2...50) { request in
            var suite = MembershipSimulation.suite(nodes: request.nodes)
            #if PlantedBugs
            if case .membership(let bug) = request.plantedBug {
                suite = MembershipSimulation.suite(plantedBug: bug, nodes: request.nodes)
            }
            #endif
            return RegisteredSimulation.run(name, suite, request)
        }
        #if PlantedBugs
        simulation.plantedBugs = [
            .membership(.staleIncarnation), .membership(.wrongTimeToLive), .membership(.expiryIgnored),
            .membership(.relayLengthensLife), .membership(.tombstoneForgotten),
        ]
        #endif
        return simulation
    }()
}
