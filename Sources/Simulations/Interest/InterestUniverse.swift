// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewMembership
import SinewSubjects

/// The 64 interests that simulated nodes may have, so that a set of them is one number.
struct InterestUniverse: Sendable {
    static let count = 64

    let interests: [Interest]
    // For looking up only.
    private let numbers: [Interest: Int]

    init() {
        var interests: [Interest] = []
        for number in 0..<Self.count {
            // Of each filter one without a group and one with, which differ in nothing else.
            let filter: SubjectFilter = SubjectFilter(stringLiteral: "sensor.\(number / 2).>")
            let group: QueueGroup? = number.isMultiple(of: 2) ? nil : "readers"
            interests.append(Interest(filter, group: group))
        }
        self.interests = interests
        numbers = Dictionary(uniqueKeysWithValues: zip(interests, interests.indices))
    }

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
}
