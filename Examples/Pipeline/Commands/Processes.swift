// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PipelineCore
import ZeroMQ

private let jobsHelp: ArgumentHelp = "Where the ventilator hands out jobs; the ventilator binds it."
private let resultsHelp: ArgumentHelp = "Where the sink takes results; the sink binds it."
private let controlHelp: ArgumentHelp = "Where the sink tells that it is there, and when to stop; the sink binds it."

/// Reads an endpoint such as `tcp://127.0.0.1:5557` or `ipc:///tmp/jobs`; the error says what is wrong with it.
@Sendable private func endpoint(from text: String) throws -> Endpoint { try Endpoint(parsing: text) }

extension Endpoint {
    fileprivate static let jobs = Endpoint.tcp("127.0.0.1", port: 5557)
    fileprivate static let results = Endpoint.tcp("127.0.0.1", port: 5558)
    fileprivate static let control = Endpoint.tcp("127.0.0.1", port: 5559)
}

/// The ventilator as a process.
struct VentilatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ventilator",
        abstract: "Find the files and hand them out to workers in other processes."
    )

    @OptionGroup var arguments: PathArguments
    @Option(help: jobsHelp, transform: endpoint(from:)) var endpoint = Endpoint.jobs
    @Option(help: resultsHelp, transform: endpoint(from:)) var sink = Endpoint.results
    @Option(help: controlHelp, transform: endpoint(from:)) var control = Endpoint.control
    @OptionGroup var patience: PatienceOptions

    func run() async throws {
        let routes = Routes(jobs: endpoint, results: sink, control: control)
        try await withContext { context in
            let ventilator = Ventilator(routes: routes, patience: patience.patience)
            guard try await ventilator.work(on: arguments.filePaths, in: context) else {
                throw PipelineFailure("the sink ended the run without all results")
            }
        }
    }
}

/// A worker as a process.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Count files that a ventilator in another process hands out."
    )

    @Option(help: jobsHelp, transform: endpoint(from:)) var endpoint = Endpoint.jobs
    @Option(help: resultsHelp, transform: endpoint(from:)) var sink = Endpoint.results
    @Option(help: controlHelp, transform: endpoint(from:)) var control = Endpoint.control
    @OptionGroup var patience: PatienceOptions

    func run() async throws {
        let routes = Routes(jobs: endpoint, results: sink, control: control)
        try await withContext { context in
            let done = try await Worker(routes: routes, patience: patience.patience).work(in: context)
            note("worker: \(done) files counted")
        }
    }
}

/// The sink as a process.
struct SinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sink",
        abstract: "Gather what workers in other processes find, check it and print it."
    )

    @Option(help: resultsHelp, transform: endpoint(from:)) var endpoint = Endpoint.results
    @Option(help: controlHelp, transform: endpoint(from:)) var control = Endpoint.control
    @Option(help: "Begin only when this many workers, and the ventilator, have come.") var workers = 0
    @OptionGroup var output: OutputOptions
    @OptionGroup var patience: PatienceOptions

    func validate() throws {
        guard (0...10_000).contains(workers) else { throw ValidationError("--workers must be between 0 and 10000") }
    }

    func run() async throws {
        let routes = Routes(jobs: .jobs, results: endpoint, control: control)
        try await withContext { context in
            let sink = try Sink(
                routes: routes,
                patience: patience.patience,
                expectedWorkers: workers,
                in: context
            )
            defer { sink.close() }
            let began = ContinuousClock.now
            var bar = ProgressBar()
            defer { bar.clear() }
            let harvest = try await sink.gather { bar.draw($0) }
            bar.clear()
            async let farewell: Void = sink.dismiss(harvest)
            do {
                try await conclude(harvest, since: began, output)
            } catch {
                try await farewell
                throw error
            }
            try await farewell
        }
    }
}

/// Runs a role in a context of its own, and ends the process with a message when it fails.
private func withContext(_ body: (Context) async throws -> Void) async throws {
    let context = try Context()
    let result: Result<Void, any Error>
    do { result = .success(try await body(context)) } catch { result = .failure(error) }
    // What is still in the queues gets its time to leave.
    try await context.terminate(within: .seconds(5))
    do {
        try result.get()
    } catch let failure as PipelineFailure {
        note(failure.description)
        throw ExitCode.failure
    }
}
