// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import Synchronization
import TestSupport
import Testing

@Suite("Index under threads that search and change it", .timeLimit(.minutes(1)))
struct ConcurrentSubjectIndexStressTests {
    /// Counted when it goes, so that a value that is copied from a side being changed does not go unnoticed.
    final class Subscriber: Sendable {
        let number: Int
        let living: Counter

        init(_ number: Int, _ living: Counter) {
            self.number = number
            self.living = living
            living.value.wrappingAdd(1, ordering: .relaxed)
        }

        deinit { living.value.wrappingSubtract(1, ordering: .relaxed) }
    }

    final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    #if DEBUG
    private static let rounds = isSanitized ? 1000 : 3000
    #else
    private static let rounds = 20_000
    #endif

    /// Each update inserts two filters that one subject matches, or removes both.
    @Test("Readers see each batch whole, and the values are released")
    func batches() async throws {
        let living = Counter()
        let rounds = Self.rounds
        let seen = try await run(ConcurrentSubjectIndex<Subscriber>(), living, rounds)
        #expect(seen.torn == 0)
        // What was to be provoked: searches that met many different states of the index.
        #expect(seen.searches > 100 && seen.changes > 50, "\(seen)")
        let leaked = living.value.load(ordering: .relaxed)
        #expect(leaked == 0)
    }

    struct Seen {
        var searches = 0
        var changes = 0
        var torn = 0
    }

    private func run(
        _ index: ConcurrentSubjectIndex<Subscriber>,
        _ living: Counter,
        _ rounds: Int
    ) async throws -> Seen {
        let writers = Counter()
        writers.value.store(2, ordering: .relaxed)
        return try await withThrowingTaskGroup(of: Seen.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    try await onThread {
                        defer { writers.value.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
                        try Self.write(to: index, living, numbers: writer * rounds..<(writer + 1) * rounds)
                        return Seen()
                    }
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    try await onThread {
                        var seen = Seen()
                        while writers.value.load(ordering: .sequentiallyConsistent) > 0 { Self.search(index, &seen) }
                        return seen
                    }
                }
            }
            return try await group.reduce(into: Seen()) {
                $0.searches += $1.searches
                $0.changes += $1.changes
                $0.torn += $1.torn
            }
        }
    }

    /// A batch that is refused in its middle makes one side anew while others search.
    @Test("Searches by bytes go on while batches are refused")
    func refusals() async throws {
        let index = ConcurrentSubjectIndex<Int>(limits: SubjectIndexLimits(maximumEntries: 2))
        try index.insert(1, for: "a.*")
        let isDone = Counter()
        async let found = onThread {
            var matches = SubjectMatches<Int>()
            let bytes = Array("a.b".utf8)
            var (found, searches) = (0, 0)
            while isDone.value.load(ordering: .relaxed) == 0 || searches == 0 {
                let isSubject = index.match(bytes.span, into: &matches)
                if isSubject, matches.count == 1 { found += 1 }
                searches += 1
            }
            return (found, searches)
        }
        var refused = 0
        for _ in 0..<Self.rounds {
            do {
                try index.update { update in for value in 2...4 { update.insert(value, for: ">") } }
            } catch {
                refused += 1
            }
        }
        isDone.value.store(1, ordering: .relaxed)
        let (matched, searches) = try await found
        #expect(matched == searches && searches > 0 && refused == Self.rounds)
    }

    private static func write(
        to index: ConcurrentSubjectIndex<Subscriber>,
        _ living: Counter,
        numbers: Range<Int>
    ) throws {
        var previous: [SubjectEntry] = []
        for number in numbers {
            let subscriber = Subscriber(number, living)
            let outcome = try index.update { update in
                for entry in previous { update.remove(entry) }
                update.insert(subscriber, for: "a.b")
                update.insert(subscriber, for: "*.b")
            }
            previous = outcome.entries
        }
        try index.update { update in for entry in previous { update.remove(entry) } }
    }

    private static func search(_ index: ConcurrentSubjectIndex<Subscriber>, _ seen: inout Seen) {
        var matches = SubjectMatches<Subscriber>()
        var last: [Int] = []
        for _ in 0..<100 {
            index.match("a.b", into: &matches)
            let numbers = matches.indices.map { matches[$0].number }
            let half = numbers.count / 2
            if numbers[..<half] != numbers[half...] { seen.torn += 1 }
            if numbers != last { seen.changes += 1 }
            last = numbers
            seen.searches += 1
        }
    }
}
