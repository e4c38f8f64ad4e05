// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Simulations
import SinewMembership
import Testing

@Suite("The registry of simulations", .timeLimit(.minutes(1)))
struct RegistryTests {
    @Test func namesAreDifferentAndFound() {
        let names = SimulationRegistry.all.map(\.name)
        #expect(names == names.sorted() && Set(names).count == names.count && names.contains("interest"))
        for name in names { #expect(SimulationRegistry.simulation(named: name)?.name == name) }
        #expect(SimulationRegistry.simulation(named: "nothing") == nil)
    }

    @Test func seedsRepeatAndDiffer() throws {
        for simulation in SimulationRegistry.all {
            let first = simulation.run(SimulationRequest(seed: 1, steps: 300))
            #expect(first.failure == nil && first.steps >= 300, "\(simulation.name)")
            #expect(simulation.run(SimulationRequest(seed: 1, steps: 300)).hash == first.hash)
            #expect(simulation.run(SimulationRequest(seed: 2, steps: 300)).hash != first.hash)
        }
    }

    #if PlantedBugs
    @Test func failuresSayHowToRepeatThem() throws {
        let simulation = try #require(SimulationRegistry.simulation(named: "interest"))
        var request = SimulationRequest(seed: 0, steps: 2000, nodes: 9)
        request.plantedBug = .membership(.wrongVersionConfirmed)
        let failure = try #require(simulation.run(request).failure)
        #expect(failure.contains("sinew sim interest --seed 0 --steps 2000 --nodes 9 --plant wrongVersionConfirmed"))
        #expect(failure.contains("what is confirmed is there"))
    }

    @Test func everyPlantedBugHasASimulation() {
        let bugs = SimulationRegistry.all.flatMap(\.plantedBugs)
        #expect(Set(bugs) == Set(SimulatedBug.all) && bugs.count == Set(bugs).count)
    }
    #endif
}
