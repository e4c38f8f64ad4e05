// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewMembership
import SinewSubjects
import SinewTesting
import Testing

@Suite("Tables of routes", .timeLimit(.minutes(1)))
struct RouteTableTests {
    private static let filters = ["a", "a.b", "a.*", "a.>", "*.b", "*", ">", "a.b.c", "*.*.c", "b.>", "a.*.c"]
    private static let subjects = ["a", "b", "a.b", "b.b", "a.c", "a.b.c", "b.b.c", "a.b.c.d", "c"]

    /// Token by token, as the grammar says.
    private static func matches(_ subject: String, _ filter: String) -> Bool {
        let subject = subject.split(separator: ".")
        let filter = filter.split(separator: ".")
        for (place, token) in filter.enumerated() {
            if token == ">" { return subject.count > place }
            guard place < subject.count, token == "*" || token == subject[place] else { return false }
        }
        return subject.count == filter.count
    }

    private struct Entry: Hashable {
        let receiver: Int
        let filter: String
        let group: String?
    }

    @Test("Whom a subject's messages go to is what a list of all interests says", arguments: 0..<60)
    func model(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var table = RouteTable(seed: seed)
        var entries: [Entry] = []
        for step in 0..<250 {
            let entry = Entry(
                receiver: Int.random(in: 0..<6, using: &random),
                filter: try #require(Self.filters.randomElement(using: &random)),
                group: [nil, nil, "g", "h"][Int.random(in: 0..<4, using: &random)]
            )
            let group = try entry.group.map { try QueueGroup($0) }
            let interest = Interest(try SubjectFilter(entry.filter), group: group)
            if Bool.random(using: &random) {
                try table.insert(interest, for: entry.receiver)
                if !entries.contains(entry) { entries.append(entry) }
            } else {
                table.remove(interest, for: entry.receiver)
                entries.removeAll { $0 == entry }
            }
            try #require(table.count == entries.count, "seed \(seed), step \(step)")
            // Some that were looked up before, so that what is remembered is used, and must not be too old.
            for _ in 0..<2 {
                let subject = try #require(Self.subjects.randomElement(using: &random))
                let bytes = Array(subject.utf8)
                let plan = table.plan(for: bytes.span)
                let found = try #require(plan)
                let matching = entries.filter { Self.matches(subject, $0.filter) }
                let plain = Set(matching.filter { $0.group == nil }.map(\.receiver)).sorted()
                try #require(found.plain == plain, "seed \(seed), step \(step): \(subject)")
                let names = Set(matching.compactMap(\.group)).sorted()
                try #require(found.groups.map { "\($0.name)" } == names, "seed \(seed), step \(step): \(subject)")
                for place in found.groups {
                    let members = Set(matching.filter { $0.group == "\(place.name)" }.map(\.receiver)).sorted()
                    try #require(place.members == members, "seed \(seed), step \(step): \(subject)")
                }
                let all = Set(matching.map(\.receiver)).sorted()
                #expect(found.receivers == all && found.isEmpty == matching.isEmpty)
            }
        }
    }

    @Test("Subjects that differ in one byte are not taken for each other, however long they are")
    func rememberedSubjects() throws {
        var table = RouteTable(seed: 1)
        for length in 1...70 {
            let subject = String(repeating: "a", count: length)
            try table.insert(Interest(try SubjectFilter(subject)), for: length)
        }
        for length in 1...70 {
            let right = [UInt8](repeating: 0x61, count: length)
            // Twice: looked up, and remembered.
            for _ in 0..<2 { #expect(table.single(for: right.span) == length) }
            for place in 0..<length {
                var wrong = right
                wrong[place] = 0x62
                #expect(table.single(for: wrong.span) < 0, "byte \(place) of \(length)")
                #expect(table.single(for: right.span) == length, "byte \(place) of \(length)")
            }
        }
    }

    @Test("What is no subject has no plan")
    func noSubject() throws {
        var table = RouteTable(seed: 1)
        try table.insert(">", for: 1)
        for text in ["", ".", "a..b", "a."] {
            let bytes = Array(text.utf8)
            let plan = table.plan(for: bytes.span)
            #expect(plan == nil, "'\(text)'")
        }
    }

    @Test("A full table takes nothing more, and says so")
    func full() throws {
        var table = RouteTable(maximumEntries: 2, seed: 1)
        try table.insert("a", for: 1)
        try table.insert("b", for: 1)
        try table.insert("a", for: 1)
        #expect(throws: SubjectError.self) {
            var copy = table
            try copy.insert("c", for: 1)
        }
        table.remove("a", for: 1)
        try table.insert("c", for: 1)
        #expect(table.count == 2)
    }
}
