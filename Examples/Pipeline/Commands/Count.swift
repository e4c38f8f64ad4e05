// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PipelineCore
import ZeroMQ

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Everything in one process.
struct Count: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Count with ventilator, workers and sink in this process (the default)."
    )

    @OptionGroup var arguments: PathArguments
    @OptionGroup var output: OutputOptions

    @Option(help: "How many workers; by default one for each processor.")
    var workers: Int?

    func validate() throws {
        guard workers.map({ (1...256).contains($0) }) ?? true else {
            throw ValidationError("--workers must be between 1 and 256")
        }
    }

    func run() async throws {
        let count = workers ?? max(1, min(256, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))))
        let context = try Context()
        let began = ContinuousClock.now
        let harvest = try await Self.harvest(arguments.filePaths, workers: count, in: context)
        try await conclude(harvest, since: began, output)
        try await context.terminate(within: .seconds(5))
    }

    /// Runs the three roles as tasks over inproc.
    static func harvest(
        _ paths: [FilePath],
        workers: Int,
        patience: Patience = Patience(),
        in context: Context
    ) async throws -> Sink.Harvest {
        let routes = Routes.inproc
        let sink = try Sink(routes: routes, patience: patience, in: context)
        defer { sink.close() }
        return try await withThrowingTaskGroup(of: Sink.Harvest?.self) { group in
            group.addTask {
                _ = try await Ventilator(routes: routes, patience: patience).work(on: paths, in: context)
                return nil
            }
            for _ in 0..<workers {
                group.addTask {
                    try await Worker(routes: routes, patience: patience).work(in: context)
                    return nil
                }
            }
            group.addTask {
                var bar = ProgressBar()
                defer { bar.clear() }
                return try await sink.gather { bar.draw($0) }
            }
            // Whoever fails ends the run. When the sink has its harvest nobody else is needed.
            defer { group.cancelAll() }
            for try await harvest in group {
                if let harvest { return harvest }
            }
            throw PipelineFailure("the run ended without a result")
        }
    }
}
