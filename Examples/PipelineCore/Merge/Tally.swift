// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How a job ended.
package enum JobOutcome: Hashable, Sendable {
    /// The file was counted.
    case counted(FileResult)
    /// The file could not be counted.
    case failed(FileFailure)
}

/// A file or folder that could not be counted.
package struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The file or folder.
    package var path: FilePath
    /// What went wrong.
    package var failure: FileFailure

    /// Creates a problem.
    package init(path: FilePath, failure: FileFailure) {
        self.path = path
        self.failure = failure
    }

    /// The problem as one line.
    package var description: String { "\(path) \(failure)" }
}

/// The sink's memory: takes messages in any order and says when the run is complete.
///
/// A job counts entirely or not at all: the words of a long file arrive in parts, which stay aside until the result.
package struct Tally: Sendable {
    /// What a message did to the tally.
    package enum Effect: Hashable, Sendable {
        /// The run is a step further.
        case progress
        /// The message belongs to another run, or is not meant for a sink.
        case foreign
        /// The message contradicts what is known already.
        case contradiction
    }

    /// The run whose messages count.
    package let run: RunID
    /// The paths of the jobs known up to now.
    package private(set) var paths: [FilePath] = []
    /// The jobs that ended.
    package private(set) var outcomes: [Int: JobOutcome] = [:]
    /// The words of all jobs that ended.
    package private(set) var words: WordTable
    /// What could not be looked at before there were jobs, up to ``Limits/maxKeptProblems``.
    package private(set) var problems: [Problem] = []
    /// How much could not be looked at.
    package private(set) var problemCount = 0
    /// The number of jobs and problems, and the bytes in all files, once the ventilator told.
    package private(set) var announced: (jobs: Int, problems: Int, totalBytes: Int)?
    /// How many messages were taken for another run's, or meant for another role.
    package private(set) var foreignCount = 0
    /// How many messages contradicted an earlier one, such as a second result of a job.
    package private(set) var contradictionCount = 0
    /// How many bytes were counted, with those of files that are being read.
    package var bytesDone: Int { total.bytes &+ bytesUnderWay }

    private var total = FileCount()
    private var bytesUnderWay = 0
    private var staged: [Int: (words: WordTable, bytesDone: Int)] = [:]
    private var stagedWords = 0
    private let distinctWordLimit: Int

    /// Creates the tally of a run.
    package init(run: RunID, distinctWordLimit: Int = Limits.maxDistinctWords) {
        self.run = run
        self.distinctWordLimit = distinctWordLimit
        words = WordTable(limit: distinctWordLimit)
    }

    /// Whether everything that was announced has arrived.
    package var isComplete: Bool {
        guard let announced else { return false }
        return paths.count == announced.jobs && outcomes.count == announced.jobs && problemCount == announced.problems
    }

    /// Whether nothing is known of the run but that it began.
    package var isFresh: Bool { announced == nil && paths.isEmpty && problemCount == 0 && outcomes.isEmpty }

    /// The sum over the files that were counted.
    package var count: FileCount { total }

    /// The number of files that were counted.
    package var fileCount: Int {
        outcomes.values.count { if case .counted = $0 { true } else { false } }
    }

    /// The jobs that have not ended, in order.
    package var missingJobs: [Int] {
        (0..<max(paths.count, announced?.jobs ?? 0)).filter { outcomes[$0] == nil }
    }

    /// Takes one message.
    package mutating func apply(_ message: PipelineMessage) -> Effect {
        let effect = message.run == run ? take(message) : .foreign
        switch effect {
        case .progress: break
        case .foreign: foreignCount += 1
        case .contradiction: contradictionCount += 1
        }
        return effect
    }

    private mutating func take(_ message: PipelineMessage) -> Effect {
        switch message {
        case .begin:
            return .progress
        case .manifest(_, let first, let more):
            guard first == paths.count, announced == nil, paths.count + more.count <= Limits.maxJobs else {
                return .contradiction
            }
            paths += more
            return .progress
        case .problem(_, let path, let failure):
            problemCount += 1
            if problems.count < Limits.maxKeptProblems { problems.append(Problem(path: path, failure: failure)) }
            return .progress
        case .end(_, let jobs, let problems, let totalBytes):
            guard announced == nil else { return .contradiction }
            announced = (jobs, problems, totalBytes)
            return .progress
        case .part(_, let id, let bytesDone, let entries):
            return stage(id, bytesDone, entries)
        case .result(_, let id, let result, let entries):
            guard canEnd(id) else { return .contradiction }
            if let parts = unstage(id) { words.merge(parts) }
            for entry in entries { words.add(entry.word, count: entry.count) }
            total += result.count
            outcomes[id] = .counted(result)
            return .progress
        case .failure(_, let id, let failure):
            guard canEnd(id) else { return .contradiction }
            _ = unstage(id)
            outcomes[id] = .failed(failure)
            return .progress
        case .job, .beat, .stop:
            return .foreign
        }
    }

    private func canEnd(_ id: Int) -> Bool {
        outcomes[id] == nil && id < (announced?.jobs ?? Limits.maxJobs)
    }

    private mutating func stage(_ id: Int, _ bytesDone: Int, _ entries: [WordTable.Entry]) -> Effect {
        guard canEnd(id) else { return .contradiction }
        // The place that is left is shared by the parts of all files that are being read.
        let room = max(0, distinctWordLimit - stagedWords)
        var part = WordTable(limit: room)
        for entry in entries { part.add(entry.word, count: entry.count) }
        guard let before = staged[id] else {
            staged[id] = (part, bytesDone)
            stagedWords += part.count
            bytesUnderWay &+= bytesDone
            return .progress
        }
        staged[id] = nil
        var all = before.words
        all.merge(part)
        stagedWords += all.count - before.words.count
        bytesUnderWay &+= bytesDone &- before.bytesDone
        staged[id] = (all, bytesDone)
        return .progress
    }

    private mutating func unstage(_ id: Int) -> WordTable? {
        guard let parts = staged.removeValue(forKey: id) else { return nil }
        stagedWords -= parts.words.count
        bytesUnderWay &-= parts.bytesDone
        return parts.words
    }
}
