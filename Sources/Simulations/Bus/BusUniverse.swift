// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewMembership
import SinewSubjects

/// The interests that simulated nodes may have, so that a set of them is one number, and the subjects they publish.
struct BusUniverse: Sendable {
    private static let filters: [SubjectFilter] = ["a.b", "a.*", "a.>", "*.b", "c", "c.d.e", "*.*.e", ">"]
    static let subjects = ["a.b", "a.c", "b.b", "c", "c.d.e", "a.d.e"].map { Array($0.utf8) }
    static let groups: [QueueGroup?] = [nil, "grinders", "millers"]
    static let count = filters.count * groups.count

    /// Of each filter one without a group, and one for each group.
    let interests: [Interest]
    /// For each subject, which interests it matches: a bit for each.
    let matches: [UInt64]
    // For looking up only.
    private let numbers: [Interest: Int]

    init() {
        let interests = Self.filters.flatMap { filter in Self.groups.map { Interest(filter, group: $0) } }
        self.interests = interests
        matches = Self.subjects.map { subject in
            interests.indices.reduce(0) { mask, number in
                Self.matches(subject, interests[number].filter.bytes) ? mask | 1 << UInt64(number) : mask
            }
        }
        numbers = Dictionary(uniqueKeysWithValues: zip(interests, interests.indices))
    }

    /// Which of the groups an interest is of; 0 for none.
    static func group(_ interest: Int) -> Int { interest % groups.count }

    static func number(of group: QueueGroup) -> Int { groups.firstIndex(of: group) ?? 0 }

    /// The number of an interest; nil for one that nobody here can have.
    func number(of interest: Interest) -> Int? { numbers[interest] }

    /// The set as a number; nil when one is twice in it, or not of this universe.
    func mask(of interests: [Interest]) -> UInt64? {
        var mask: UInt64 = 0
        for interest in interests {
            guard let number = numbers[interest], mask >> UInt64(number) & 1 == 0 else { return nil }
            mask |= 1 << UInt64(number)
        }
        return mask
    }

    /// Token by token, as the grammar says, and not by the index that is to be held against it.
    private static func matches(_ subject: [UInt8], _ filter: [UInt8]) -> Bool {
        let subject = subject.split(separator: 0x2E)
        let filter = filter.split(separator: 0x2E)
        for (place, token) in filter.enumerated() {
            if Array(token) == Array(">".utf8) { return subject.count > place }
            guard place < subject.count else { return false }
            if Array(token) != Array("*".utf8), token != subject[place] { return false }
        }
        return subject.count == filter.count
    }
}
