// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PipelineCore
import TestSupport
import Testing

@Suite("The sink's tally, and its comparison with a sequential count", .serialized)
struct TallyTests {
    private let run = RunID(rawValue: 42)

    /// Files, what a sequential count says about them, and the messages of a run over them.
    private struct Scene {
        var sequential = SequentialCount()
        var messages: [PipelineMessage] = []
        var count = FileCount()
    }

    private func scene(_ contents: [[UInt8]], parts: Int = 0) -> Scene {
        var scene = Scene()
        let paths = contents.indices.map { FilePath("/file\($0)") }
        scene.messages = PipelineMessage.manifest(run: run, paths: paths)
        for (id, bytes) in contents.enumerated() {
            var counter = WordCounter()
            for part in 0..<parts {
                counter.consume(Array(bytes[bytes.count * part / (parts + 1)..<bytes.count * (part + 1) / (parts + 1)]))
                let words = Array(counter.takeWords().entries)
                scene.messages.append(.part(run: run, id: id, bytesDone: counter.count.bytes, words: words))
            }
            counter.consume(Array(bytes[(bytes.count * parts / (parts + 1))...]))
            counter.finish()
            let result = result(counter.count, id)
            scene.messages.append(.result(run: run, id: id, result: result, words: Array(counter.words.entries)))
            scene.count += counter.count
            var whole = WordCounter()
            whole.consume(bytes)
            whole.finish()
            scene.sequential.outcomes.append(.counted(result))
            scene.sequential.words.merge(whole.words)
        }
        scene.messages.append(.end(run: run, jobs: contents.count, problems: 0, totalBytes: scene.count.bytes))
        return scene
    }

    private func result(_ count: FileCount, _ id: Int) -> FileResult {
        let stamp = FileStamp(
            sizeBytes: Int64(count.bytes),
            inode: UInt64(id),
            modifiedSeconds: 1,
            modifiedNanoseconds: 2
        )
        return FileResult(count: count, stamp: stamp, isStable: true)
    }

    private let contents = ["one two two\n", "two three\n", "", "\u{1} four\nfive"].map { Array($0.utf8) }

    @Test("workers may answer in any order, and the sum is the same", arguments: 0..<100 as Range<UInt64>)
    func anyOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let contents = (0..<Int.random(in: 0...20, using: &random)).map { _ in random.bytes(upTo: 300) }
        let scene = scene(contents, parts: Int.random(in: 0...3, using: &random))
        var tally = Tally(run: run)
        // The ventilator's messages, and those of each job, keep their order; between them any order can happen.
        var queues = Dictionary(grouping: scene.messages) { message in
            switch message {
            case .part(_, let id, _, _), .result(_, let id, _, _), .failure(_, let id, _): id
            default: -1
            }
        }
        while let key = queues.keys.sorted().randomElement(using: &random) {
            #expect(!tally.isComplete, "seed \(seed)")
            if let message = queues[key]?.removeFirst() { #expect(tally.apply(message) == .progress, "seed \(seed)") }
            if queues[key]?.isEmpty == true { queues[key] = nil }
        }
        #expect(tally.isComplete, "seed \(seed)")
        #expect(tally.count == scene.count, "seed \(seed)")
        #expect(tally.fileCount == contents.count && tally.bytesDone == scene.count.bytes, "seed \(seed)")
        let verdict = Verdict(of: tally, against: scene.sequential)
        #expect(verdict.isGood && verdict.wordCheck == .compared, "seed \(seed): \(verdict.differences)")
    }

    @Test("an empty tree is complete at once")
    func emptyTree() {
        var tally = Tally(run: run)
        #expect(!tally.isComplete)
        _ = tally.apply(.end(run: run, jobs: 0, problems: 0, totalBytes: 0))
        #expect(tally.isComplete)
        #expect(Verdict(of: tally, against: SequentialCount()).isGood)
    }

    @Test("a lost result is named")
    func missing() {
        let scene = scene(contents)
        var tally = Tally(run: run)
        for message in scene.messages {
            if case .result(_, 1, _, _) = message { continue }
            _ = tally.apply(message)
        }
        #expect(!tally.isComplete)
        #expect(tally.missingJobs == [1])
        let verdict = Verdict(of: tally, against: scene.sequential)
        #expect(verdict.missing == [FilePath("/file1")])
        #expect(!verdict.isGood)
    }

    @Test("a second result of a job, another run's and a misdirected message change nothing and are counted")
    func contradictions() {
        let scene = scene(contents)
        var tally = Tally(run: run)
        for message in scene.messages { _ = tally.apply(message) }
        let count = tally.count
        let failure = FileFailure(operation: .read, errno: 5)
        #expect(tally.apply(.failure(run: run, id: 0, failure: failure)) == .contradiction)
        #expect(tally.apply(.part(run: run, id: 0, bytesDone: 4, words: [])) == .contradiction)
        #expect(tally.apply(.result(run: run, id: 99, result: result(FileCount(), 99), words: [])) == .contradiction)
        #expect(tally.apply(.end(run: run, jobs: 9, problems: 0, totalBytes: 0)) == .contradiction)
        #expect(tally.apply(.manifest(run: run, first: 0, paths: [])) == .contradiction)
        #expect(tally.apply(.part(run: RunID(rawValue: 1), id: 0, bytesDone: 4, words: [])) == .foreign)
        #expect(tally.apply(.beat(run: run)) == .foreign)
        #expect(tally.count == count && tally.contradictionCount == 5 && tally.foreignCount == 2)
        #expect(!Verdict(of: tally, against: scene.sequential).isGood)
    }

