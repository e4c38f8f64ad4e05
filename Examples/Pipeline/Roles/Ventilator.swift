// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PipelineCore
import ZeroMQ

/// Finds the files and hands them out, one job for each.
struct Ventilator: Sendable {
    let routes: Routes
    var patience = Patience()
    var run = RunID.random()

    /// Binds, connects, and works until the sink says that the run is over.
    ///
    /// - Returns: Whether the sink has all results.
    func work(on paths: [FilePath], in context: Context) async throws -> Bool {
        // Few jobs wait for each worker, so that a fast one is given more.
        let jobs = try PushSocket(context: context, options: .init(sendHighWaterMark: 4, transport: .pipeline))
        defer { jobs.close() }
        try jobs.bind(routes.jobs)
        let results = try PushSocket(context: context, options: .init(transport: .pipeline))
        defer { results.close() }
        try results.connect(routes.results)
        let control = try Control(context, routes.control, patience)
        defer { control.close() }

        let plan = try Plan(TreeWalk(paths))
        try await knock(at: results, control)
        // Whatever ends the one ends the other: the sink may give up while a job waits for a worker.
        return try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask { try await control.untilStop(of: run) }
            group.addTask {
                for message in plan.announcement(run) { try await push(message, to: results) }
                for (id, path) in plan.paths.enumerated() {
                    try await push(.job(run: run, id: id, path: path), to: jobs)
                }
                return nil
            }
            defer { group.cancelAll() }
            for try await complete in group {
                if let complete { return complete }
            }
            return false
        }
    }

    /// Says that a run begins, again and again, until the sink says that it serves this run.
    private func knock(at results: PushSocket, _ control: Control) async throws {
        let deadline = ContinuousClock.now + patience.arrival
        var other: RunID?
        while ContinuousClock.now < deadline {
            _ = try await results.send(.begin(run: run), within: Patience.beat)
            if case .beat(let served) = try await control.next(within: Patience.beat) {
                if served == run { return }
                if served != .none { other = served }
            }
        }
        throw PipelineFailure(
            other.map { "the sink at \(routes.results) serves another run, \($0): give each run its own endpoints" }
                ?? "no sink answered at \(routes.results) and \(routes.control) within \(patience.arrival)"
        )
    }

    /// Sends, however long the receiver takes: the sink watches the time, and ``Control`` watches the sink.
    private func push(_ message: PipelineMessage, to socket: PushSocket) async throws {
        while try await !socket.send(message, within: .seconds(1)) { try Task.checkCancellation() }
    }
}

/// What the ventilator found.
struct Plan: Sendable {
    private(set) var paths: [FilePath] = []
    private(set) var problems: [Problem] = []
    private(set) var totalBytes = 0

    init(_ walk: TreeWalk) throws {
        for item in walk {
            switch item {
            case .file(let path, let sizeBytes):
                guard paths.count < Limits.maxJobs else {
                    throw PipelineFailure("there are more than \(Limits.maxJobs) files: give smaller folders")
                }
                paths.append(path)
                totalBytes += sizeBytes
            case .problem(let problem):
                problems.append(problem)
            }
        }
    }

    /// What the sink has to know about the run.
    func announcement(_ run: RunID) -> [PipelineMessage] {
        PipelineMessage.manifest(run: run, paths: paths)
            + problems.map { .problem(run: run, path: $0.path.shortened, failure: $0.failure) }
            + [.end(run: run, jobs: paths.count, problems: problems.count, totalBytes: totalBytes)]
    }
}

extension FilePath {
    /// A path that fits into a message: of one that is too long, the beginning.
    fileprivate var shortened: FilePath {
        let kept = Array(bytes.filter { $0 != 0 }.prefix(Limits.maxPathBytes))
        return FilePath(bytes: kept.isEmpty ? Array("(an empty path)".utf8) : kept)
    }
}
