// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CustomTopologyCore
import SinewCore
import SinewSubjects
import ZeroMQ

/// Several nodes in this process.
struct PoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool",
        abstract: "Run a pool in this process; the first node gets all tasks (the default)."
    )

    @Option(help: "How many nodes.") var nodes = 4
    @Option(help: "How many tasks.") var tasks = 200
    @Option(help: "How many milliseconds a task takes.") var work = 2
    @Option(help: "How many seconds to wait for all results.") var timeout = 30.0

    func validate() throws {
        guard (1...64).contains(nodes) else { throw ValidationError("--nodes must be between 1 and 64") }
        guard (0...10_000).contains(tasks) else { throw ValidationError("--tasks must be between 0 and 10000") }
        guard (0...60_000).contains(work) else { throw ValidationError("--work must be between 0 and 60000") }
        guard (0.1...86_400).contains(timeout) else { throw ValidationError("--timeout must be 0.1 to 86400 seconds") }
    }

    func run() async throws {
        let context = try Context()
        let summary = try await Self.run(
            nodes: nodes,
            tasks: tasks,
            work: .milliseconds(work),
            within: .seconds(timeout),
            in: context
        )
        print(summary)
        try await context.terminate(within: .seconds(5))
        if !summary.isGood { throw ExitCode.failure }
    }

    /// Runs a pool over inproc until the first node has all results.
    static func run(
        nodes: Int,
        tasks: Int,
        work: Duration,
        within timeout: Duration,
        in context: Context
    ) async throws -> Summary {
        let names = (1...nodes).map { NodeID(high: 0, low: UInt64($0)) }
        let endpoint = { (node: NodeID) in Endpoint.inproc("pool-\(node)") }
        // Those that connect come last: an inproc endpoint may be connected to before it is bound, others as well.
        let hosts = try names.map { name in
            try PoolHost(
                name,
                at: endpoint(name),
                routes: names.filter { $0 != name }.map { ($0, endpoint($0)) },
                filters: name == names[0] ? ["image.>", "audio.>"] : ["image.resize.*", "*.*"],
                workTime: work,
                in: context
            )
        }
        return try await withThrowingTaskGroup { group in
            for host in hosts { group.addTask { try await host.run() } }
            await submit(tasks, to: hosts[0])
            let isDone = try await eventually(within: timeout) { await hosts[0].openTasks == 0 }
            group.cancelAll()
            var summary = Summary(tasks: tasks, isDone: isDone)
            for host in hosts { await summary.add(host) }
            return summary
        }
    }
}

/// What became of the tasks.
struct Summary: CustomStringConvertible {
    let tasks: Int
    let isDone: Bool
    var finished = 0
    var wrongResults = 0
    /// How many tasks each node ran.
    var ran: [Int] = []

    mutating func add(_ host: PoolHost) async {
        let counts = await host.counts
        finished += counts.finished
        ran.append(counts.ran)
        wrongResults += await host.wrongResults
    }

    var isGood: Bool { isDone && finished == tasks && wrongResults == 0 }

    var description: String {
        let state = isGood ? "all finished" : "\(finished) finished, \(wrongResults) wrong"
        let place = ran.count == 1 ? "run here" : "run by each node"
        return "\(tasks) tasks, \(state); \(place): \(ran.map(String.init).joined(separator: " "))"
    }
}
