// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// The wire format: "SP", version 1, kind (a byte each), the run (8 bytes), then the fields of the kind.
// Numbers are little-endian; a path is 2 bytes of length and the bytes; a word is 1 byte of length, the bytes
// and 8 bytes of count; a list is 4 bytes of count and the elements.

private let signature: [UInt8] = [0x53, 0x50, 1]

private enum Kind: UInt8 {
    case begin = 1
    case manifest
    case problem
    case end
    case job
    case part
    case result
    case failure
    case beat
    case stop
}

extension PipelineMessage {
    /// The message as bytes.
    ///
    /// - Precondition: Numbers are not negative and lists, words and paths keep to ``Limits``.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.raw(signature)
        writer.integer(kind.rawValue)
        writer.integer(run.rawValue)
        switch self {
        case .begin, .beat:
            break
        case .manifest(_, let first, let paths):
            writer.count(first)
            writer.integer(UInt32(paths.count))
            for path in paths { writer.path(path) }
        case .problem(_, let path, let failure):
            writer.path(path)
            writer.failure(failure)
        case .end(_, let jobs, let problems, let totalBytes):
            writer.count(jobs)
            writer.count(problems)
            writer.count(totalBytes)
        case .job(_, let id, let path):
            writer.count(id)
            writer.path(path)
        case .part(_, let id, let bytesDone, let words):
            writer.count(id)
            writer.count(bytesDone)
            writer.words(words)
        case .result(_, let id, let result, let words):
            writer.count(id)
            writer.result(result)
            writer.words(words)
        case .failure(_, let id, let failure):
            writer.count(id)
            writer.failure(failure)
        case .stop(_, let complete):
            writer.flag(complete)
        }
        precondition(writer.bytes.count <= Limits.maxMessageBytes, "\(kind): a message of \(writer.bytes.count) bytes")
        return writer.bytes
    }

    /// Reads a message. Whatever the bytes are, this returns or throws.
    ///
    /// - Throws: ``CodecError`` that says which field is wrong.
    package init(decoding bytes: [UInt8]) throws(CodecError) {
        var reader = ByteReader(bytes)
        guard bytes.count <= Limits.maxMessageBytes else { throw reader.error(.tooLarge, "message") }
        guard try reader.take(signature.count, "signature").elementsEqual(signature) else {
            throw reader.error(.foreign, "signature")
        }
        guard let kind = Kind(rawValue: try reader.integer(UInt8.self, "kind")) else {
            throw reader.error(.unknownKind, "kind")
        }
        let run = RunID(rawValue: try reader.integer(UInt64.self, "run"))
        switch kind {
        case .begin: self = .begin(run: run)
        case .beat: self = .beat(run: run)
        case .stop: self = .stop(run: run, complete: try reader.flag("complete"))
        case .manifest:
            self = .manifest(run: run, first: try reader.job(), paths: try reader.paths())
        case .problem:
            self = .problem(run: run, path: try reader.path(), failure: try reader.failure())
        case .end:
            let jobs = try reader.count("jobs", atMost: Limits.maxJobs)
            let problems = try reader.count("problems")
            self = .end(run: run, jobs: jobs, problems: problems, totalBytes: try reader.count("total bytes"))
        case .job:
            self = .job(run: run, id: try reader.job(), path: try reader.path())
        case .part:
            let id = try reader.job()
            self = .part(run: run, id: id, bytesDone: try reader.count("bytes done"), words: try reader.words())
        case .result:
            let id = try reader.job()
            self = .result(run: run, id: id, result: try reader.result(), words: try reader.words())
        case .failure:
            self = .failure(run: run, id: try reader.job(), failure: try reader.failure())
        }
        try reader.end()
    }

    private var kind: Kind {
        switch self {
        case .begin: .begin
        case .manifest: .manifest
        case .problem: .problem
        case .end: .end
        case .job: .job
        case .part: .part
        case .result: .result
        case .failure: .failure
        case .beat: .beat
        case .stop: .stop
        }
    }
}

