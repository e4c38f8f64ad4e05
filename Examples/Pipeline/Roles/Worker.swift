// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PipelineCore
import ZeroMQ

/// Takes jobs, reads the files and tells the sink what is in them.
struct Worker: Sendable {
    let routes: Routes
    var patience = Patience()

    /// Works until the sink says that the run is over.
    ///
    /// - Returns: How many jobs it did.
    @discardableResult
    func work(in context: Context) async throws -> Int {
        let jobs = try PullSocket(context: context, options: .init(receiveHighWaterMark: 4, transport: .pipeline))
        defer { jobs.close() }
        try jobs.connect(routes.jobs)
        let results = try PushSocket(context: context, options: .init(sendHighWaterMark: 16, transport: .pipeline))
        defer { results.close() }
        try results.connect(routes.results)
        let control = try Control(context, routes.control, patience)
        defer { control.close() }

        return try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                _ = try await control.untilStop()
                return nil
            }
            group.addTask { try await serve(jobs, results) }
            // The sink says stop when it has every result, so nothing is lost by ending here.
            if let done = try await group.next() ?? nil { return done }
            group.cancelAll()
            return (try await group.next() ?? nil) ?? 0
        }
    }

    /// Does one job after the other until the task is cancelled.
    private func serve(_ jobs: PullSocket, _ results: PushSocket) async throws -> Int {
        var done = 0
        while !Task.isCancelled {
            do throws(ZMQError) {
                let message = try await jobs.receive(timeout: .seconds(1))
                guard case .job(let run, let id, let path)? = PipelineMessage(message) else {
                    note("a message that is no job was ignored")
                    continue
                }
                try await Job(run: run, id: id, path: path, results: results).run()
                done += 1
            } catch {
                switch error.code {
                case .timedOut: continue
                case .cancelled: return done
                default: throw error
                }
            }
        }
        return done
    }
}

/// One file on its way through a worker.
private struct Job {
    let run: RunID
    let id: Int
    let path: FilePath
    let results: PushSocket

    func run() async throws(ZMQError) {
        var counter = WordCounter()
        var lastSign = ContinuousClock.now
        do {
            let result = try await FileReading.count(path, with: &counter) { counter in
                // Other workers and the sink share the threads.
                await Task.yield()
                // A large table is sent, and so is a sign of life during a long file.
                let now = ContinuousClock.now
                guard counter.words.isWorthSending || now - lastSign > .seconds(1) else { return }
                lastSign = now
                let bytesDone = counter.count.bytes
                let pieces = counter.takeWords().pieces()
                for words in pieces.isEmpty ? [[]] : pieces {
                    try await push(.part(run: run, id: id, bytesDone: bytesDone, words: words))
                }
            }
            var pieces = counter.takeWords().pieces()
            let last = pieces.popLast() ?? []
            for words in pieces {
                try await push(.part(run: run, id: id, bytesDone: result.count.bytes, words: words))
            }
            try await push(.result(run: run, id: id, result: result, words: last))
        } catch let failure as FileFailure {
            try await push(.failure(run: run, id: id, failure: failure))
        } catch let error as ZMQError {
            throw error
        } catch {
            throw ZMQError(.cancelled, operation: "count \(path)")
        }
    }

    /// Sends, however long the sink takes: ``Control`` watches whether it is alive.
    private func push(_ message: PipelineMessage) async throws(ZMQError) {
        while true {
            do throws(ZMQError) {
                return try await results.send(Message(message.encoded()), timeout: .seconds(1))
            } catch {
                if error.code != .timedOut { throw error }
            }
        }
    }
}
