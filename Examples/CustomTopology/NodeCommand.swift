// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CustomTopologyCore
import SinewCore
import SinewSubjects
import ZeroMQ

/// One node as a process.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Run one node; start one for each name, in any order."
    )

    @Option(help: "The node's name: a number from 1 on.") var name: UInt64
    @Option(help: "Where the node is, as tcp://127.0.0.1:6001.", transform: { try Endpoint(parsing: $0) })
    var bind: Endpoint
    @Option(help: "Another node, as 2=tcp://127.0.0.1:6002. Name each of them.", transform: Route.init(_:))
    var peer: [Route] = []
    @Option(help: "A filter of the tasks that it runs; may be repeated. All, by default.", transform: filter(_:))
    var filter: [SubjectFilter] = []
    @Option(help: "How many tasks to have done. It ends when all have results.") var tasks = 0
    @Option(help: "Without tasks of its own: how many seconds to work for others.") var serve = 10.0
    @Option(help: "How many milliseconds a task takes.") var work = 2
    @Option(help: "How many seconds to wait for all results.") var timeout = 30.0

    func validate() throws {
        guard (0...10_000).contains(tasks) else { throw ValidationError("--tasks must be between 0 and 10000") }
        guard (0...60_000).contains(work) else { throw ValidationError("--work must be between 0 and 60000") }
        for seconds in [serve, timeout] where !(0.1...86_400).contains(seconds) {
            throw ValidationError("--serve and --timeout must be between 0.1 and 86400 seconds")
        }
    }

    func run() async throws {
        let context = try Context()
        let host = try PoolHost(
            NodeID(high: 0, low: name),
            at: bind,
            routes: peer.map { (NodeID(high: 0, low: $0.name), $0.endpoint) },
            filters: filter.isEmpty ? [">"] : filter,
            workTime: .milliseconds(work),
            in: context
        )
        let summary = try await withThrowingTaskGroup { group in
            group.addTask { try await host.run() }
            var isDone = true
            if tasks > 0 {
                await submit(tasks, to: host)
                isDone = try await eventually(within: .seconds(timeout)) { await host.openTasks == 0 }
            } else {
                try await Task.sleep(for: .seconds(serve))
            }
            group.cancelAll()
            var summary = Summary(tasks: tasks, isDone: isDone)
            await summary.add(host)
            return summary
        }
        print("node \(name): \(summary)")
        try await context.terminate(within: .seconds(5))
        if !summary.isGood { throw ExitCode.failure }
    }
}

/// Where another node is.
struct Route: Sendable {
    let name: UInt64
    let endpoint: Endpoint

    @Sendable init(_ text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let name = UInt64(parts[0]) else {
            throw ValidationError("'\(text)' is no route: write NAME=ENDPOINT, as 2=tcp://127.0.0.1:6002")
        }
        self.name = name
        endpoint = try Endpoint(parsing: String(parts[1]))
    }
}

@Sendable private func filter(_ text: String) throws -> SubjectFilter { try SubjectFilter(text) }
