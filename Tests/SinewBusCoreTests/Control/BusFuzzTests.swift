// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewTesting
import Testing

/// Says anything to one node, in any order, with a liking for what could be.
struct BusFuzz {
    var desk: BusDesk
    var random: SeededRandom
    private var lastNumber: UInt32 = 0
    private var pending: [LinkID] = []
    /// Whose words are made up, where they are meant to be plausible.
    private var speaker: LinkID?
    private var rounds = 0
    private(set) var kinds: Set<String> = []
    private(set) var idleTicks = 0
    private(set) var linkedSteps = 0

    private static let interests: [Interest] = ["a", "a.*", "b.>", "c"]

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        desk = try BusDesk(seeds: [BusNet.endpoint(1), BusNet.endpoint(0), "tcp://x:1"], seed: seed) {
            $0.maximumPeers = 5
            $0.interest.maximumInterests = 3
        }
    }

    mutating func draw(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    mutating func step() {
        let moves: [Int64] = [0, 0, 1_000_000, 20_000_000, 100_000_000, 300_000_000]
        desk.now = desk.now.advanced(byNanoseconds: draw(600) == 0 ? 16_000_000_000 : moves[draw(moves.count)])
        let event = event()
        desk.step(event)
        if !desk.watch.linked.isEmpty { linkedSteps += 1 }
        for action in desk.last {
            kinds.insert(String("\(action)".prefix { $0 != "(" }))
            switch action {
            case .open(let number, _): lastNumber = max(lastNumber, number)
            case .inboundUp(let link, _): pending.append(link)
            default: break
            }
        }
        desk.all = []
        pending = pending.suffix(8)
        desk.step(.tick)
        if let due = desk.control.nextDeadline, due <= desk.now { idleTicks += 1 }
    }

    private mutating func event() -> BusControlEvent {
        switch draw(20) {
        case 0: .tick
        case 1, 2: .opened(number())
        case 3, 4, 5: .answered(answer(), on: number())
        case 6: draw(3) == 0 ? .closed(number()) : .tick
        case 7, 8, 9, 10: wordFrom(link())
        case 11: .received(ControlFrame(to: destination(), .hello(greeting())), from: anyLink())
        case 12, 13: .accepted(pending.randomElement(using: &random) ?? link(), received: draw(2) == 0 ? nil : 5)
        case 14: .position(current(), received: UInt64(draw(50)), granted: UInt64(4 << 20 + draw(4 << 20)))
        case 15: [.heard(current()), .unknownLink(link()), .flooded(anyLink())][draw(3)]
        case 16: [.undecodable(from: anyLink()), .otherVersion(3, from: anyLink()), .heard(link())][draw(3)]
        case 17: .subscribe(Self.interests[draw(4)])
        case 18: .unsubscribe(Self.interests[draw(4)])
        default:
            [
                .announce([.init("k", "\(draw(9))")]), .announce([.init("name", "x")]),
                .progress(Progress(completed: UInt64(draw(3)), isWorkWaiting: true)),
            ][draw(3)]
        }
    }

    private mutating func number() -> UInt32 {
        if draw(5) > 0, let number = desk.watch.open.sorted().randomElement(using: &random) { return number }
        return UInt32(max(0, Int(lastNumber) + 2 - draw(6)))
    }

    private mutating func run() -> Incarnation {
        Incarnation(rawValue: UInt64(draw(10) > 0 ? 1000 : 999 + 2 * draw(2)))
    }

    private mutating func link() -> LinkID {
        draw(3) > 0 ? current() : anyLink()
    }

    private mutating func anyLink() -> LinkID {
        rounds += 1
        return LinkID(BusNet.id(draw(8)), run(), number: UInt32(draw(6) + rounds / 20))
    }

    /// A link that is let in, if there is one.
    private mutating func current() -> LinkID {
        let linked = desk.watch.inbound.values.filter { desk.watch.linked.contains($0.node) }.sorted()
        if draw(2) == 0, let link = linked.randomElement(using: &random) { return link }
        let links = desk.watch.inbound.values.sorted()
        return links.randomElement(using: &random) ?? BusDesk.link(1)
    }

    private mutating func destination() -> Incarnation? {
        [nil, desk.control.incarnation, desk.control.incarnation, desk.control.incarnation, BusDesk.own][draw(5)]
    }

    private mutating func greeting() -> Greeting {
        BusDesk.greeting(draw(8), cluster: draw(20) == 0 ? "other" : "test")
    }

    private mutating func answer() -> ControlFrame {
        guard draw(3) > 0 else {
            let refusal = Refusal(Refusal.Code(rawValue: UInt8(draw(13))), "no")
            return ControlFrame(to: destination(), .refusal(refusal))
        }
        let (node, run) = (BusNet.id(draw(8)), run())
        let welcome = Welcome(node: node, incarnation: run, greeting: greeting(), received: draw(2) == 0 ? nil : 3)
        return ControlFrame(to: desk.control.incarnation, draw(30) == 0 ? frame().body : .welcome(welcome))
    }

    private mutating func wordFrom(_ link: LinkID) -> BusControlEvent {
        speaker = draw(4) > 0 ? link : nil
        return .received(frame(), from: link)
    }

    private mutating func frame() -> ControlFrame {
        let number = desk.watch.up.keys.sorted().first { desk.watch.up[$0]?.id == speaker?.node } ?? number()
        let position = LanePosition(link: number, received: random.next(), granted: random.next())
        let body: ControlFrame.Body =
            switch draw(12) {
            case 0: .position(position)
            case 1: draw(5) == 0 ? .goodbye(position) : .position(position)
            case 2: draw(5) == 0 ? .refusal(Refusal(.full, "no")) : .position(position)
            case 3...6: .membership(membershipMessage())
            default: .interest(interestMessage())
            }
        return ControlFrame(to: destination(), body)
    }

    private mutating func record() -> GossipRecord {
        let slot = draw(8)
        let endpoints = draw(6) == 0 ? [] : [BusNet.endpoint(slot)]
        let content = (try? MemberContent(endpoints: endpoints)) ?? .empty
        let version: UInt64 = draw(12) == 0 ? MemberRecord.departure : UInt64(1 + draw(20))
        let record = MemberRecord(id: BusNet.id(slot), incarnation: run(), version: version, content: content)
        return GossipRecord(record, remaining: .seconds(draw(20)))
    }

    private mutating func membershipMessage() -> MembershipMessage {
        let own = desk.control.incarnation
        let body: MembershipMessage.Body =
            switch draw(5) {
            case 0: .ping(Ping(timeToLive: .seconds(5), version: UInt64(draw(9)), wantsReply: draw(2) == 0))
            case 1: .hello(record())
            case 2: .pull([BusNet.id(draw(8))])
            case 3: .digest(Digest([.init(BusNet.id(draw(8)), run(), UInt64(draw(9)))]))
            default: .records([record(), record()])
            }
        return MembershipMessage(from: speaker?.incarnation ?? run(), to: draw(3) == 0 ? nil : own, body)
    }

    private mutating func interestMessage() -> InterestMessage {
        let interests = Array(Self.interests.prefix(draw(4)))
        // Half of the time the summary is that of the interests, as their owner would have it.
        var owner = InterestExchange(node: BusNet.id(1), incarnation: BusDesk.own, seed: 1)
        var actions = Actions<InterestAction>()
        for interest in interests { owner.step(.subscribe(interest), at: desk.now, into: &actions) }
        let wrong = InterestSummary(version: UInt64(draw(4)), count: draw(4), hash: random.next())
        let summary = draw(2) == 0 ? owner.summary : wrong
        let change = InterestChange(isAddition: draw(3) > 0, Self.interests[draw(4)])
        let session = UInt64(draw(4))
        let body: InterestMessage.Body =
            switch draw(7) {
            case 0: .statement(summary)
            case 1: .delta(InterestDelta(from: UInt64(draw(3)), changes: [change], result: summary))
            case 2: .snapshot(InterestSnapshotPart(whole: summary, offset: draw(2), interests: interests))
            case 3: .confirmation(session: session, version: UInt64(draw(4)))
            case 4: .repair(session: session, held: UInt64(draw(4)), isDoubted: draw(2) == 0)
            case 5: .progress(session: session, version: UInt64(draw(4)), offset: draw(3))
            default: .refusal(session: session, version: UInt64(draw(4)))
            }
        return InterestMessage(body, from: speaker?.incarnation ?? run(), to: desk.control.incarnation)
    }
}

