// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects
import SinewTesting
import Testing

@testable import SinewMembership

@Suite(.timeLimit(.minutes(1)))
struct InterestSetTests {
    @Test(arguments: 0..<50)
    func followsAModel(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let universe = try InterestSamples.universe()
        var set = InterestSet()
        var model: Set<Interest> = []
        for step in 0..<400 {
            let interest = universe[Int.random(in: universe.indices, using: &random)]
            if Bool.random(using: &random) {
                let isNew = set.insert(interest)
                #expect(isNew == model.insert(interest).inserted, "seed \(seed), step \(step)")
            } else {
                let wasThere = set.remove(interest)
                #expect(wasThere == (model.remove(interest) != nil), "seed \(seed), step \(step)")
            }
            #expect(Set(set.members) == model && set.count == model.count)
            #expect(set.encodedBytes == model.reduce(0) { $0 + $1.encodedBytes })
            #expect(universe.allSatisfy { set.contains($0) == model.contains($0) })
        }
    }

    @Test(arguments: 0..<50)
    func hashDependsOnTheMembersAlone(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let members = try InterestSamples.universe().shuffled(using: &random)
        var left = InterestSet()
        for interest in members { _ = left.insert(interest) }
        var right = InterestSet()
        for interest in members.shuffled(using: &random) { _ = right.insert(interest) }
        #expect(left.summary(at: 7) == right.summary(at: 7))
        #expect(left.summary(at: 7).hash != right.summary(at: 8).hash, "the version is in it")

        let gone = members[Int.random(in: members.indices, using: &random)]
        _ = right.remove(gone)
        #expect(left.summary(at: 7).hash != right.summary(at: 7).hash)
        _ = right.insert(gone)
        #expect(left.summary(at: 7) == right.summary(at: 7))
    }

    @Test func hashTellsTheFilterFromTheGroup() throws {
        let pairs: [(Interest, Interest)] = [
            (Interest("a.b"), try InterestSamples.interest("a", group: ".b")),
            (try InterestSamples.interest("a", group: "b"), try InterestSamples.interest("b", group: "a")),
            (Interest("a"), try InterestSamples.interest("a", group: "a")),
            (Interest("ab"), Interest("ba")),
        ]
        for (left, right) in pairs { #expect(left.hash64 != right.hash64, "\(left) and \(right)") }
    }

    /// Sums of a badly mixed hash collide for sets such as {a1, b2} and {a2, b1}.
    @Test func swappedPartsHaveAnotherHash() throws {
        var sums: Set<UInt64> = []
        for first in 0..<40 {
            for second in 0..<40 {
                let left = try InterestSamples.interest("a\(first)")
                let right = try InterestSamples.interest("b\(second)")
                sums.insert(left.hash64 &+ right.hash64)
            }
        }
        #expect(sums.count == 40 * 40)
    }

    @Test(arguments: 0..<100)
    func differenceMakesOneSetOfTheOther(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let universe = try InterestSamples.universe()
        var changes: [InterestChange] = []
        var before = InterestSet()
        for interest in universe where Bool.random(using: &random) { _ = before.insert(interest) }
        var after = before
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            let interest = universe[Int.random(in: universe.indices, using: &random)]
            let change = InterestChange(isAddition: !after.contains(interest), interest)
            let isMade = after.apply(change)
            #expect(isMade)
            changes.append(change)
        }
        for difference in [before.difference(to: after), InterestDifference(of: changes)] {
            let added = Set(difference.added)
            let removed = Set(difference.removed)
            #expect(added.count == difference.added.count && removed.count == difference.removed.count)
            #expect(added.isDisjoint(with: before.members) && removed.isSubset(of: before.members))
            #expect(Set(before.members).subtracting(removed).union(added) == Set(after.members), "seed \(seed)")
        }
        var again = after
        for change in changes.reversed() { again.revert(change) }
        #expect(Set(again.members) == Set(before.members) && again.hash == before.hash)
    }
}
