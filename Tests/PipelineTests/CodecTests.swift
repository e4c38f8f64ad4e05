// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PipelineCore
import TestSupport
import Testing

@Suite("The codec", .serialized)
struct CodecTests {
    @Test("every message comes back as it was", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let message = PipelineMessage.random(using: &random)
        let bytes = message.encoded()
        #expect(try PipelineMessage(decoding: bytes) == message, "seed \(seed)")
        #expect(try PipelineMessage(decoding: bytes).encoded() == bytes, "seed \(seed)")
    }

    @Test("every message cut short, or with a byte more, is refused", arguments: 0..<60 as Range<UInt64>)
    func cutShort(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = PipelineMessage.random(using: &random).encoded()
        for length in 0..<bytes.count {
            #expect(throws: CodecError.self, "seed \(seed), \(length) bytes") {
                try PipelineMessage(decoding: Array(bytes.prefix(length)))
            }
        }
        let error = #expect(throws: CodecError.self) { try PipelineMessage(decoding: bytes + [0]) }
        #expect(error?.code == .trailingBytes, "seed \(seed)")
    }

    @Test("damaged and random bytes are refused or understood, and never trap", arguments: 0..<300 as Range<UInt64>)
    func damage(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var bytes = PipelineMessage.random(using: &random).encoded()
            if Int.random(in: 0..<4, using: &random) == 0 {
                bytes.replaceSubrange(min(4, bytes.count)..., with: random.bytes(upTo: 60))
            }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                guard let place = bytes.indices.randomElement(using: &random) else { continue }
                let extremes: [UInt8] = [0x00, 0x01, 0x7F, 0x80, 0xFF, .random(in: .min ... .max, using: &random)]
                bytes[place] = extremes.randomElement(using: &random) ?? 0
            }
            do throws(CodecError) {
                let message = try PipelineMessage(decoding: bytes)
                #expect(message.encoded() == bytes, "seed \(seed): not canonical")
                var tally = Tally(run: message.run, distinctWordLimit: 100)
                _ = tally.apply(message)
                _ = tally.apply(message)
            } catch {
                #expect(!error.field.isEmpty && (0...bytes.count).contains(error.offset), "seed \(seed)")
            }
        }
    }

    @Test("errors say what is wrong and where")
    func errors() {
        func code(_ bytes: [UInt8]) -> CodecError? {
            do throws(CodecError) {
                _ = try PipelineMessage(decoding: bytes)
                return nil
            } catch {
                return error
            }
        }
        let run: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]
        #expect(code([])?.code == .truncated)
        #expect(code([0x47, 0x45, 0x54, 0x20])?.code == .foreign)
        #expect(code([0x53, 0x50, 2, 1] + run)?.code == .foreign)
        #expect(code([0x53, 0x50, 1, 99] + run)?.code == .unknownKind)
        #expect(code([0x53, 0x50, 1, 10] + run + [2])?.code == .outOfRange)
        #expect(code([UInt8](repeating: 0, count: Limits.maxMessageBytes + 1))?.code == .tooLarge)
        // A job whose number is beyond the limit, and one whose path holds a NUL.
        #expect(code([0x53, 0x50, 1, 5] + run + [UInt8](repeating: 0xFF, count: 8))?.field == "job")
        #expect(code([0x53, 0x50, 1, 5] + run + run + [1, 0, 0])?.field == "path")
        // A list that claims four billion words.
        #expect(code([0x53, 0x50, 1, 6] + run + run + run + [0xFF, 0xFF, 0xFF, 0xFF])?.code == .truncated)
        #expect(code([0x53, 0x50, 1, 99] + run)?.description == "bad message: kind at byte 4 is unknown kind")
    }

    @Test("the bytes of one message of each simple kind")
    func vectors() {
        let run = RunID(rawValue: 0x0102_0304_0506_0708)
        let head: [UInt8] = [8, 7, 6, 5, 4, 3, 2, 1]
        #expect(PipelineMessage.begin(run: run).encoded() == [0x53, 0x50, 1, 1] + head)
        #expect(PipelineMessage.beat(run: run).encoded() == [0x53, 0x50, 1, 9] + head)
        #expect(PipelineMessage.stop(run: run, complete: true).encoded() == [0x53, 0x50, 1, 10] + head + [1])
        #expect(
            PipelineMessage.job(run: run, id: 0x0304, path: FilePath(bytes: [0x2F, 0xFF])).encoded()
                == [0x53, 0x50, 1, 5] + head + [4, 3, 0, 0, 0, 0, 0, 0] + [2, 0, 0x2F, 0xFF]
        )
    }

    @Test("the manifest names every path once, in messages that are not too large")
    func manifest() {
        let paths = (0..<5000).map { FilePath("/a/rather/long/path/that/repeats/\($0)") }
        let run = RunID(rawValue: 7)
        var tally = Tally(run: run)
        for message in PipelineMessage.manifest(run: run, paths: paths) {
            #expect(message.encoded().count <= Limits.softListBytes + Limits.maxPathBytes + 100)
            #expect(tally.apply(message) == .progress)
        }
        #expect(tally.paths == paths)
        #expect(PipelineMessage.manifest(run: run, paths: []).isEmpty)
    }
}

extension PipelineMessage {
    static func random(using random: inout SeededGenerator) -> PipelineMessage {
        func number(_ limit: Int) -> Int {
            let isSmall = Bool.random(using: &random)
            return Int.random(in: 0...(isSmall ? min(limit, 3) : limit), using: &random)
        }
        func path() -> FilePath {
            FilePath(bytes: (0...number(60)).map { _ in UInt8.random(in: 1...255, using: &random) })
        }
        func failure() -> FileFailure {
            let operation = FileFailure.Operation.allCases.randomElement(using: &random) ?? .read
            return FileFailure(operation: operation, errno: Int32.random(in: .min ... .max, using: &random))
        }
        func words() -> [WordTable.Entry] {
            (0..<number(20)).map { _ in
                let word = (0...number(63)).map { _ in UInt8.random(in: 0...255, using: &random) }
                return WordTable.Entry(word: word[...], count: number(.max - 1) + 1)
            }
        }
        let run = RunID(rawValue: .random(in: .min ... .max, using: &random))
        let id = number(Limits.maxJobs - 1)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .begin(run: run)
        case 1: return .manifest(run: run, first: id, paths: (0..<number(20)).map { _ in path() })
        case 2: return .problem(run: run, path: path(), failure: failure())
        case 3: return .end(run: run, jobs: number(Limits.maxJobs), problems: number(.max), totalBytes: number(.max))
        case 4: return .job(run: run, id: id, path: path())
        case 5: return .part(run: run, id: id, bytesDone: number(.max), words: words())
        case 6:
            let words = words()
            let bytes = number(.max)
            let sum = number(bytes)
            let count = FileCount(lines: number(bytes), words: sum, bytes: bytes, longWords: number(sum))
            let stamp = FileStamp(
                sizeBytes: .random(in: .min ... .max, using: &random),
                inode: .random(in: .min ... .max, using: &random),
                modifiedSeconds: .random(in: .min ... .max, using: &random),
                modifiedNanoseconds: .random(in: .min ... .max, using: &random)
            )
            let result = FileResult(count: count, stamp: stamp, isStable: .random(using: &random))
            return .result(run: run, id: id, result: result, words: words)
        case 7: return .failure(run: run, id: id, failure: failure())
        case 8: return .beat(run: run)
        default: return .stop(run: run, complete: .random(using: &random))
        }
    }
}
