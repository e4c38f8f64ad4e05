// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import TestSupport
import Testing

@Suite("Lines", .serialized, .timeLimit(.minutes(3)))
struct LineSplitterTests {
    @Test("lines are the same however the bytes come in")
    func anyParts() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let input = random.frame(upTo: 300)
            var wanted = input.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
            if wanted.last == [] { wanted.removeLast() }
            var splitter = LineSplitter(maximumLineBytes: 10_000)
            var lines: [[UInt8]] = []
            var position = 0
            while position < input.count {
                let end = min(input.count, position + Int.random(in: 1...50, using: &random))
                splitter.append(Array(input[position..<end]))
                position = end
                let hasLine = try splitter.hasLine()
                #expect(
                    hasLine == input[..<end].dropFirst(lines.map { $0.count + 1 }.reduce(0, +)).contains(0x0A)
                )
                while let line = try splitter.next() { lines.append(line) }
            }
            if let line = splitter.last() { lines.append(line) }
            #expect(lines == wanted, "seed \(seed)")
            #expect(splitter.isEmpty && splitter.lineCount == wanted.count)
        }
    }

    @Test("a line that is too long is refused before its end has come, and named")
    func limit() throws {
        var splitter = LineSplitter(maximumLineBytes: 4)
        splitter.append(bytes("1234\n12345"))
        #expect(try splitter.next() == bytes("1234"))
        #expect { _ = try splitter.next() } throws: { error in
            (error as? DataError)?.line == 2 && "\(error)".contains("--max-line")
        }
        var other = LineSplitter(maximumLineBytes: 4)
        other.append(bytes("12345\n"))
        #expect(throws: DataError.self) { try other.next() }
        // Who only asks whether there is a line must hear of it, too: a line without an end would be read for ever.
        var endless = LineSplitter(maximumLineBytes: 4)
        endless.append(bytes("1234"))
        #expect(try endless.hasLine() == false)
        endless.append(bytes("5"))
        #expect(throws: DataError.self) { try endless.hasLine() }
    }
}
