// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewSubjects
import Synchronization
import TestSupport
import Testing

@Suite("Index for several threads", .timeLimit(.minutes(1)))
struct ConcurrentSubjectIndexTests {
    typealias Index = ConcurrentSubjectIndex<Int>

    @Test(
        "A writer stopped anywhere in an update blocks no reader, who sees all of it or nothing",
        arguments: Index.UpdatePoint.allCases
    )
    func stoppedWriter(point: Index.UpdatePoint) async throws {
        let gate = Gate(at: point)
        let index = Index(limits: SubjectIndexLimits(), seed: 0) { gate.pass($0) }
        let first = try index.insert(1, for: "a.b")
        gate.shut.isSet = true
        async let writer: Void = onThread {
            _ = try index.update { update in
                update.remove(first)
                update.insert(2, for: "a.*")
                update.insert(3, for: "a.b")
            }
        }
        // Whatever happens, the writer is let go.
        defer { gate.shut.isSet = false }
        try await eventually { gate.waiting.isSet }
        let isNew = point != .begun && point != .changed
        let readers = try await withThrowingTaskGroup(of: [[Int]].self) { group in
            for _ in 0..<3 { group.addTask { try await onThread { (0..<500).map { _ in index.matches("a.b") } } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(readers.count == 1500 && Set(readers) == [isNew ? [3, 2] : [1]])
        #expect(gate.waiting.isSet, "the writer was stopped all the time")
        gate.shut.isSet = false
        try await writer
        #expect(index.matches("a.b") == [3, 2])
    }

    @Test("A reader in the middle of a search keeps what it sees until it has left")
    func slowReader() async throws {
        let index = Index()
        let entry = try index.insert(1, for: "a")
        let done = Flag()
        let isReading = Flag()
        let mayLeave = Flag()
        async let seen = onThread {
            index.readForTests {
                isReading.isSet = true
                while !mayLeave.isSet {}
            }
        }
        defer { mayLeave.isSet = true }
        try await eventually { isReading.isSet }
        async let writer = onThread {
            let removed = index.remove(entry)
            done.isSet = true
            return removed
        }
        // New readers go to the other side at once; the writer waits for the old one.
        try await eventually { index.matches("a").isEmpty && index.waitCount > 0 }
        #expect(!done.isSet)
        mayLeave.isSet = true
        #expect(try await seen == 1, "the entry was there at the end of the search as at its beginning")
        #expect(try await writer == 1)
    }

    @Test("A batch of which one part is refused changes nothing, and both sides stay alike")
    func refusedBatch() throws {
        let index = Index(limits: SubjectIndexLimits(maximumEntries: 3))
        let first = try index.insert(1, for: "a")
        for _ in 0..<3 {
            #expect(throws: SubjectError.self) {
                try index.update { update in
                    update.remove(first)
                    for value in 2...5 { update.insert(value, for: "a.b") }
                }
            }
            #expect(index.count == 1 && index.matches("a") == [1] && index.matches("a.b") == [])
            let entry = try index.insert(6, for: "a.b")
            #expect(index.matches("a.b") == [6])
            #expect(index.remove(entry) == 6)
        }
    }

    @Test("It answers as a plain index does", arguments: [1, 2] as [UInt64])
    func agrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var plain = SubjectIndex<Int>()
        let index = Index()
        var entries: [SubjectEntry] = []
        var buffer = SubjectMatches<Int>(minimumCapacity: 1)
        for value in 0..<3000 {
            if Int.random(in: 0..<3, using: &random) == 0, let entry = entries.randomElement(using: &random) {
                let removed = plain.remove(entry)
                #expect(index.remove(entry) == removed)
            } else {
                let tokens = Words.filter(of: .random(in: 1...4, using: &random), using: &random)
                let filter = try SubjectFilter(bytes: Words.joined(tokens))
                let entry = try plain.insert(value, for: filter)
                #expect(try index.insert(value, for: filter) == entry)
                entries.append(entry)
            }
            let bytes = Words.joined(Words.subject(of: .random(in: 1...4, using: &random), using: &random))
            if let entry = entries.randomElement(using: &random) {
                #expect(index.contains(entry) == plain.contains(entry) && index[entry] == plain[entry])
                #expect(index.filter(of: entry) == plain.filter(of: entry))
            }
            if value % 100 == 0 { #expect(index.entries == plain.entries) }
            guard let subject = try? Subject(bytes: bytes) else { continue }
            index.match(subject, into: &buffer)
            let expected = plain.matches(subject)
            #expect(index.matchCount(subject) == expected.count)
            #expect(buffer.indices.map { buffer[$0] } == expected && index.hasMatch(subject) == !expected.isEmpty)
        }
    }
}

/// A yes or no that threads tell each other.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool {
        get { value.load(ordering: .sequentiallyConsistent) }
        set { value.store(newValue, ordering: .sequentiallyConsistent) }
    }
}

/// Stops whoever passes one point, for as long as it is shut.
private final class Gate: Sendable {
    let point: ConcurrentSubjectIndex<Int>.UpdatePoint
    let shut = Flag()
    let waiting = Flag()

    init(at point: ConcurrentSubjectIndex<Int>.UpdatePoint) { self.point = point }

    func pass(_ point: ConcurrentSubjectIndex<Int>.UpdatePoint) {
        guard point == self.point else { return }
        while shut.isSet { waiting.isSet = true }
        waiting.isSet = false
    }
}
