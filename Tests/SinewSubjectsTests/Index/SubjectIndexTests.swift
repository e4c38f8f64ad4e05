// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import TestSupport
import Testing

@Suite("Index of subjects", .timeLimit(.minutes(1)))
struct SubjectIndexTests {
    @Test("The example of the documentation")
    func example() throws {
        var index = SubjectIndex<String>()
        let billing = try index.insert("billing", for: "orders.*.new")
        try index.insert("audit", for: "orders.>")
        #expect(index.matches("orders.us.new") == ["audit", "billing"])
        let removed = index.remove(billing)
        #expect(removed == "billing")
        #expect(index.matches("orders.us.new") == ["audit"])
        #expect(index.matches("orders") == [])
    }

    @Test("Where filters differ first, the rest comes before literals, and these before any; then those of one filter")
    func order() throws {
        var index = SubjectIndex<Int>()
        for (value, filter) in ["*.*", "a.*", "*.b", "a.b", ">", "*.>", "a.>", "a.b"].enumerated() {
            try index.insert(value, for: SubjectFilter(filter))
        }
        #expect(index.matches("a.b") == [4, 6, 3, 7, 1, 5, 2, 0])
    }

    @Test("Each match is visited in order, until the visitor throws")
    func forEachMatch() throws {
        struct Enough: Error {}
        var index = SubjectIndex<Int>()
        for (value, filter) in ["a.*", "a.b", "b", "a.>", "a.b"].enumerated() {
            try index.insert(value, for: SubjectFilter(filter))
        }
        var seen: [Int] = []
        index.forEachMatch("a.b") { seen.append($0) }
        #expect(seen == [3, 1, 4, 0])
        index.forEachMatch("c") { seen.append($0) }
        #expect(seen.count == 4)
        #expect(throws: Enough.self) {
            try index.forEachMatch("a.b") { value throws(Enough) in
                seen.append(value)
                if value == 1 { throw Enough() }
            }
        }
        #expect(seen == [3, 1, 4, 0, 3, 1])
    }

    /// Values with memory of their own, so that a sanitizer sees one that is used after it has gone.
    private final class Owner {
        var index = SubjectIndex<[String]>()
    }

    @Test("A visitor may change the index that it visits, and goes on with the matches that there were")
    func changeWhileVisiting() throws {
        let owner = Owner()
        for value in 0..<3 { try owner.index.insert(["value \(value)"], for: "a") }
        var seen: [[String]] = []
        owner.index.forEachMatch("a") { value in
            owner.index.removeAll()
            for other in 0..<100 { _ = try? owner.index.insert(["other \(other)"], for: "a.*") }
            seen.append(value)
        }
        #expect(seen == [["value 0"], ["value 1"], ["value 2"]] && owner.index.count == 100)
        owner.index.forEachMatch("a.b") { _ in owner.index = SubjectIndex() }
        #expect(owner.index.isEmpty)
    }

    @Test("A stale entry removes nothing, though its place was taken again")
    func staleEntries() throws {
        var index = SubjectIndex<Int>()
        let first = try index.insert(1, for: "a")
        index.remove(first)
        let second = try index.insert(2, for: "a")
        let gone = index.remove(first)
        #expect(gone == nil && first != second && index.matches("a") == [2])
        index.removeAll()
        let third = try index.insert(3, for: "a")
        let stale = index.remove(second)
        #expect(stale == nil && second != third && index.matches("a") == [3])
    }

    @Test("Limits are typed errors, and leave everything as it was")
    func limits() throws {
        let limits = SubjectIndexLimits(maximumEntries: 2, maximumTokens: 3, maximumBytes: 20)
        var index = SubjectIndex<Int>(limits: limits)
        #expect(throws: SubjectError.self) { try index.insert(0, for: "a.b.c.d") }
        #expect(try code { try index.insert(0, for: "a.*.c.>") } == .tooManyTokens)
        #expect(try code { try index.insert(0, for: "abcdefghijklmnopqrstu") } == .tooLong)
        #expect(index.isEmpty && index.statistics.nodes == 1)
        try index.insert(1, for: "a.b.>")
        try index.insert(2, for: "abcdefghijklmnopqrst")
        let full = #expect(throws: SubjectError.self) { try index.insert(3, for: "a") }
        #expect(full?.code == .tooManyEntries && full?.isRetriable == true)
        #expect(index.count == 2 && index.matches("a") == [])
    }

    @Test("No limits allow filters so deep that matching could not remember where to go on")
    func limitsHaveBounds() throws {
        var limits = SubjectIndexLimits(maximumTokens: .max)
        (limits.maximumEntries, limits.maximumTokens, limits.maximumBytes) = (.max, .max, .max)
        let most = SubjectIndexLimits(maximumEntries: .max, maximumTokens: .max, maximumBytes: .max)
        #expect(limits == most && limits.maximumTokens == SubjectIndexLimits.tokenLimit)
        var index = SubjectIndex<Int>(limits: limits)
        let filter = try SubjectFilter((0..<200).map { _ in "a" }.joined(separator: "."))
        #expect(try code { try index.insert(0, for: filter) } == .tooManyTokens)
        (limits.maximumEntries, limits.maximumTokens, limits.maximumBytes) = (0, -1, .min)
        #expect(limits == SubjectIndexLimits(maximumEntries: 0, maximumTokens: 0, maximumBytes: 0))
    }

    @Test("An edge for which there is no place is a typed error, and leaves everything as it was")
    func crowded() throws {
        var index = SubjectIndex<Int>(seed: 0, maximumProbe: 0)
        #expect(try code { try index.insert(0, for: "*.*.a") } == .crowded)
        #expect(index.isEmpty && index.statistics.nodes == 1 && index.statistics.reseeds == 8)
        try index.insert(1, for: "*.>")
        #expect(index.matches("a.b") == [1])
    }

    /// Fails when the vain search for another seed leaves the nodes with hashes of a seed that is not used.
    @Test("What was there before an insert that found no place is found afterwards, and can be removed")
    func crowdedAfterOthers() throws {
        var refused = 0
        // Small ones, because a larger table has a place for nearly everything.
        for seed in 0..<200 as Range<UInt64> {
            var index = SubjectIndex<Int>(seed: seed, maximumProbe: 1)
            var entries: [(subject: Subject, entry: SubjectEntry)] = []
            for number in 0..<30 {
                let subject = try Subject("branch.\(number % 3).of-a-long-name-\(number)")
                do throws(SubjectError) {
                    entries.append((subject, try index.insert(number, for: SubjectFilter(subject))))
                } catch {
                    #expect(error.code == .crowded)
                    refused += 1
                }
            }
            for (subject, entry) in entries { #expect(index.matches(subject) == [index[entry]]) }
            for (_, entry) in entries {
                let removed = index.remove(entry)
                #expect(removed != nil)
            }
            #expect(index.isEmpty && index.statistics.nodes == 1)
        }
        #expect(refused > 0)
    }

    @Test("As deep as filters may be, matching remembers all places to go on from")
    func depth() throws {
        var index = SubjectIndex<Int>(limits: SubjectIndexLimits(maximumTokens: 128))
        // Each level has a literal and a wildcard, and only the last literal branch fails.
        for depth in 0..<128 {
            let tokens = (0..<depth).map { _ in "a" } + ["*"] + (depth + 1..<128).map { _ in "a" }
            try index.insert(depth, for: SubjectFilter(tokens.joined(separator: ".")))
        }
        let subject = try Subject((0..<128).map { _ in "a" }.joined(separator: "."))
        #expect(index.matches(subject) == (0..<128).reversed())
        #expect(index.matchCount(try Subject((0..<129).map { _ in "a" }.joined(separator: "."))) == 0)
    }

    @Test("Bytes that are no subject match nothing, and are told apart from subjects that match nothing")
    func invalidBytes() throws {
        var index = SubjectIndex<Int>(limits: SubjectIndexLimits(maximumBytes: 40))
        try index.insert(1, for: ">")
        var buffer = [7]
        for text in ["", ".", ".a", "a.", "a..b", "a b", "a.b\t", "abcdefg..b", "abcdefgh..b", "abcdefghabcdefg\n"] {
            let count = index.match(Array(text.utf8).span, into: &buffer)
            #expect(count == nil && buffer.isEmpty, "\(text.debugDescription)")
        }
        let long = index.match([UInt8](repeating: 0x61, count: 41).span, into: &buffer)
        #expect(long == nil)
        for text in [
            "a", "abcdefg.h", "abcdefgh.i", "\0", "*", "a.>", "a.\u{1F}", String(repeating: "a.", count: 19) + "ab",
        ] {
            let count = index.match(Array(text.utf8).span, into: &buffer)
            #expect(count == 1 && buffer == [1], "\(text.debugDescription)")
        }
    }

    @Test("Which bytes are a subject, against a look at each of them", arguments: [1, 2, 3] as [UInt64])
    func validity(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let index = SubjectIndex<Int>()
        let bytes: [UInt8] = [
            0x2E, 0x2E, 0x61, 0x62, 0x63, 0x64, 0x65, 0x2F, 0x2D, 0xAE, 0x00, 0x80, 0xFF, 0x1F, 0x21,
        ]
        let sometimes: [UInt8] = [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D]
        var valid = 0
        for _ in 0..<6_000 {
            let subject = (0..<Int.random(in: 0...26, using: &random)).map { _ in
                (Int.random(in: 0..<20, using: &random) == 0 ? sometimes : bytes).randomElement(using: &random)!
            }
            let tokens = subject.split(separator: 0x2E, omittingEmptySubsequences: false)
            let white: [UInt8] = [0x20, 0x09, 0x0A, 0x0C, 0x0D]
            let expected = tokens.allSatisfy { !$0.isEmpty } && !subject.contains { white.contains($0) }
            var buffer: [Int] = []
            let count = index.match(subject.span, into: &buffer)
            #expect((count != nil) == expected, "\(subject), seed \(seed)")
            if expected { valid += 1 }
        }
        #expect(valid > 300)
    }

    private func code(_ body: () throws -> Void) throws -> SubjectError.Code? {
        do {
            try body()
            return nil
        } catch let error as SubjectError {
            return error.code
        }
    }
}
