// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestSupport
import Testing

@testable import SinewSubjects

@Suite("Index for several threads: what could make its two sides differ, or meet", .timeLimit(.minutes(1)))
struct ConcurrentSubjectIndexHazardTests {
    @Test("A reader that chose its count before the last change, and was counted after it, is waited for")
    func lateReader() async throws {
        let index = ConcurrentSubjectIndex<Int>()
        let entry = try index.insert(1, for: "a")
        // Readers who come now are in the other count. This one looked before the insert, and was stopped then.
        index.evenReaders.arrive(at: 3)
        async let writer = onThread { index.remove(entry) }
        do {
            try await eventually { index.waitCount > 0 }
        } catch {
            index.evenReaders.leave(3)
            throw error
        }
        index.evenReaders.leave(3)
        #expect(try await writer == 1)
    }

    @Test("An insert for which there is no place leaves both sides alike", arguments: 1...4 as ClosedRange<UInt64>)
    func crowded(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var crowded = 0
        // Small ones, because a larger table has a place for nearly everything.
        for _ in 0..<100 {
            let index = ConcurrentSubjectIndex<Int>(
                limits: SubjectIndexLimits(),
                seed: random.next(),
                maximumProbe: 1,
                hook: nil
            )
            var model = NaiveIndex()
            for value in 0..<30 {
                let tokens = (0..<2).map { _ in Array("t\(Int.random(in: 0..<50, using: &random))".utf8) }
                let filter = try SubjectFilter(bytes: Words.joined(tokens))
                do throws(SubjectError) {
                    let isBatch = value % 3 == 0
                    let entry =
                        isBatch
                        ? try index.update { $0.insert(value, for: filter) }.entries[0]
                        : try index.insert(value, for: filter)
                    model.insert(value, for: tokens, as: entry)
                } catch {
                    #expect(error.code == .crowded)
                    crowded += 1
                }
                if value % 5 == 0, let entry = model.items.randomElement(using: &random)?.entry {
                    let (removed, expected) = (index.remove(entry), model.remove(entry))
                    #expect(removed == expected, "seed \(seed)")
                }
                let subject = model.items.randomElement(using: &random)?.filter ?? tokens
                let matches = try index.matches(Subject(bytes: Words.joined(subject)))
                #expect(matches == model.matches(subject), "seed \(seed)")
            }
        }
        #expect(crowded > 0, "seed \(seed)")
    }

    @Test("What one side did for an insert that was refused does not show when readers are sent to it")
    func refusedAlone() throws {
        let index = ConcurrentSubjectIndex<Int>(limits: SubjectIndexLimits(), seed: 0, maximumProbe: 0, hook: nil)
        for value in 0..<4 {
            let error = #expect(throws: SubjectError.self) { try index.insert(value, for: "a.b") }
            #expect(error?.code == .crowded)
            try index.insert(value, for: "*")
            #expect(index.statistics.reseeds == 0 && index.statistics.nodes == 2, "after \(value + 1)")
        }
    }

    /// Uses the index that it was in when it goes.
    final class Visitor: Sendable {
        let index: ConcurrentSubjectIndex<Visitor>

        init(_ index: ConcurrentSubjectIndex<Visitor>) { self.index = index }

        deinit {
            // Would wait for itself, were a lock held or a search under way.
            _ = try? index.update { _ in }
            let count = index.matches("a.b").count
            ConcurrentSubjectIndexHazardTests.counter.withLock { $0 += count + 1 }
        }
    }

    static let counter = Mutex(0)
    private static var released: Int { counter.withLock { $0 } }

    @Test("Values are released when no lock is held: what they do then may use the index")
    func releases() throws {
        let index = ConcurrentSubjectIndex<Visitor>(limits: SubjectIndexLimits(maximumEntries: 3))
        let before = Self.released
        let entry = try index.insert(Visitor(index), for: "a.b")
        index.remove(entry)
        #expect(Self.released == before + 1)
        for _ in 0..<3 { try index.insert(Visitor(index), for: "a.b") }
        #expect(throws: SubjectError.self) { try index.insert(Visitor(index), for: "a.b") }
        // That one saw three others.
        #expect(Self.released == before + 5)
        index.removeAll()
        #expect(Self.released == before + 8 && index.isEmpty)
    }

    @Test("Removing all leaves nothing, and no entry from before means anything")
    func removeAll() throws {
        let index = ConcurrentSubjectIndex<Int>()
        let entries = try (0..<100).map { try index.insert($0, for: SubjectFilter("a.b\($0)")) }
        index.removeAll()
        #expect(index.isEmpty && index.statistics.nodes == 1 && index.entries == [])
        for value in 0..<100 { try index.insert(value, for: "a") }
        #expect(entries.allSatisfy { index.remove($0) == nil && !index.contains($0) && index[$0] == nil })
        #expect(index.matchCount("a") == 100)
    }
}
