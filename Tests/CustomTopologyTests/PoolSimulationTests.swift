// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CustomTopologyCore
import CustomTopologySimulation
import SinewTesting
import Testing

@Suite("The pool in the simulator", .timeLimit(.minutes(1)))
struct PoolSimulationTests {
    @Test("No task is lost, none counted twice, and all are finished once the faults end")
    func manySeeds() throws {
        let result = try poolSuite().explore(0..<150, twice: false)
        #expect(result.runs == 150)
        // Without faults, crashes above all, this would show nothing.
        #expect(result.tally[.crashes] > 200 && result.tally[.drop] > 1000 && result.tally[.partition] > 200)
        #expect(result.tally.inputs > 10_000)
    }

    @Test("A seed gives the same run each time")
    func repeatable() throws {
        let result = try poolSuite(nodes: 8).explore(1000..<1010)
        #expect(result.runs == 20)
    }
}
