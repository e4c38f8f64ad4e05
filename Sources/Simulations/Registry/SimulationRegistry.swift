// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewMembership
import SinewTesting

/// The simulations of this build, by name.
package enum SimulationRegistry {
    /// All of them, in the order of their names.
    package static let all: [RegisteredSimulation] = [interest, membership]

    /// The simulation of a name; nil when there is none.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The simulation.
    package static func simulation(named name: String) -> RegisteredSimulation? { all.first { $0.name == name } }

    #if PlantedBugs
    private static let interest = RegisteredSimulation(
        InterestSimulation.name,
        interestSummary,
        nodes: "2 to 50",
        plantedBugs: [.lostUnsubscribe, .digestUnchecked, .snapshotAppliedInPart, .wrongVersionConfirmed]
    ) { request in
        var suite = InterestSimulation.suite()
        if let bug = request.plantedBug { suite = InterestSimulation.suite(plantedBug: bug) }
        return RegisteredSimulation.run(InterestSimulation.name, suite, request)
    }

    private static let membership = RegisteredSimulation(
        MembershipSimulation.name,
        membershipSummary,
        nodes: "2 to 50",
        plantedBugs: [
            .staleIncarnation, .wrongTimeToLive, .expiryIgnored, .relayLengthensLife, .tombstoneForgotten,
        ]
    ) { request in
        var suite = MembershipSimulation.suite()
        if let bug = request.plantedBug { suite = MembershipSimulation.suite(plantedBug: bug) }
        return RegisteredSimulation.run(MembershipSimulation.name, suite, request)
    }
    #else
    private static let interest = RegisteredSimulation(
        InterestSimulation.name,
        interestSummary,
        nodes: "2 to 50"
    ) { request in
        RegisteredSimulation.run(InterestSimulation.name, InterestSimulation.suite(), request)
    }

    private static let membership = RegisteredSimulation(
        MembershipSimulation.name,
        membershipSummary,
        nodes: "2 to 50"
    ) { request in
        RegisteredSimulation.run(MembershipSimulation.name, MembershipSimulation.suite(), request)
    }
    #endif

    private static let interestSummary = "who wants what is known to all, through loss, damage, partitions and restarts"
    private static let membershipSummary =
        "who is there is known to all, through loss, partitions, silence and restarts"
}
