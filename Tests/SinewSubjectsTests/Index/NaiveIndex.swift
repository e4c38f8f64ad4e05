// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import TestSupport

/// What an index is expected to do, in the plainest way: a list of everything.
struct NaiveIndex {
    struct Item {
        let entry: SubjectEntry
        let filter: [[UInt8]]
        let value: Int
    }

    private(set) var items: [Item] = []

    mutating func insert(_ value: Int, for filter: [[UInt8]], as entry: SubjectEntry) {
        items.append(Item(entry: entry, filter: filter, value: value))
    }

    mutating func remove(_ entry: SubjectEntry) -> Int? {
        guard let index = items.firstIndex(where: { $0.entry == entry }) else { return nil }
        return items.remove(at: index).value
    }

    mutating func removeAll() { items = [] }

    /// The values that a subject matches, in the order that is promised.
    func matches(_ subject: [[UInt8]]) -> [Int] {
        let found = items.filter { Self.matches($0.filter, subject) }
        return found.enumerated().sorted {
            Self.isBefore($0.element.filter, $1.element.filter) ?? ($0.offset < $1.offset)
        }.map(\.element.value)
    }

    static func matches(_ filter: [[UInt8]], _ subject: [[UInt8]]) -> Bool {
        for (index, token) in filter.enumerated() {
            if index == filter.count - 1, token == Words.rest { return subject.count > index }
            guard index < subject.count, token == Words.any || token == subject[index] else { return false }
        }
        return filter.count == subject.count
    }

    /// Whether one of two filters that match the same subject comes first; nil when they are the same.
    private static func isBefore(_ left: [[UInt8]], _ right: [[UInt8]]) -> Bool? {
        guard let (first, second) = zip(left, right).first(where: { $0 != $1 }) else { return nil }
        func rank(_ token: [UInt8]) -> Int { token == Words.rest ? 0 : token == Words.any ? 2 : 1 }
        return rank(first) < rank(second)
    }
}

/// Tokens that are easily taken for each other.
enum Words {
    static let any = Array("*".utf8)
    static let rest = Array(">".utf8)

    static let literal: [[UInt8]] =
        [
            "a", "b", "ab", "*a", ">>", "abcdefg", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefghj", "abcdefghabcdefgh",
            "abcdefghabcdefgi", "abcdefghabcdefghi", "abcdefghabcdefghj", "abcdefghXbcdefghabcdefgh",
            "abcdefghYbcdefghabcdefgh",
        ].map { Array($0.utf8) } + [
            [0], [0, 0], [0x61, 0], [0x80], [0xFF], [0x7F, 0x80, 0xFF], [UInt8](repeating: 0, count: 9),
        ]

    static func filter(of depth: Int, using random: inout SeededGenerator) -> [[UInt8]] {
        var tokens = (0..<depth).map { _ in
            Int.random(in: 0..<4, using: &random) == 0 ? any : literal.randomElement(using: &random)!
        }
        if Int.random(in: 0..<5, using: &random) == 0 { tokens[depth - 1] = rest }
        return tokens
    }

    /// A subject; sometimes one that looks like a filter.
    static func subject(of depth: Int, using random: inout SeededGenerator) -> [[UInt8]] {
        (0..<depth).map { _ in
            Int.random(in: 0..<30, using: &random) == 0 ? any : literal.randomElement(using: &random)!
        }
    }

    static func joined(_ tokens: [[UInt8]]) -> [UInt8] { Array(tokens.joined(separator: [0x2E])) }
}
