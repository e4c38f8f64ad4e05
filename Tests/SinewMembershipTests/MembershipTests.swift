// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import Testing

/// Nodes whose messages arrive at once and in order: by what one does the others see.
struct MembershipTable {
    var nodes: [Membership] = []
    var now = Instant.origin
    /// Everything that was done and is no message, by node.
    var done: [[MembershipAction]] = []
    /// All messages that were sent.
    var sent: [(from: NodeID, to: NodeID, message: MembershipMessage)] = []
    /// The nodes whose messages are lost, both ways.
    var unreachable: Set<NodeID> = []
    /// The nodes that stand still, by index: they are not ticked.
    var stopped: Set<Int> = []

    static func id(_ low: Int) -> NodeID { NodeID(high: 0, low: UInt64(low)) }

    mutating func add(_ low: Int, incarnation: UInt64 = 1, options: MembershipOptions = .init()) throws {
        let node = try Membership(
            id: Self.id(low),
            incarnation: Incarnation(rawValue: incarnation),
            options: options,
            randomSeed: UInt64(low),
            at: now
        )
        nodes.append(node)
        done.append([])
    }

    mutating func step(_ index: Int, _ event: MembershipEvent) {
        var pending = [(index, event)]
        while !pending.isEmpty {
            let (index, event) = pending.removeFirst()
            var actions = Actions<MembershipAction>()
            nodes[index].step(event, at: now, into: &actions)
            let id = nodes[index].id
            for action in actions {
                guard let outgoing = action.outgoing else {
                    done[index].append(action)
                    continue
                }
                sent.append((id, outgoing.peer, outgoing.message))
                guard !unreachable.contains(id), !unreachable.contains(outgoing.peer) else { continue }
                // The latest process has the name.
                guard let receiver = nodes.lastIndex(where: { $0.id == outgoing.peer }) else { continue }
                pending.append((receiver, .received(outgoing.message, from: id)))
            }
        }
    }

    /// Lets time pass, each node's ticks coming when they are due.
    mutating func run(_ duration: Duration) {
        let end = now.advanced(by: duration)
        while let next = nodes.indices.filter({ !stopped.contains($0) }).compactMap({ nodes[$0].nextDeadline }).min(),
            next <= end
        {
            now = max(now, next)
            for index in nodes.indices where !stopped.contains(index) {
                if let deadline = nodes[index].nextDeadline, deadline <= now { step(index, .tick) }
            }
        }
        now = end
    }

    mutating func meet(_ index: Int, _ other: Int) {
        step(index, .connected(endpoint: "seed", to: Self.id(other)))
    }

    func members(_ index: Int) -> [UInt64] { nodes[index].members(at: now).map(\.record.id.low) }
}

@Suite("Membership", .timeLimit(.minutes(1)))
struct MembershipTests {
    private let seeded = MembershipOptions(seeds: ["seed"])

    private func three() throws -> MembershipTable {
        var table = MembershipTable()
        for low in 1...3 { try table.add(low, options: seeded) }
        for index in 0...2 { table.meet(index, 1) }
        return table
    }

    @Test("Nodes that know a seed alone know each other")
    func join() throws {
        var table = MembershipTable()
        for low in 1...3 { try table.add(low, options: seeded) }
        table.run(.milliseconds(1))
        #expect(table.done.allSatisfy { $0 == [.connect(endpoint: "seed")] })
        table.meet(0, 1)
        table.meet(1, 1)
        table.meet(2, 1)
        table.run(.seconds(3))
        #expect((0...2).map { table.members($0) } == [[2, 3], [1, 3], [1, 2]])
        // Who has met everybody asks for no connection any more.
        let before = table.done
        table.run(.seconds(60))
        #expect(table.done == before)
    }

    @Test("A seed that does not answer is tried again and again, after longer and longer")
    func seedRetries() throws {
        var table = MembershipTable()
        try table.add(2, options: seeded)
        table.run(.seconds(100))
        #expect((10...40).contains(table.done[0].count))
        #expect(table.done[0].allSatisfy { $0 == .connect(endpoint: "seed") })
    }

