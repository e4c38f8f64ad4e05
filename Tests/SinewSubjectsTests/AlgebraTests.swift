// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import TestSupport
import Testing

/// Against the definitions: which of all small subjects filters match. A difference between two filters of three tokens
/// shows in subjects of four, and one token that is in no filter stands for all others.
@Suite("Filter algebra", .timeLimit(.minutes(1)))
struct FilterAlgebraTests {
    static let subjects = Naive.texts(of: ["a", "b", "c"], upTo: 4).map { Array($0.utf8) }
    /// Every filter of up to three tokens.
    static let filters = Naive.texts(of: ["a", "b", "*", ">"], upTo: 3).filter { Naive.isFilter(Array($0.utf8)) }

    private struct Case {
        let filter: SubjectFilter
        let selected: Set<Int>
    }

    private static func cases(_ texts: [String]) throws -> [Case] {
        try texts.map { text in
            let filter = try SubjectFilter(text)
            let selected = subjects.indices.filter { Naive.matches(filter.bytes, subjects[$0]) }
            return Case(filter: filter, selected: Set(selected))
        }
    }

    @Test("every pair of small filters and every small subject")
    func exhaustive() throws {
        let cases = try Self.cases(Self.filters)
        #expect(cases.count == 52 && Self.subjects.count == 120)
        for one in cases {
            for (index, subject) in Self.subjects.enumerated() {
                let matches = one.filter.matches(subject)
                #expect(matches == one.selected.contains(index), "\(one.filter) \(subject)")
                let checked = try Subject(bytes: subject)
                #expect(one.filter.matches(checked) == matches)
            }
            for other in cases {
                let pair = "\(one.filter) \(other.filter)"
                #expect(
                    one.filter.intersects(other.filter) == !one.selected.isDisjoint(with: other.selected),
                    "\(pair)"
                )
                #expect(one.filter.includes(other.filter) == one.selected.isSuperset(of: other.selected), "\(pair)")
                // Every filter is canonical.
                #expect((one.filter == other.filter) == (one.selected == other.selected), "\(pair)")
            }
        }
    }

    @Test("raw bytes, with empty tokens and wildcards among them", arguments: [1, 2, 3, 4] as [UInt64])
    func rawBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = ["a", "b", "*", ">", "", "a*", ">b", "ab", "a-b", "aab"]
        func text() -> [UInt8] {
            let tokens = (0..<Int.random(in: 1...5, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            return Array(tokens.joined(separator: ".").utf8)
        }
        var (valid, matched) = (0, 0)
        for _ in 0..<20_000 {
            let (pattern, subject) = (text(), text())
            let filter = try? SubjectFilter(bytes: pattern)
            holds((filter != nil) == Naive.isFilter(pattern), "seed \(seed): \(pattern)")
            holds(((try? Subject(bytes: subject)) != nil) == Naive.isSubject(subject), "seed \(seed): \(subject)")
            guard let filter else { continue }
            valid += 1
            let matches = filter.matches(subject)
            holds(matches == Naive.matches(pattern, subject), "seed \(seed): \(filter) \(subject)")
            if matches { matched += 1 }
        }
        #expect(valid > 1000 && matched > 100)
    }

    @Test("relations of larger filters follow from each other", arguments: [11, 12, 13] as [UInt64])
    func relations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func filter() throws -> SubjectFilter {
            var tokens = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                ["a", "b", "*", "a*"].randomElement(using: &random)!
            }
            if tokens.isEmpty || Int.random(in: 0..<4, using: &random) == 0 { tokens.append(">") }
            return try SubjectFilter(tokens.joined(separator: "."))
        }
        var included = 0
        for _ in 0..<20_000 {
            let (one, two, three) = (try filter(), try filter(), try filter())
            holds(one.includes(one) && one.intersects(one) && SubjectFilter(">").includes(one), "seed \(seed): \(one)")
            holds(one.intersects(two) == two.intersects(one), "seed \(seed): \(one) \(two)")
            holds(!(one.includes(two) && two.includes(one)) || one == two, "seed \(seed): \(one) \(two)")
            if one.includes(two) {
                included += 1
                holds(one.intersects(two), "seed \(seed): \(one) \(two)")
                holds(!two.includes(three) || one.includes(three), "seed \(seed): \(one) \(two) \(three)")
                holds(!two.intersects(three) || one.intersects(three), "seed \(seed): \(one) \(two) \(three)")
            }
            if let subject = Subject(two) {
                let isMatch = one.matches(subject)
                holds(isMatch == one.includes(two) && isMatch == one.intersects(two), "seed \(seed): \(one) \(two)")
            }
        }
        #expect(included > 500)
    }

    @Test("a minimized list matches the same", arguments: [21, 22] as [UInt64])
    func minimized(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try Self.cases(Self.filters)
        var dropped = 0
        for _ in 0..<500 {
            let chosen = (0..<Int.random(in: 0...8, using: &random)).map { _ in cases.randomElement(using: &random)! }
            let filters = SubjectFilter.minimized(chosen.map(\.filter))
            let kept = cases.filter { filters.contains($0.filter) }
            let union = chosen.reduce(into: Set<Int>()) { $0.formUnion($1.selected) }
            #expect(kept.reduce(into: Set<Int>()) { $0.formUnion($1.selected) } == union, "seed \(seed): \(filters)")
            #expect(filters == filters.sorted() && Set(filters).count == filters.count)
            for one in filters {
                #expect(!filters.contains { $0 != one && $0.includes(one) }, "seed \(seed): \(filters)")
            }
            #expect(SubjectFilter.minimized(chosen.shuffled(using: &random).map(\.filter)) == filters)
            dropped += chosen.count - filters.count
        }
        #expect(dropped > 100)
        #expect(SubjectFilter.minimized(["a.*", "b", "a.b", "a.*", "a.*.>"]) == ["a.*", "a.*.>", "b"])
    }

    @Test("bytes are compared as they are")
    func bytes() throws {
        let lower = try SubjectFilter(bytes: [0x66, 0xFF])
        #expect(lower.matches([0x66, 0xFF]) && !lower.matches([0x46, 0xFF]) && !lower.matches([0x66]))
        #expect(lower.description == "f\u{FFFD}")
        // The same letter composed and decomposed.
        #expect(!SubjectFilter("caf\u{E9}").matches("cafe\u{301}" as Subject))
        let reserved: [Subject] = ["$SYS.REQ", "_INBOX.1"]
        for subject in reserved {
            #expect(SubjectFilter(">").matches(subject) && SubjectFilter("*.*").matches(subject))
        }
    }
}
