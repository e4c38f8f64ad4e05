// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import TestSupport
import Testing

@Suite("Partitions and mappings of subjects", .timeLimit(.minutes(1)))
struct SubjectPartitionTests {
    /// As many as there can be, so that nearly all of the hash is seen.
    static let most = Int(Int32.max)

    @Test("the hash is FNV-1a")
    func hash() throws {
        // Published values: http://www.isthe.com/chongo/tech/comp/fnv/
        let published: [(Subject, UInt32)] = [("a", 0xE40C_292C), ("foobar", 0xBF9C_F968), ("b", 0xE70C_2DE5)]
        let partitioner = try SubjectPartitioner(count: Self.most)
        for (subject, hash) in published {
            let partition = try partitioner.partition(of: subject)
            #expect(partition == Int(hash) % Self.most)
        }
    }

    @Test("chosen tokens count one after the other, with nothing between them")
    func tokens() throws {
        let partitioner = try SubjectPartitioner(count: Self.most, tokens: [2, 1])
        let whole = try SubjectPartitioner(count: Self.most)
        let (chosen, joined) = (try partitioner.partition(of: "bar.foo.x"), try whole.partition(of: "foobar"))
        #expect(chosen == joined)
        let pair = try SubjectPartitioner(count: Self.most, tokens: [1, 2])
        let (one, two) = (try pair.partition(of: "ab.c"), try pair.partition(of: "a.bc"))
        #expect(one == two)
        let error = #expect(throws: SubjectError.self) { try pair.partition(of: "one") }
        #expect(error?.code == .tokenOutOfRange && error?.token == 2)
    }

    @Test("transforms choose the same partitions", arguments: [1, 2] as [UInt64])
    func agreement(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var seen: Set<Int> = []
        for number in 0..<2000 {
            let subject = try Subject("k\(UInt16.random(in: 0...999, using: &random)).v\(number).x")
            let count = Int.random(in: 1...64, using: &random)
            let whole = try SubjectPartitioner(count: count).partition(of: subject)
            let first = try SubjectPartitioner(count: count, tokens: [3, 1]).partition(of: subject)
            let transform = try SubjectTransform(
                from: "*.*.*",
                to: "{{partition(\(count))}}.{{partition(\(count),3,1)}}"
            )
            let result = try transform.apply(to: subject)
            #expect(result?.description == "\(whole).\(first)", "seed \(seed): \(subject)")
            #expect((0..<count).contains(whole))
            seen.insert(whole)
        }
        #expect(seen.count > 50)
    }

    @Test func partitionersThatAreRefused() {
        for count in [0, -1, Self.most + 1] {
            #expect(throws: SubjectError.self) { try SubjectPartitioner(count: count) }
        }
        for tokens in [[], [0], [-1], Array(repeating: 1, count: 65)] {
            #expect(throws: SubjectError.self) { try SubjectPartitioner(count: 1, tokens: tokens) }
        }
    }

    @Test("weights are shares, and the rest keeps its subject")
    func weights() throws {
        let mapping = try SubjectMapping(
            from: "orders.*",
            to: [.init("v1.$1", weight: 60), .init("v2.$1", weight: 30)]
        )
        var random = SeededGenerator(seed: 7)
        var counts: [Subject: Int] = [:]
        for _ in 0..<10_000 {
            let result = try mapping.apply(to: "orders.new", using: &random)
            counts[try #require(result), default: 0] += 1
        }
        // Six standard deviations are below 300.
        for (subject, share) in [("v1.new", 6000), ("v2.new", 3000), ("orders.new", 1000)] as [(Subject, Int)] {
            #expect(abs(counts[subject, default: 0] - share) < 300, "\(counts)")
        }
        #expect(counts.count == 3)
        let other = try mapping.apply(to: "other", using: &random)
        #expect(other == nil)
    }

    @Test("without a weight all go; with weight 0, and without destinations, none")
    func extremes() throws {
        var random = SeededGenerator(seed: 7)
        let all = try SubjectMapping(from: "a", to: [.init("b")])
        let none = try SubjectMapping(from: "a", to: [.init("b", weight: 0)])
        let nowhere = try SubjectMapping(from: "", to: [])
        for _ in 0..<1000 {
            let results = [
                try all.apply(to: "a", using: &random), try none.apply(to: "a", using: &random),
                try nowhere.apply(to: "a", using: &random),
            ]
            #expect(results == ["b", "a", "a"])
        }
    }

    @Test func mappingsThatAreRefused() {
        let cases: [([SubjectMapping.Destination], SubjectError.Code)] = [
            ([.init("b", weight: 60), .init("c", weight: 41)], .invalidWeight),
            ([.init("b", weight: -1)], .invalidWeight),
            ([.init("b", weight: 101)], .invalidWeight), ([.init("b", weight: .max), .init("c")], .invalidWeight),
            ([.init("b..c")], .emptyToken), ([.init("$1")], .wildcardOutOfRange),
            (Array(repeating: .init("b", weight: 0), count: 101), .tooManyDestinations),
        ]
        for (destinations, code) in cases {
            let error = #expect(throws: SubjectError.self) { try SubjectMapping(from: "a", to: destinations) }
            #expect(error?.code == code)
        }
    }
}