    @Test(
        "Who falls silent is suspected after what it announced, and dead after its life; gossip does not bring it back"
    )
    func death() throws {
        var table = try three()
        table.run(.seconds(5))
        table.unreachable = [MembershipTable.id(3)]
        table.done = [[], [], []]
        table.run(.seconds(4))
        #expect(table.done[0].isEmpty)
        table.run(.seconds(3))
        let one = Incarnation(rawValue: 1)
        #expect(table.done[0] == [.suspected(MembershipTable.id(3), one)])
        #expect(table.nodes[0].status(of: MembershipTable.id(3)) == .suspect)
        table.run(.seconds(20))
        table.done[0].removeAll { $0 == .connect(endpoint: "seed") }
        for index in 0...1 {
            #expect(table.done[index].contains(.died(MembershipTable.id(3), one, .silence)))
            #expect(table.members(index) == [UInt64(2 - index)])
        }
        table.done = [[], [], []]
        table.run(.seconds(60))
        #expect(table.done[0].isEmpty && table.done[1].isEmpty)
        // Its own word brings it back.
        table.unreachable = []
        table.meet(2, 1)
        table.run(.seconds(3))
        #expect(table.members(0) == [2, 3] && table.members(2) == [1, 2])
    }

    @Test("Who leaves is gone at once, for those who missed it by gossip, and old words of it are dropped and counted")
    func leave() throws {
        var table = try three()
        table.run(.seconds(5))
        let old = try #require(table.sent.last { $0.from == MembershipTable.id(3) && $0.to == MembershipTable.id(1) })
        table.unreachable = [MembershipTable.id(2)]
        table.step(2, .leave)
        let gone = MembershipAction.left(MembershipTable.id(3), Incarnation(rawValue: 1))
        #expect(table.done[0].contains(gone) && !table.done[1].contains(gone))
        #expect(table.nodes[2].nextDeadline == nil && table.nodes[2].hasLeft)
        table.unreachable = []
        table.run(.seconds(4))
        #expect(table.done[1].contains(gone))
        #expect((0...1).map { table.members($0) } == [[2], [1]])
        table.step(0, .received(old.message, from: MembershipTable.id(3)))
        #expect(table.nodes[0].statistics.droppedAfterDeparture == 1)
        #expect(table.members(0) == [2])
    }

    @Test("A later process takes its place; what is meant for or comes from the earlier is dropped and counted")
    func restart() throws {
        var table = try three()
        table.run(.seconds(5))
        let old = try #require(table.sent.last { $0.from == MembershipTable.id(3) && $0.to == MembershipTable.id(1) })
        try table.add(3, incarnation: 2, options: seeded)
        table.done = [[], [], [], []]
        // A ping for the earlier process arrives at the later one, which says who it is.
        table.run(.seconds(4))
        #expect(table.nodes[3].statistics.droppedForOtherProcess > 0)
        #expect(table.done[0].prefix(1) == [.died(MembershipTable.id(3), Incarnation(rawValue: 1), .replaced)])
        #expect(table.nodes[0].view[MembershipTable.id(3)]?.incarnation == Incarnation(rawValue: 2))
        table.step(0, .received(old.message, from: MembershipTable.id(3)))
        #expect(table.nodes[0].statistics.droppedFromEarlierProcess > 0)
        #expect(table.nodes[0].view[MembershipTable.id(3)]?.incarnation == Incarnation(rawValue: 2))
    }

    @Test("What a node says of itself reaches everybody")
    func announcement() throws {
        var table = try three()
        table.run(.seconds(2))
        let content = try MemberContent(endpoints: ["tcp://10.0.0.9:1"], attributes: [.init("role", "store")])
        table.unreachable = [MembershipTable.id(2)]
        table.step(2, .announce(content))
        #expect(table.nodes[0].view[MembershipTable.id(3)]?.content == content)
        #expect(table.nodes[1].view[MembershipTable.id(3)]?.content != content)
        table.unreachable = []
        table.run(.seconds(3))
        #expect(table.nodes[1].view[MembershipTable.id(3)]?.content == content)
    }

    @Test("Records go on with what is left of their life, and the same version again lengthens nothing")
    func remainingLife() throws {
        var table = MembershipTable()
        try table.add(1)
        let id = MembershipTable.id(9)
        let one = Incarnation(rawValue: 1)
        func relay(_ version: UInt64, _ remaining: Duration) -> MembershipEvent {
            let record = MemberRecord(id: id, incarnation: one, version: version, lifetime: .seconds(15))
            let item = GossipRecord(record, remaining: remaining)
            return .received(MembershipMessage(from: one, to: one, .records([item])), from: MembershipTable.id(2))
        }
        table.step(0, relay(4, .seconds(6)))
        #expect(table.nodes[0].member(id, at: table.now)?.remainingLife == .seconds(6))
        table.step(0, relay(4, .seconds(15)))
        table.step(0, relay(3, .seconds(15)))
        #expect(table.nodes[0].member(id, at: table.now)?.remainingLife == .seconds(6))
        table.step(0, relay(5, .seconds(7)))
        #expect(table.nodes[0].member(id, at: table.now)?.remainingLife == .seconds(7))
        table.run(.seconds(3))
        // Somebody asks for it.
        let question = MembershipMessage(from: one, to: one, .pull([id]))
        table.step(0, .received(question, from: MembershipTable.id(2)))
        let answer = try #require(table.sent.last { $0.to == MembershipTable.id(2) && $0.message.isRecords })
        guard case .records(let items) = answer.message.body else { return }
        #expect(items.map(\.remainingNanoseconds) == [4_000_000_000])
        table.run(.milliseconds(4500))
        #expect(table.nodes[0].memberCount == 0)
        table.step(0, relay(5, .seconds(7)))
        #expect(table.nodes[0].memberCount == 0)
        #expect(table.nodes[0].statistics.recordsBuried == 1)
    }

