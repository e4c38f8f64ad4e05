// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import TestSupport
import Testing

@Suite("The view of who is there", .timeLimit(.minutes(1)))
struct MembershipViewTests {
    private let a = NodeID(high: 0, low: 1)
    private let now = Instant.origin

    private func record(_ incarnation: UInt64, _ version: UInt64) -> MemberRecord {
        MemberRecord(id: a, incarnation: Incarnation(rawValue: incarnation), version: version)
    }

    @Test("Nothing older replaces anything newer")
    func order() {
        var view = MembershipView()
        let change1 = view.merge(record(2, 5), at: now)
        #expect(change1 == .joined(replacing: nil))
        let change2 = view.merge(record(2, 5), at: now)
        #expect(change2 == .known)
        let change3 = view.merge(record(2, 4), at: now)
        #expect(change3 == .outdated)
        let change4 = view.merge(record(1, 9), at: now)
        #expect(change4 == .outdated)
        #expect(view[a]?.version == 5)
        let change5 = view.merge(record(2, 6), at: now)
        #expect(change5 == .renewed)
        let change6 = view.merge(record(3, 1), at: now)
        #expect(change6 == .joined(replacing: Incarnation(rawValue: 2)))
        let change7 = view.merge(record(2, 7), at: now)
        #expect(change7 == .outdated)
    }

    @Test("Who left stays gone, whatever is said of that process; a later one comes in")
    func departure() {
        var view = MembershipView()
        _ = view.merge(record(2, 5), at: now)
        let change8 = view.merge(record(2, .max), at: now)
        #expect(change8 == .departed(member: Incarnation(rawValue: 2)))
        #expect(view.count == 0)
        let change9 = view.merge(record(2, .max), at: now)
        #expect(change9 == .known)
        let change10 = view.merge(record(2, 6), isOwnersWord: true, at: now)
        #expect(change10 == .buried)
        let change11 = view.merge(record(1, 9), isOwnersWord: true, at: now)
        #expect(change11 == .buried)
        let change12 = view.merge(record(3, 1), at: now)
        #expect(change12 == .joined(replacing: nil))
        #expect(view.tombstones.isEmpty)
    }

    @Test("Who died comes back by its own word or a newer version, and not by old gossip")
    func death() {
        var view = MembershipView()
        _ = view.merge(record(2, 5), at: now)
        let change13 = view.bury(a, at: now)?.version
        #expect(change13 == 5)
        let change14 = view.merge(record(2, 5), at: now)
        #expect(change14 == .buried)
        let change15 = view.merge(record(1, 6), isOwnersWord: true, at: now)
        #expect(change15 == .buried)
        var other = view
        let change16 = other.merge(record(2, 5), isOwnersWord: true, at: now)
        #expect(change16 == .joined(replacing: nil))
        let change17 = view.merge(record(2, 6), at: now)
        #expect(change17 == .joined(replacing: nil))
    }

    @Test("Tombstones are kept for their time, and as many as there may be")
    func bounds() {
        var view = MembershipView(maximumMembers: 3, maximumTombstones: 2, tombstoneLifetime: .seconds(10))
        for low in UInt64(1)...4 {
            let record = MemberRecord(id: NodeID(high: 0, low: low), incarnation: Incarnation(rawValue: 1))
            let change18 = view.merge(record, at: now)
            #expect(change18 == (low < 4 ? .joined(replacing: nil) : .full))
        }
        for low in UInt64(1)...3 {
            view.bury(NodeID(high: 0, low: low), at: now.advanced(by: .seconds(Int(low))))
        }
        #expect(view.tombstones.map(\.id.low) == [2, 3])
        #expect(view.evictedTombstones == 1)
        view.forgetTombstones(at: now.advanced(by: .seconds(12)))
        #expect(view.tombstones.map(\.id.low) == [3])
        // A departure is remembered for no longer than its sender remembers it.
        _ = view.merge(record(9, .max), remaining: .seconds(1), at: now)
        view.forgetTombstones(at: now.advanced(by: .seconds(1)))
        #expect(view.tombstone(of: a) == nil)
    }

    @Test("Whatever the order in which words come, the newest stays", arguments: UInt64(0)..<200)
    func anyOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var view = MembershipView()
        var newest: (UInt64, UInt64) = (0, 0)
        var highestGone: (UInt64, UInt64) = (0, 0)
        for _ in 0..<60 {
            let incarnation = UInt64.random(in: 1...4, using: &random)
            let version = Int.random(in: 0..<12, using: &random) == 0 ? .max : UInt64.random(in: 1...6, using: &random)
            if Int.random(in: 0..<10, using: &random) == 0, let gone = view.bury(a, at: now) {
                highestGone = max(highestGone, (gone.incarnation.rawValue, gone.version), by: <)
            }
            let change = view.merge(record(incarnation, version), at: now)
            let isNews = (incarnation, version) > max(newest, highestGone, by: <)
            switch change {
            case .joined, .updated, .renewed, .departed: #expect(isNews, "seed \(seed)")
            case .known, .outdated, .buried: #expect(!isNews, "seed \(seed)")
            case .full: Issue.record("seed \(seed): there is room")
            }
            if isNews { newest = (incarnation, version) }
            let isMember = version != .max && isNews
            if isMember { #expect(view[a]?.version == version && view[a]?.incarnation.rawValue == incarnation) }
        }
    }

    private func max(
        _ left: (UInt64, UInt64),
        _ right: (UInt64, UInt64),
        by less: ((UInt64, UInt64), (UInt64, UInt64)) -> Bool
    ) -> (UInt64, UInt64) { less(left, right) ? right : left }
}
