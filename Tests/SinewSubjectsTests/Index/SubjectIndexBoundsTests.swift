// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import TestSupport
import Testing

@testable import SinewSubjects

@Suite("Bounds of the index of subjects", .timeLimit(.minutes(1)))
struct SubjectIndexBoundsTests {
    /// Numbers and bytes are used again: rounds after the first few need no more memory.
    @Test(
        "A million filters that come and go do not make it grow",
        arguments: [1, .random(in: 0 ... .max)] as [UInt64]
    )
    func memory(seed: UInt64) throws {
        #if DEBUG
        let rounds = 30
        #else
        let rounds = 1000
        #endif
        var random = SeededGenerator(seed: seed)
        var index = SubjectIndex<Int>()
        var settled = 0
        for round in 0..<rounds {
            var entries: [SubjectEntry] = []
            for value in 0..<1000 {
                // Short and long tokens, of which some are new each time.
                let long = "customer-\(UInt64.random(in: 0 ... .max, using: &random))"
                let filter = "\(value % 7).\(value % 3 == 0 ? "*" : long).\(UInt16(truncatingIfNeeded: random.next()))"
                entries.append(try index.insert(value, for: SubjectFilter(filter)))
            }
            for entry in entries.shuffled(using: &random) { index.remove(entry) }
            #expect(index.statistics.nodes == 1)
            if round == 9 { settled = index.statistics.allocatedBytes }
            if round > 9 { #expect(index.statistics.allocatedBytes <= settled, "round \(round), seed \(seed)") }
        }
    }

    @Test("Tokens chosen to collide make the table be built with another seed, and are then like others")
    func flood() throws {
        // All of these belong in the first thousandth of the table, whatever its size, for whoever knows the seed.
        let known = SubjectTrie.Seed(0)
        var tokens: [String] = []
        var number = 0
        while tokens.count < 2000 {
            let token = String(number, radix: 36)
            if SubjectTrie.rootEdgeHash(of: Array(token.utf8), known) >> 22 == 0 { tokens.append(token) }
            number += 1
        }
        var index = SubjectIndex<Int>(seed: 0)
        for (value, token) in tokens.enumerated() { try index.insert(value, for: SubjectFilter(token)) }
        #expect(index.statistics.reseeds == 1)
        var other = SubjectIndex<Int>(seed: 1)
        for (value, token) in tokens.enumerated() { try other.insert(value, for: SubjectFilter(token)) }
        #expect(other.statistics.reseeds == 0)
        for (value, token) in tokens.enumerated() { #expect(index.matches(try Subject(token)) == [value]) }
    }

    @Test("However edges meet, three of eight places are free", arguments: 1...4)
    func load(maximumProbe: Int) throws {
        var (entered, reseeds) = (0, 0)
        for seed in 0..<30 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var trie = SubjectTrie(seed: seed, maximumProbe: maximumProbe)
            var entries: [UInt32] = []
            for value in 0..<300 {
                if Int.random(in: 0..<3, using: &random) == 0, !entries.isEmpty {
                    trie.remove(entries.remove(at: .random(in: 0..<entries.count, using: &random)))
                }
                let filter = try SubjectFilter("t\(value)")
                var stem = SubjectTrie.Stem()
                guard let entry = try? trie.insert(filter, SubjectIndexLimits(), stem: &stem) else { continue }
                entries.append(entry)
                entered += 1
                let (count, places) = (trie.edges.count, trie.edges.slots.capacity)
                #expect(count * 8 <= places * 5, "\(count) of \(places), seed \(seed)")
            }
            reseeds += trie.reseeds
        }
        #expect(entered > 1000 && reseeds > 20)
    }

    @Test("Every answer of nats-server about matching, with each filter among all others")
    func vectors() throws {
        let matches = SubjectVectorTests.file.rows.compactMap { row -> SubjectVector? in
            if case .vector(let vector) = row, vector.kind == .match { vector } else { nil }
        }
        #expect(matches.count == 42)
        var index = SubjectIndex<Int>()
        for (number, vector) in matches.enumerated() {
            try index.insert(number, for: SubjectFilter(bytes: vector.pattern))
        }
        var buffer: [Int] = []
        for (number, vector) in matches.enumerated() {
            index.match(vector.subject.span, into: &buffer)
            let expected = String(decoding: vector.expected, as: UTF8.self) == "true"
            #expect(buffer.contains(number) == expected, "\(vector)")
        }
    }
}
