// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CustomTopologySimulation
import SinewTesting

/// The pool in the simulator.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the pool in the simulator, with faults drawn from each seed."
    )

    @Option(help: "How many seeds.") var seeds: UInt64 = 100
    @Option(help: "The first seed; with --seeds 1 the only one.") var seed: UInt64 = 0
    @Option(help: "How many nodes.") var nodes = 5

    func validate() throws {
        guard (1...1_000_000).contains(seeds) else { throw ValidationError("--seeds must be between 1 and 1000000") }
        guard seed <= .max - seeds else { throw ValidationError("--seed is too large") }
        guard (4...64).contains(nodes) else { throw ValidationError("--nodes must be between 4 and 64") }
    }

    func run() throws {
        let nodes = self.nodes
        var suite = poolSuite(nodes: nodes)
        suite.howToRepeat = { "custom-topology simulate --nodes \(nodes) --seed \($0) --seeds 1" }
        do {
            let result = try suite.explore(seed..<seed + seeds)
            print("\(seeds) seeds, each twice: \(result.tally.inputs) tasks in \(result.steps) steps;", terminator: " ")
            print("none lost, none counted twice, all finished")
            print("faults: \(result.tally)")
        } catch {
            print(error)
            throw ExitCode.failure
        }
    }
}
