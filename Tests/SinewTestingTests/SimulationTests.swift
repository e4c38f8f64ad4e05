// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import Testing

@Suite("Simulation", .timeLimit(.minutes(1)))
struct SimulationTests {
    @Test("A system without mistakes keeps its promises under all faults of messages and time")
    func sound() throws {
        for seed in 0..<50 {
            let faults: FaultKinds = FaultKinds.all.subtracting(.crashes)
            var settings = SimulationSettings.swarm(seed: UInt64(seed), faults: faults, tempo: LockNode.patience)
            settings.steps = 2000
            var simulation = Simulation(of: LockSystem(), settings: settings)
            do { try simulation.run() } catch { Issue.record("\(settings): \(error)") }
            #expect(simulation.steps >= 2000)
            #expect(simulation.system.entries > 3, "\(settings) \(simulation.tally)")
        }
    }
}
