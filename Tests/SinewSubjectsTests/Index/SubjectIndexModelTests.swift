// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import TestSupport
import Testing

@Suite("Index against a list of everything", .timeLimit(.minutes(1)))
struct SubjectIndexModelTests {
    #if DEBUG
    static let steps = 4_000
    #else
    static let steps = 100_000
    #endif

    /// Some that are always the same and one that is new each time; the failing one is in the test's name.
    static let seeds: [UInt64] = [1, 2, 3, .random(in: 0 ... .max)]

    @Test("Inserts, removes, copies, matches and questions about filters", arguments: seeds)
    func agrees(seed: UInt64) throws {
        var run = ModelRun(seed: seed, maximumProbe: 512)
        for _ in 0..<Self.steps { try run.step() }
        try run.finish()
        #expect(run.matched > Self.steps / 8, "of \(Self.steps) steps, seed \(seed)")
        #expect(run.copies > 10 && run.refusals > 0 && run.reseeds == 0)
    }

    @Test("The same in a table that is built anew all the time", arguments: seeds)
    func agreesWhenCrowded(seed: UInt64) throws {
        var run = ModelRun(seed: seed, maximumProbe: 1)
        for _ in 0..<Self.steps / 8 { try run.step() }
        try run.finish()
        #expect(run.reseeds > 10, "seed \(seed)")
    }
}

/// Some indices, each with its model, of which some began as copies of others.
private struct ModelRun {
    struct Pair {
        var index: SubjectIndex<Int>
        var model = NaiveIndex()
    }

    let seed: UInt64
    var random: SeededGenerator
    var pairs: [Pair]
    var value = 0
    var buffer: [Int] = []
    var matched = 0
    var copies = 0
    var refusals = 0
    var crowded = 0
    var reseeds: Int { pairs.map(\.index.statistics.reseeds).max() ?? 0 }

    init(seed: UInt64, maximumProbe: Int) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        let limits = SubjectIndexLimits(maximumEntries: 30)
        pairs = (0..<3).map { _ in
            Pair(index: SubjectIndex(limits: limits, seed: seed, maximumProbe: maximumProbe))
        }
    }

    mutating func step() throws {
        let chosen = Int.random(in: 0..<pairs.count, using: &random)
        switch Int.random(in: 0..<1000, using: &random) {
        case ..<250: try insert(chosen)
        case ..<430: try remove(chosen)
        case ..<880: try match(chosen)
        case ..<990: try ask(chosen)
        case ..<998:
            pairs[Int.random(in: 0..<pairs.count, using: &random)] = pairs[chosen]
            copies += 1
        default:
            pairs[chosen].index.removeAll()
            pairs[chosen].model.removeAll()
        }
        try #require(pairs[chosen].index.count == pairs[chosen].model.items.count)
    }

    private mutating func filter() -> [[UInt8]] { Words.filter(of: .random(in: 1...5, using: &random), using: &random) }

    private mutating func insert(_ chosen: Int) throws {
        let tokens = filter()
        value += 1
        do {
            let entry = try pairs[chosen].index.insert(value, for: SubjectFilter(bytes: Words.joined(tokens)))
            pairs[chosen].model.insert(value, for: tokens, as: entry)
            try #require(pairs[chosen].index[entry] == value)
            let filter = try #require(pairs[chosen].index.filter(of: entry))
            let original = try SubjectFilter(bytes: Words.joined(tokens))
            try #require(filter == original && filter.isLiteral == original.isLiteral)
        } catch let error as SubjectError {
            if error.code == .crowded { crowded += 1 } else { refusals += 1 }
            try #require(error.code == .crowded || pairs[chosen].model.items.count == 30)
        }
    }

    /// Removes an entry of this index, or one that is of another or gone.
    private mutating func remove(_ chosen: Int) throws {
        let source = Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 0..<3, using: &random) : chosen
        guard let entry = pairs[source].model.items.randomElement(using: &random)?.entry else { return }
        // Another index may have made an equal entry, which is then as good as its own.
        let expected = pairs[chosen].model.remove(entry)
        let removed = pairs[chosen].index.remove(entry)
        try #require(removed == expected, "seed \(seed)")
        let again = pairs[chosen].index.remove(entry)
        try #require(again == nil && !pairs[chosen].index.contains(entry) && pairs[chosen].index[entry] == nil)
    }

    private mutating func match(_ chosen: Int) throws {
        let tokens = Words.subject(of: .random(in: 1...6, using: &random), using: &random)
        let bytes = Words.joined(tokens)
        let expected = pairs[chosen].model.matches(tokens)
        let index = pairs[chosen].index
        let count = index.match(bytes.span, into: &buffer)
        try #require(buffer == expected && count == expected.count, "\(tokens), seed \(seed)")
        if !expected.isEmpty { matched += 1 }
        guard let subject = try? Subject(bytes: bytes) else { return }
        try #require(index.matches(subject) == expected && index.matchCount(subject) == expected.count)
        try #require(index.hasMatch(subject) == !expected.isEmpty)
    }

    private mutating func ask(_ chosen: Int) throws {
        let tokens = filter()
        let filter = try SubjectFilter(bytes: Words.joined(tokens))
        let items = pairs[chosen].model.items
        let index = pairs[chosen].index
        try #require(index.entries(of: filter) == items.filter { $0.filter == tokens }.map(\.entry))
        func expected(_ condition: (SubjectFilter) -> Bool) throws -> Set<SubjectEntry> {
            Set(try items.filter { condition(try SubjectFilter(bytes: Words.joined($0.filter))) }.map(\.entry))
        }
        let included = index.entries(includedIn: filter)
        let wantsIncluded = try expected { filter.includes($0) }
        try #require(Set(included) == wantsIncluded && included.count == wantsIncluded.count, "\(tokens), seed \(seed)")
        let intersecting = index.entries(intersecting: filter)
        let wantsIntersecting = try expected { filter.intersects($0) }
        try #require(Set(intersecting) == wantsIntersecting, "\(tokens), seed \(seed)")
        try #require(intersecting.count == wantsIntersecting.count)
        try #require(index.intersects(filter) == !wantsIntersecting.isEmpty)
    }

    /// Everything is there, and once it has gone, nothing is left.
    mutating func finish() throws {
        for chosen in pairs.indices {
            let items = pairs[chosen].model.items
            try #require(Set(pairs[chosen].index.entries) == Set(items.map(\.entry)))
            for item in items.shuffled(using: &random) {
                let removed = pairs[chosen].index.remove(item.entry)
                try #require(removed == item.value)
            }
            try #require(pairs[chosen].index.isEmpty && pairs[chosen].index.statistics.nodes == 1)
        }
    }
}