    @Test("a file that fails half-way leaves no words behind, and is reported")
    func failureAfterParts() {
        var tally = Tally(run: run)
        let path = FilePath("/file")
        let failure = FileFailure(operation: .read, errno: 5)
        for message in PipelineMessage.manifest(run: run, paths: [path]) { _ = tally.apply(message) }
        _ = tally.apply(.part(run: run, id: 0, bytesDone: 10, words: [.init(word: [0x61], count: 3)]))
        #expect(tally.bytesDone == 10)
        _ = tally.apply(.failure(run: run, id: 0, failure: failure))
        _ = tally.apply(.end(run: run, jobs: 1, problems: 0, totalBytes: 20))
        #expect(tally.isComplete && tally.words.isEmpty && tally.bytesDone == 0 && tally.fileCount == 0)
        let verdict = Verdict(of: tally, against: SequentialCount())
        #expect(verdict.problems == [Problem(path: path, failure: failure)] && !verdict.isGood)
        #expect(verdict.problems.first?.description.hasPrefix("/file cannot be read: ") == true)
    }

    @Test("problems of the walk are counted even when there are too many to keep")
    func manyProblems() {
        var tally = Tally(run: run)
        for number in 0..<250 {
            let failure = FileFailure(operation: .list, errno: 13)
            _ = tally.apply(.problem(run: run, path: FilePath("/\(number)"), failure: failure))
        }
        _ = tally.apply(.end(run: run, jobs: 0, problems: 250, totalBytes: 0))
        let verdict = Verdict(of: tally, against: SequentialCount())
        #expect(tally.isComplete && verdict.problemCount == 250 && verdict.problems.count == Limits.maxKeptProblems)
    }

    @Test("the words of files under way share one limit")
    func stagedLimit() {
        var tally = Tally(run: run, distinctWordLimit: 10)
        for id in 0..<5 {
            let words = (0..<4).map { WordTable.Entry(word: [UInt8(0x61 + id), UInt8(0x61 + $0)][...], count: 1) }
            _ = tally.apply(.part(run: run, id: id, bytesDone: 8, words: words))
        }
        for id in 0..<5 {
            let count = FileCount(lines: 0, words: 4, bytes: 8)
            _ = tally.apply(.result(run: run, id: id, result: result(count, id), words: []))
        }
        #expect(tally.words.count == 10 && tally.words.unlistedOccurrences == 10)
    }

    @Test("each way in which the counts can differ is seen and named")
    func differences() {
        let scene = scene(contents)
        var tally = Tally(run: run)
        for message in scene.messages { _ = tally.apply(message) }
        func differences(_ change: (inout SequentialCount) -> Void) -> [String] {
            var sequential = scene.sequential
            change(&sequential)
            return Verdict(of: tally, against: sequential).differences
        }
        func counted(_ change: (inout FileCount) -> Void) -> (inout SequentialCount) -> Void {
            var count = FileCount(lines: 1, words: 3, bytes: 12)
            change(&count)
            let outcome = JobOutcome.counted(result(count, 0))
            return { $0.outcomes[0] = outcome }
        }
        #expect(differences { _ in }.isEmpty)
        #expect(differences(counted { $0.lines += 1 }) == ["/file0: 1 lines, sequentially 2"])
        #expect(differences(counted { $0.words += 1 }) == ["/file0: 3 words, sequentially 4"])
        #expect(differences(counted { $0.longWords += 1 }) == ["/file0: 0 long words, sequentially 1"])
        #expect(differences { $0.words.add([0x61], count: 1) }.count == 2)
        let oneMore = differences { $0.words.add(Array("two".utf8)[...], count: 1) }
        #expect(oneMore == ["the word \"two\": 3 times, sequentially 4"])
        #expect(differences { $0.outcomes.removeLast() } == ["/file3: there is no sequential count"])
    }

    @Test("a file that changed between the counts is listed and not compared")
    func changed() {
        let scene = scene(contents)
        var tally = Tally(run: run)
        for message in scene.messages { _ = tally.apply(message) }
        var sequential = scene.sequential
        var later = result(FileCount(lines: 9, words: 9, bytes: 99), 0)
        later.stamp.modifiedSeconds += 1
        sequential.outcomes[0] = .counted(later)
        sequential.outcomes[1] = .failed(FileFailure(operation: .open, errno: 2))
        let verdict = Verdict(of: tally, against: sequential)
        #expect(verdict.changed == [FilePath("/file0"), FilePath("/file1")])
        #expect(verdict.isGood && verdict.wordCheck == .filesDiffer)
    }

    @Test("a merged table that lost words is seen even without a sequential count of the words")
    func lostWords() {
        var tally = Tally(run: run)
        for message in PipelineMessage.manifest(run: run, paths: [FilePath("/file")]) { _ = tally.apply(message) }
        let found = result(FileCount(lines: 0, words: 3, bytes: 6), 0)
        _ = tally.apply(.result(run: run, id: 0, result: found, words: [.init(word: [0x61], count: 2)]))
        _ = tally.apply(.end(run: run, jobs: 1, problems: 0, totalBytes: 6))
        var sequential = SequentialCount()
        sequential.outcomes = [.counted(found)]
        sequential.words.add([0x61], count: 2)
        let verdict = Verdict(of: tally, against: sequential)
        #expect(verdict.differences == ["the merged table holds 2 words, and the files hold 3"])
    }
}