extension ByteWriter {
    fileprivate mutating func path(_ path: FilePath) {
        precondition(path.bytes.count <= Limits.maxPathBytes, "a path of \(path.bytes.count) bytes")
        integer(UInt16(path.bytes.count))
        raw(path.bytes)
    }

    fileprivate mutating func failure(_ failure: FileFailure) {
        integer(failure.operation.rawValue)
        integer(UInt32(bitPattern: failure.errno))
    }

    fileprivate mutating func words(_ words: [WordTable.Entry]) {
        integer(UInt32(words.count))
        for entry in words {
            precondition(!entry.word.isEmpty && entry.word.count <= WordCounter.maxWordBytes)
            integer(UInt8(entry.word.count))
            raw(entry.word)
            count(entry.count)
        }
    }

    fileprivate mutating func result(_ result: FileResult) {
        count(result.count.lines)
        count(result.count.words)
        count(result.count.bytes)
        count(result.count.longWords)
        integer(UInt64(bitPattern: result.stamp.sizeBytes))
        integer(result.stamp.inode)
        integer(UInt64(bitPattern: result.stamp.modifiedSeconds))
        integer(UInt64(bitPattern: result.stamp.modifiedNanoseconds))
        flag(result.isStable)
    }
}

extension ByteReader {
    fileprivate mutating func job() throws(CodecError) -> Int {
        try count("job", atMost: Limits.maxJobs - 1)
    }

    fileprivate mutating func path() throws(CodecError) -> FilePath {
        let byteCount = Int(try integer(UInt16.self, "length of path"))
        guard (1...Limits.maxPathBytes).contains(byteCount) else { throw error(.outOfRange, "length of path") }
        let slice = try take(byteCount, "path")
        guard !slice.contains(0) else { throw error(.outOfRange, "path") }
        return FilePath(bytes: Array(slice))
    }

    fileprivate mutating func paths() throws(CodecError) -> [FilePath] {
        let count = Int(try integer(UInt32.self, "number of paths"))
        guard count <= remaining / 3 else { throw error(.truncated, "paths") }
        var paths: [FilePath] = []
        paths.reserveCapacity(count)
        for _ in 0..<count { paths.append(try path()) }
        return paths
    }

    fileprivate mutating func failure() throws(CodecError) -> FileFailure {
        guard let operation = FileFailure.Operation(rawValue: try integer(UInt8.self, "operation")) else {
            throw error(.outOfRange, "operation")
        }
        return FileFailure(operation: operation, errno: Int32(bitPattern: try integer(UInt32.self, "errno")))
    }

    fileprivate mutating func words() throws(CodecError) -> [WordTable.Entry] {
        let count = Int(try integer(UInt32.self, "number of words"))
        guard count <= remaining / 10 else { throw error(.truncated, "words") }
        var words: [WordTable.Entry] = []
        words.reserveCapacity(count)
        for _ in 0..<count {
            let byteCount = Int(try integer(UInt8.self, "length of word"))
            guard (1...WordCounter.maxWordBytes).contains(byteCount) else {
                throw error(.outOfRange, "length of word")
            }
            let word = try take(byteCount, "word")
            let occurrences = try self.count("occurrences")
            guard occurrences > 0 else { throw error(.outOfRange, "occurrences") }
            words.append(WordTable.Entry(word: word, count: occurrences))
        }
        return words
    }

    fileprivate mutating func result() throws(CodecError) -> FileResult {
        var sums = FileCount()
        sums.lines = try count("lines")
        sums.words = try count("words")
        sums.bytes = try count("bytes")
        sums.longWords = try count("long words", atMost: sums.words)
        guard sums.lines <= sums.bytes, sums.words <= sums.bytes else { throw error(.outOfRange, "counts") }
        let stamp = FileStamp(
            sizeBytes: Int64(bitPattern: try integer(UInt64.self, "size")),
            inode: try integer(UInt64.self, "inode"),
            modifiedSeconds: Int64(bitPattern: try integer(UInt64.self, "seconds")),
            modifiedNanoseconds: Int64(bitPattern: try integer(UInt64.self, "nanoseconds"))
        )
        return FileResult(count: sums, stamp: stamp, isStable: try flag("stable"))
    }
}
