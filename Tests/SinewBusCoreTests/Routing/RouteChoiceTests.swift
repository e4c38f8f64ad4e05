// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewMembership
import SinewSubjects
import SinewTesting
import Testing

@Suite("Choosing of a queue group", .timeLimit(.minutes(1)))
struct RouteChoiceTests {
    /// A plan: who gets everything, and the members of groups "g0", "g1", ….
    private static func plan(_ plain: [Int], _ groups: [[Int]]) throws -> RoutePlan {
        var table = RouteTable(seed: 1)
        for receiver in plain { try table.insert("a", for: receiver) }
        for (number, members) in groups.enumerated() {
            for member in members { try table.insert(Interest("a", group: QueueGroup("g\(number)")), for: member) }
        }
        let subject = Array("a".utf8)
        let plan = table.plan(for: subject.span)
        return try #require(plan)
    }

    @Test("Who is chosen for more groups than a record may name gets further records, for the groups alone")
    func manyGroups() throws {
        var random = SeededRandom(seed: 1)
        let plan = try Self.plan([1], (0..<150).map { _ in [1] })
        let targets = plan.choose(using: &random) { _ in true }
        #expect(targets.map(\.receiver) == [1, 1, 1] && targets.map(\.groups.count) == [64, 64, 22])
        #expect(targets.map(\.isPlain) == [true, false, false])
        #expect(Set(targets.flatMap(\.groups)).count == 150)
    }

    @Test("One member of each group gets a message, and one that can be reached if any can", arguments: 0..<100)
    func choices(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        func some(_ least: Int) -> [Int] {
            let drawn = (0..<8).filter { _ in Bool.random(using: &random) }
            return drawn.count < least ? [Int.random(in: 0..<8, using: &random)] : drawn
        }
        let plain = some(0)
        let groups = (0..<Int.random(in: 0...3, using: &random)).map { _ in some(1) }
        let plan = try Self.plan(plain, groups)
        for _ in 0..<30 {
            let reachable = some(0)
            let targets = plan.choose(using: &random) { reachable.contains($0) }
            #expect(targets.map(\.receiver) == Set(targets.map(\.receiver)).sorted())
            #expect(targets.filter(\.isPlain).map(\.receiver) == Set(plain).sorted())
            #expect(targets.allSatisfy { $0.isPlain || !$0.groups.isEmpty })
            for (number, members) in groups.enumerated() {
                let name = try QueueGroup("g\(number)")
                let chosen = targets.filter { $0.groups.contains(name) }
                try #require(chosen.count == 1 && members.contains(chosen[0].receiver), "seed \(seed)")
                #expect(chosen[0].groups.count { $0 == name } == 1)
                let canBeReached = members.contains { reachable.contains($0) }
                #expect(!canBeReached || reachable.contains(chosen[0].receiver), "seed \(seed)")
            }
        }
    }

    @Test("Messages are spread over those who can be reached")
    func spread() throws {
        var random = SeededRandom(seed: 5)
        let plan = try Self.plan([], [[1, 2, 3, 4]])
        var counts = [Int](repeating: 0, count: 5)
        for _ in 0..<4000 {
            for target in plan.choose(using: &random, isReachable: { _ in true }) { counts[target.receiver] += 1 }
        }
        #expect(counts[1...].allSatisfy { (850...1150).contains($0) }, "\(counts)")
    }
}
