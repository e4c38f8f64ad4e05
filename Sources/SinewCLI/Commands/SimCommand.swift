// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Simulations
import SinewCommandCore

struct SimCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Run Sinew's own protocols under simulated faults; without a name, list what can be run.",
        discussion: """
            Each seed is a run of its own, with its own faults: messages that are lost, late, overtaken or repeated, \
            partitions, nodes that stop and start again. What must hold is looked at after every step, and whether \
            everything recovers at the end. The same seed always gives the same run.

            Example: sinew sim interest --seeds 1000

            Prints each failure, with the command that repeats it, and how many events there were per second. Exit \
            status: 0 every promise held; 1 one was broken; 64 wrong arguments; others: see \
            sinew --help.
            """
    )

    @Argument(help: ArgumentHelp("Which simulation.", valueName: "name"))
    var name: String?

    @Option(help: "How many seeds to run, from 0 on (default: 100).", transform: wholeNumber(from:))
    var seeds: Int?

    @Option(help: "The one seed to run.")
    var seed: UInt64?

    @Option(
        help: "How many events each run has before the faults end (default: what the simulation has by itself).",
        transform: wholeNumber(from:)
    )
    var steps: Int?

    @Option(help: "How many nodes take part (default: what the seed says).", transform: wholeNumber(from:))
    var nodes: Int?

    @Flag(help: "Print a JSON object for each failure and one at the end (for the list, one for each simulation).")
    var json = false

    @Flag(help: "Say on standard error which seed begins.")
    var verbose = false

    #if PlantedBugs
    @Option(help: "A known mistake that the machines are to make; the list has their names.")
    var plant: String?
    #endif

    func validate() throws {
        if seed != nil, seeds != nil { throw ValidationError("give --seed or --seeds, not both") }
        if let seeds, seeds < 1 { throw ValidationError("--seeds must be 1 or more, not \(seeds)") }
        if let steps, steps < 1 { throw ValidationError("--steps must be 1 or more, not \(steps)") }
        if name == nil, seed != nil || seeds != nil || steps != nil || nodes != nil {
            throw ValidationError("name a simulation to run; without a name, sinew sim lists them")
        }
    }

    func run() async throws {
        let output = Output()
        guard let name else { return try await list(output) }
        guard let simulation = SimulationRegistry.simulation(named: name) else {
            let names = SimulationRegistry.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no simulation '\(name)'; there are \(names)")
        }
        let runner = try runner(of: simulation)
        var total = SimulationTotal(name)
        for seed in seed.map({ $0...$0 }) ?? 0...UInt64((seeds ?? 100) - 1) {
            if verbose { note("\(name): seed \(seed)") }
            let began = ContinuousClock.now
            // On a thread of its own, because it computes for long; a signal does not wait for it.
            guard let run = await onThread({ runner(seed) }) else { throw CancellationError() }
            try Task.checkCancellation()
            total.add(run, duration: ContinuousClock.now - began)
            if let failure = run.failure { try await output.write(report(run.seed, failure)) }
        }
        try await output.write(json ? total.json : Array("\(total.text)\n".utf8))
        if total.failed > 0 { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private func runner(of simulation: RegisteredSimulation) throws -> @Sendable (UInt64) -> SimulationRun {
        var request = SimulationRequest(seed: 0, steps: steps, nodes: nodes)
        if let nodes, !simulation.nodes.contains(nodes) {
            let (least, most) = (simulation.nodes.lowerBound, simulation.nodes.upperBound)
            throw ValidationError("--nodes must be \(least) to \(most) for \(simulation.name), not \(nodes)")
        }
        #if PlantedBugs
        if let plant {
            guard let bug = simulation.plantedBugs.first(where: { "\($0)" == plant }) else {
                let names = simulation.plantedBugs.map(\.description).joined(separator: ", ")
                throw ValidationError("'\(plant)' cannot be planted in \(simulation.name); there are \(names)")
            }
            request.plantedBug = bug
        }
        #endif
        return { [request] seed in
            var request = request
            request.seed = seed
            return simulation.run(request)
        }
    }

    private func report(_ seed: UInt64, _ failure: String) -> [UInt8] {
        guard json else { return Array("\(failure)\n\n".utf8) }
        return JSONText.object([("seed", Array("\(seed)".utf8)), ("failure", JSONText.string(failure))]) + [0x0A]
    }

    private func nodes(of simulation: RegisteredSimulation) -> String {
        "\(simulation.nodes.lowerBound) to \(simulation.nodes.upperBound)"
    }

    private func list(_ output: Output) async throws {
        for simulation in SimulationRegistry.all {
            guard json else {
                try await output.write(
                    line: "\(simulation.name)\t\(nodes(of: simulation)) nodes\t\(simulation.summary)"
                )
                #if PlantedBugs
                for bug in simulation.plantedBugs { try await output.write(line: "\t--plant \(bug)") }
                #endif
                continue
            }
            let object = JSONText.object([
                ("name", JSONText.string(simulation.name)),
                ("nodes", JSONText.string(nodes(of: simulation))),
                ("summary", JSONText.string(simulation.summary)),
            ])
            try await output.write(object + [0x0A])
        }
    }
}