    @Test("A false word about oneself is answered by a newer version; a later process of one's name is reported")
    func ownRecord() throws {
        var table = try three()
        let one = Incarnation(rawValue: 1)
        func claim(_ incarnation: UInt64, _ version: UInt64) -> MembershipEvent {
            let record = MemberRecord(
                id: MembershipTable.id(1),
                incarnation: Incarnation(rawValue: incarnation),
                version: version
            )
            let item = GossipRecord(record, remaining: .seconds(9))
            return .received(MembershipMessage(from: one, to: one, .records([item])), from: MembershipTable.id(2))
        }
        table.step(0, claim(1, 40))
        #expect(table.nodes[0].own.version == 41)
        for version in [UInt64.max, UInt64.max - 1, 1 << 63] as [UInt64] { table.step(0, claim(1, version)) }
        #expect(table.nodes[0].own.version == 41)
        table.step(0, claim(2, 1))
        #expect(table.nodes[0].statistics.conflicts == 4)
        #expect(table.done[0].suffix(1) == [.superseded(by: Incarnation(rawValue: 2))])
    }

    @Test("Much to say is cut into messages that are not too large, and all of it arrives")
    func manyMembers() throws {
        var table = MembershipTable()
        for low in 1...2 { try table.add(low, options: seeded) }
        let one = Incarnation(rawValue: 1)
        let text = String(repeating: "x", count: 250)
        for low in 100..<700 {
            let content = try MemberContent(endpoints: [text])
            let record = MemberRecord(
                id: MembershipTable.id(low),
                incarnation: one,
                timeToLive: .seconds(60),
                lifetime: .seconds(600),
                content: content
            )
            let item = GossipRecord(record, remaining: .seconds(600))
            let message = MembershipMessage(from: one, to: one, .records([item]))
            table.step(0, .received(message, from: MembershipTable.id(low)))
        }
        table.sent = []
        table.meet(1, 1)
        #expect(table.nodes[0].statistics.recordsDeferred > 0)
        for _ in 0..<4 { table.meet(1, 1) }
        #expect(table.nodes[1].memberCount == 601)
        for entry in table.sent {
            let bytes = try entry.message.encoded()
            #expect(bytes.count <= 8192)
            let decoded = try MembershipMessage(decoding: bytes[...])
            #expect(decoded == entry.message)
        }
    }

    @Test("There are no more members than there may be; what is refused is counted")
    func bounds() throws {
        var table = MembershipTable()
        try table.add(1, options: MembershipOptions(maximumMembers: 2))
        for low in 2...5 {
            try table.add(low, options: seeded)
            table.meet(table.nodes.count - 1, 1)
        }
        table.run(.seconds(3))
        #expect(table.nodes[0].memberCount == 2)
        #expect(table.nodes[0].statistics.recordsRefused > 0)
    }

    @Test("Nothing that is no part of the protocol's state can be made")
    func refusals() {
        #expect(throws: MembershipError.self) {
            try Membership(id: MembershipTable.id(1), incarnation: Incarnation(rawValue: 0), randomSeed: 1, at: .origin)
        }
        let tooMany = MembershipOptions(seeds: (0...64).map { "seed-\($0)" })
        #expect(throws: MembershipError.self) {
            try Membership(
                id: MembershipTable.id(1),
                incarnation: Incarnation(rawValue: 1),
                options: tooMany,
                randomSeed: 1,
                at: .origin
            )
        }
        #expect(throws: MembershipError.self) { try MemberContent(endpoints: Array(repeating: "x", count: 9)) }
        #expect(throws: MembershipError.self) { try MemberContent(endpoints: [String(repeating: "x", count: 256)]) }
        #expect(throws: MembershipError.self) {
            try MemberContent(endpoints: [], attributes: [.init("a", "1"), .init("a", "2")])
        }
    }
}

extension MembershipMessage {
    fileprivate var isRecords: Bool { if case .records = body { true } else { false } }
}