@Suite("The bus under nonsense", .timeLimit(.minutes(1)))
struct BusFuzzTests {
    @Test("Whatever comes, and in whichever order: the rules hold, nothing grows, and no tick is asked for in the past")
    func anything() throws {
        var kinds: Set<String> = []
        var linkedSteps = 0
        for seed in 1...30 as ClosedRange<UInt64> {
            var fuzz = try BusFuzz(seed: seed)
            for round in 0..<800 {
                fuzz.step()
                let count = fuzz.desk.control.peers(at: fuzz.desk.now).count
                guard fuzz.desk.watch.faults.isEmpty, count <= 5 else {
                    Issue.record("seed \(seed), round \(round), \(count) peers: \(fuzz.desk.watch.faults)")
                    return
                }
            }
            linkedSteps += fuzz.linkedSteps
            #expect(fuzz.idleTicks == 0, "seed \(seed)")
            kinds.formUnion(fuzz.kinds)
            fuzz.desk.step(.leave)
            #expect(fuzz.desk.watch.up.isEmpty && fuzz.desk.watch.inbound.isEmpty)
            #expect(fuzz.desk.watch.faults.isEmpty, "seed \(seed)")
            #expect(fuzz.desk.control.nextDeadline == nil)
        }
        // What was set out to be provoked was.
        let wanted: Set<String> = [
            "open", "close", "send", "linkUp", "linkDown", "granted", "forgetOutbound", "answer", "inboundUp",
            "inboundDown", "forgetInbound", "interestRejected", "interestChanged", "interestConfirmed",
            "interestRefused", "news", "superseded", "restarted",
        ]
        #expect(kinds.isSuperset(of: wanted), "\(kinds.sorted())")
        #expect(linkedSteps > 500)
    }
}
