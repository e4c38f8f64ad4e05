// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite("Counting words, lines and bytes", .serialized)
struct WordCounterTests {
    private func count(_ bytes: [UInt8]) -> FileCount {
        var counter = WordCounter()
        counter.consume(bytes)
        counter.finish()
        return counter.count
    }

    @Test("GNU wc in the C locale: what makes a word and what ends one")
    func examples() {
        let cases: [(String, words: Int, lines: Int)] = [
            ("", 0, 0), ("a b", 2, 0), ("a\n\n", 1, 2), ("a\u{0B}b\u{0C}c\rd\te", 5, 0), ("\u{1} \u{2}", 0, 0),
            ("a\u{0}b", 1, 0), ("a\u{1}b c", 2, 0), ("\u{7F}", 0, 0), ("é", 0, 0), ("é x", 1, 0), ("a\u{A0}b", 1, 0),
            (" \n \n", 0, 2), ("no newline at the end", 5, 0),
        ]
        for (text, words, lines) in cases {
            let found = count(Array(text.utf8))
            #expect(found.words == words, "words of \(text.debugDescription)")
            #expect(found.lines == lines, "lines of \(text.debugDescription)")
            #expect(found.bytes == text.utf8.count)
        }
    }

    @Test("any bytes, cut into any blocks, are counted as by a naive count", arguments: 0..<300 as Range<UInt64>)
    func property(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = random.bytes(upTo: 2000)
        var counter = WordCounter()
        var table = WordTable()
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = rest.prefix(Int.random(in: 1...97, using: &random))
            counter.consume(Array(block) + [0x61, 0x20], upTo: block.count)
            rest = rest.dropFirst(block.count)
            if Bool.random(using: &random) { table.merge(counter.takeWords()) }
        }
        counter.finish()
        table.merge(counter.takeWords())
        let wanted = naiveCount(bytes)
        #expect(counter.count == wanted.count, "seed \(seed)")
        #expect(table.dictionary == wanted.words, "seed \(seed)")
    }

    @Test("words of more than 64 bytes are counted and not kept")
    func longWords() {
        var counter = WordCounter()
        counter.consume([UInt8](repeating: 0x61, count: 64) + [0x20] + [UInt8](repeating: 0x61, count: 65))
        counter.finish()
        #expect(counter.count == FileCount(lines: 0, words: 2, bytes: 130, longWords: 1))
        #expect(counter.words.count == 1)
    }

    @Test("the wc of this machine gives the same answers", arguments: 0..<40 as Range<UInt64>)
    func sameAsWC(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryDirectory()
        // Every other wc counts runs without a printable byte as words too: such a wc is asked about text only.
        let probe = try await wc(try folder.write([0x01], to: "probe"))
        guard let probe else { return }
        var bytes = random.bytes(upTo: 5000)
        if seed == 0 { bytes = (UInt8.min...UInt8.max).flatMap { [0x61, $0, 0x62, 0x20, $0, 0x20, $0, $0, 0x0A] } }
        if probe.words != 0 {
            bytes = bytes.map { (0x09...0x0D).contains($0) || (0x20...0x7E).contains($0) ? $0 : 0x78 }
        }
        let wanted = try #require(try await wc(try folder.write(bytes, to: "bytes")))
        let found = count(bytes)
        #expect(found.lines == wanted.lines, "seed \(seed)")
        #expect(found.words == wanted.words, "seed \(seed)")
        #expect(found.bytes == wanted.bytes, "seed \(seed)")
    }

    private func wc(_ path: FilePath) async throws -> FileCount? {
        let text = try await output(
            of: "/usr/bin/wc",
            ["-lwc", String(decoding: path.bytes, as: UTF8.self)],
            environment: ["LC_ALL": "C"]
        )
        guard let fields = text?.split(whereSeparator: \.isWhitespace).prefix(3).compactMap({ Int($0) }),
            fields.count == 3
        else { return nil }
        return FileCount(lines: fields[0], words: fields[1], bytes: fields[2])
    }
}

@Suite("The table of words", .serialized)
struct WordTableTests {
    @Test("holds what a dictionary holds, in the order of first appearance", arguments: 0..<50 as Range<UInt64>)
    func sameAsDictionary(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = WordTable(seed: UInt32.random(in: .min ... .max, using: &random))
        var wanted: [[UInt8]: Int] = [:]
        var order: [[UInt8]] = []
        for _ in 0..<Int.random(in: 0...3000, using: &random) {
            let number = Int.random(in: 0...500, using: &random)
            let word = Array(String(number * number, radix: 36).utf8)
            if wanted[word] == nil { order.append(word) }
            wanted[word, default: 0] += number + 1
            table.add(word[...], count: number + 1)
        }
        #expect(table.dictionary == wanted, "seed \(seed)")
        #expect(table.entries.map { Array($0.word) } == order, "seed \(seed)")
        #expect(wanted.allSatisfy { table.occurrences(of: $0.key[...]) == $0.value }, "seed \(seed)")
        #expect(table.occurrences(of: Array("not there".utf8)[...]) == 0)
        let top = table.top(10)
        #expect(top.count == min(10, wanted.count))
        #expect(top.map(\.count) == wanted.values.sorted(by: >).prefix(10).map { $0 })
    }

    @Test("words that find no place are counted, and nothing else is lost")
    func limit() {
        var table = WordTable(limit: 2)
        for word in ["a", "b", "c", "a", "c", "d"] { table.add(Array(word.utf8)[...], count: 1) }
        #expect(table.count == 2)
        #expect(table.occurrences(of: [0x61]) == 2)
        #expect(table.unlistedOccurrences == 3)
        var other = WordTable()
        other.merge(table)
        #expect(other.unlistedOccurrences == 3 && other.count == 2)
    }

    @Test("is cut into pieces that fit into messages, and together are the table", arguments: [0, 1, 9000, 70000])
    func pieces(words: Int) throws {
        var table = WordTable()
        for number in 0..<words { table.add(Array("word\(number)".utf8)[...], count: number + 1) }
        var whole = WordTable()
        for piece in table.pieces() {
            let message = PipelineMessage.part(run: RunID(rawValue: 1), id: 0, bytesDone: 0, words: piece)
            #expect(message.encoded().count <= Limits.maxMessageBytes)
            for entry in piece { whole.add(entry.word, count: entry.count) }
        }
        #expect(whole.dictionary == table.dictionary)
    }

    @Test("equally frequent words come in the order of their bytes")
    func topOrder() {
        var table = WordTable()
        for word in ["c", "a", "b", "b"] { table.add(Array(word.utf8)[...], count: 1) }
        #expect(table.top(3).map { Array($0.word) } == [[0x62], [0x61], [0x63]])
        #expect(table.top(0).isEmpty)
    }
}

@Suite("Bytes as text", .serialized)
struct PrintableTests {
    @Test func examples() {
        #expect(printable(Array("café →".utf8)[...]) == "café →")
        #expect(printable([0x61, 0x00, 0x1B, 0xFF, 0xC3, 0x0A]) == "a\\x00\\x1b\\xff\\xc3\\x0a")
        #expect(printable([0xE2, 0x80, 0xAE, 0x61]) == "\\xe2\\x80\\xaea")
        #expect(printable(Array("abcdef".utf8)[...], maxCharacters: 3) == "abc…")
    }
}
