// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import Testing

/// What becomes of the membership when time does what it usually does not.
@Suite("Membership and time", .timeLimit(.minutes(1)))
struct MembershipTimeTests {
    @Test("Who stood still for an hour buries nobody, and is a member again soon after it goes on")
    func stoppedForAnHour() throws {
        var table = MembershipTable()
        for low in 1...3 { try table.add(low, options: MembershipOptions(seeds: ["seed"])) }
        for index in 0...2 { table.meet(index, 1) }
        table.run(.seconds(5))
        table.stopped = [2]
        table.unreachable = [MembershipTable.id(3)]
        table.run(.seconds(3600))
        #expect(table.members(0) == [2])
        table.stopped = []
        table.unreachable = []
        table.done = [[], [], []]
        table.run(.seconds(5))
        #expect((0...2).map { table.members($0) } == [[2, 3], [1, 3], [1, 2]])
        #expect(table.done[2].isEmpty, "nobody is suspected or dead to the one that did not run")
        #expect(table.nodes[2].nextDeadline.map { $0 > table.now } == true)
    }

    @Test("A life is no longer than we accept, whatever a record says", arguments: [false, true])
    func hostileLifetime(isOwnersWord: Bool) throws {
        var table = MembershipTable()
        try table.add(1)
        let options = MembershipOptions()
        let record = MemberRecord(
            id: MembershipTable.id(9),
            incarnation: Incarnation(rawValue: 1),
            timeToLive: .seconds(Int64.max),
            lifetime: .seconds(Int64.max)
        )
        let word = GossipRecord(record, remaining: .seconds(Int64.max))
        let sender = MembershipTable.id(isOwnersWord ? 9 : 8)
        let one = Incarnation(rawValue: 1)
        table.step(0, .received(MembershipMessage(from: one, to: one, .records([word])), from: sender))
        let life = try #require(table.nodes[0].member(record.id, at: table.now)).remainingLife
        #expect(life == options.heartbeat.largestTimeToLive)
        table.unreachable = [record.id]
        table.run(options.heartbeat.largestTimeToLive + .seconds(1))
        #expect(table.members(0) == [])
    }

    @Test("Durations without end are endured at any instant", arguments: [Int64.min, 0, .max - 1, .max])
    func extremes(instant: Int64) throws {
        let endless = Duration.seconds(Int64.max)
        let heartbeat = HeartbeatOptions(
            timeToLive: endless,
            smallestTimeToLive: .zero,
            largestTimeToLive: endless,
            stallTimeout: endless
        )
        let now = Instant(nanoseconds: instant)
        for seed in UInt64(0)..<16 {
            var node = try Membership(
                id: MembershipTable.id(1),
                incarnation: Incarnation(rawValue: 1),
                options: MembershipOptions(
                    heartbeat: heartbeat,
                    gossipInterval: endless,
                    seeds: ["seed"],
                    tombstoneLifetime: endless
                ),
                randomSeed: seed,
                at: now
            )
            let record = MemberRecord(
                id: MembershipTable.id(2),
                incarnation: Incarnation(rawValue: 1),
                timeToLive: .zero,
                lifetime: .zero
            )
            let hello = MembershipMessage(
                from: Incarnation(rawValue: 1),
                to: nil,
                .hello(GossipRecord(record, remaining: .nanoseconds(1)))
            )
            var actions = Actions<MembershipAction>()
            for later in [now, .distantFuture] {
                for event in [.tick, .received(hello, from: record.id), .tick] as [MembershipEvent] {
                    node.step(event, at: later, into: &actions)
                }
            }
            node.step(.leave, at: .distantFuture, into: &actions)
            #expect(actions.count < 40)
            #expect(node.nextDeadline == nil)
        }
    }

    @Test("Who would ping less often than it announces pings as often as that, and looks through its table")
    func rarePings() {
        var heart = Heartbeat(
            options: HeartbeatOptions(timeToLive: .seconds(1), pingInterval: .seconds(3600)),
            at: .origin
        )
        #expect(heart.nextDeadline == Instant(nanoseconds: 1_000_000_000))
        var actions = Actions<Heartbeat.Action>()
        heart.step(.tick, at: Instant(nanoseconds: 1_000_000_000), into: &actions)
        #expect(actions.count == 1)
        let options = HeartbeatOptions(timeToLive: .seconds(1), pingInterval: .seconds(3600))
        let detector = FailureDetector(options: options, at: .origin)
        #expect(detector.nextSweep <= Instant(nanoseconds: 250_000_000))
    }
}
