// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Names one run of the pipeline, so that what an earlier run left behind is told apart.
package struct RunID: Hashable, Sendable, CustomStringConvertible {
    /// The number; 0 is the run that no ventilator has begun yet.
    package var rawValue: UInt64

    /// Creates an id from its number.
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The id that a sink announces before it heard from a ventilator.
    package static let none = RunID(rawValue: 0)

    /// A new id.
    package static func random() -> RunID { RunID(rawValue: .random(in: 1 ... .max)) }

    /// The number in base 16.
    package var description: String { String(rawValue, radix: 16) }
}

/// A path, as the bytes that the file system knows it by: they need not be UTF-8.
package struct FilePath: Hashable, Sendable, CustomStringConvertible {
    /// The bytes, without a terminating NUL.
    package var bytes: [UInt8]

    /// Creates a path from its bytes.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Creates a path from a string, as UTF-8.
    package init(_ text: String) { self.init(bytes: Array(text.utf8)) }

    /// The path as text for people: bytes that are not UTF-8, and control characters, are shown as `\x..`.
    package var description: String { printable(bytes[...]) }
}

/// Everything that ventilator, workers and sink say to each other.
package enum PipelineMessage: Hashable, Sendable {
    /// Ventilator to sink: a run begins. Repeated until the sink answers with ``beat(run:)``.
    case begin(run: RunID)
    /// Ventilator to sink: the paths of the jobs numbered `first`, `first + 1`, …
    case manifest(run: RunID, first: Int, paths: [FilePath])
    /// Ventilator to sink: something below the given paths could not be looked at.
    case problem(run: RunID, path: FilePath, failure: FileFailure)
    /// Ventilator to sink: that was all.
    case end(run: RunID, jobs: Int, problems: Int, totalBytes: Int)
    /// Ventilator to worker: count this file.
    case job(run: RunID, id: Int, path: FilePath)
    /// Worker to sink: words found in the job's file since its last message, and how far it has come.
    case part(run: RunID, id: Int, bytesDone: Int, words: [WordTable.Entry])
    /// Worker to sink: the job is done; these are its last words.
    case result(run: RunID, id: Int, result: FileResult, words: [WordTable.Entry])
    /// Worker to sink: the job's file cannot be counted.
    case failure(run: RunID, id: Int, failure: FileFailure)
    /// Sink to everybody, several times a second: the sink is there and serves this run.
    case beat(run: RunID)
    /// Sink to everybody: the run is over. `complete` is false when results are missing.
    case stop(run: RunID, complete: Bool)

    /// The run that the message belongs to.
    package var run: RunID {
        switch self {
        case .begin(let run), .manifest(let run, _, _), .problem(let run, _, _), .end(let run, _, _, _),
            .job(let run, _, _), .part(let run, _, _, _), .result(let run, _, _, _), .failure(let run, _, _),
            .beat(let run), .stop(let run, _):
            run
        }
    }
}

/// The limits of the pipeline. A message beyond one of them is refused by the codec.
package enum Limits {
    /// The largest number of files in a run.
    package static let maxJobs = 1_000_000
    /// The longest path in bytes.
    package static let maxPathBytes = 4096
    /// The size in bytes after which a list of words or paths is sent rather than made longer.
    package static let softListBytes = 64 * 1024
    /// The largest message in bytes.
    package static let maxMessageBytes = 256 * 1024
    /// The largest number of different words that a sink, or a sequential count, keeps.
    package static let maxDistinctWords = 2_000_000
    /// The largest number of problems that are kept word for word; the rest is counted.
    package static let maxKeptProblems = 100
}
