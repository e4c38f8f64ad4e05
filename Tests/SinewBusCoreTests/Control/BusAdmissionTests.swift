// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewTesting
import Testing

@Suite("Which links the bus lets in", .timeLimit(.minutes(1)))
struct BusAdmissionTests {
    private let first = BusDesk.link(1)

    @Test("A hello is let in, and welcomed once it is known how far we are")
    func welcome() throws {
        var desk = try BusDesk()
        desk.hello(first)
        #expect(desk.inboundChanges == ["up 1000.1"] && desk.last.count == 1)
        desk.step(.accepted(first, received: 41))
        guard case .answer(let frame, first) = desk.last.first, case .welcome(let welcome) = frame.body else {
            Issue.record("no welcome")
            return
        }
        #expect(frame.destination == first.incarnation)
        #expect(welcome.received == 41 && welcome.node == BusNet.id(0) && welcome.incarnation == BusDesk.own)
        #expect(welcome.greeting.windowBytes == 4 << 20 && welcome.greeting.maximumFrameBytes == 16 << 20)
        // Neither a second hello nor a second answer changes anything.
        #expect(desk.hello(first).isEmpty)
        #expect(desk.step(.accepted(first, received: 9)).isEmpty)
        #expect(desk.control.counters.late == 2)
    }

    @Test("Whoever is of another cluster, ourselves, an earlier process, or looks for another is told so")
    func objections() throws {
        var desk = try BusDesk()
        desk.admit(BusDesk.link(2, run: 2000))
        let own = BusNet.id(0)
        let cases: [(LinkID, Greeting, Incarnation?, Refusal.Code)] = [
            (first, BusDesk.greeting(1, cluster: "other"), nil, .cluster),
            (LinkID(own, BusDesk.own, number: 1), BusDesk.greeting(0), nil, .ownNode),
            (LinkID(own, Incarnation(rawValue: 999), number: 1), BusDesk.greeting(0), nil, .superseded),
            (BusDesk.link(2, run: 1999, 5), BusDesk.greeting(2), nil, .superseded),
            (BusDesk.link(3), BusDesk.greeting(3), Incarnation(rawValue: 7), .otherProcess),
        ]
        for (link, greeting, destination, code) in cases {
            desk.hello(link, greeting, to: destination)
            #expect(desk.refusals == [code])
            #expect(desk.inboundChanges.isEmpty)
        }
        // A later process of our own name ends us.
        desk.hello(LinkID(own, Incarnation(rawValue: 1001), number: 1), BusDesk.greeting(0))
        #expect(desk.refusals == [.leaving])
        let ends = desk.last.contains { if case .superseded(Incarnation(rawValue: 1001)) = $0 { true } else { false } }
        #expect(ends)
        #expect(desk.watch.faults.isEmpty)
    }

    @Test("A later link of a process takes the place of the earlier, never the other way round")
    func laterLink() throws {
        var desk = try BusDesk()
        desk.admit(BusDesk.link(1, 5))
        desk.hello(BusDesk.link(1, 4))
        #expect(desk.refusals == [.unknownLink] && desk.inboundChanges.isEmpty)
        desk.hello(BusDesk.link(1, 6))
        #expect(desk.inboundChanges == ["down 1000.5", "up 1000.6"])
        // What still comes over the earlier one is refused.
        desk.say(.position(LanePosition(link: 1, received: 1, granted: 1)), over: BusDesk.link(1, 5))
        #expect(desk.refusals == [.unknownLink])
        #expect(desk.watch.faults.isEmpty)
    }

    @Test("A later process buries the earlier, which is not let in again")
    func laterProcess() throws {
        var desk = try BusDesk()
        desk.admit(first)
        try desk.join(1, over: first)
        desk.hello(BusDesk.link(1, run: 1001))
        #expect(desk.inboundChanges == ["down 1000.1", "forget 1000", "up 1001.1"])
        desk.hello(BusDesk.link(1, 9))
        #expect(desk.refusals == [.superseded])
        #expect(desk.watch.faults.isEmpty)
    }

    @Test("A link that is not let in is refused once in a second, and never more links than the limit")
    func refusalLimits() throws {
        var desk = try BusDesk { $0.maximumRefusals = 3 }
        let word = ControlFrame.Body.position(LanePosition(link: 1, received: 1, granted: 1))
        #expect(desk.say(word, over: first).count == 2)
        for _ in 0..<100 { #expect(desk.say(word, over: first).isEmpty) }
        #expect(desk.step(.unknownLink(first)).isEmpty)
        desk.now = desk.now.advanced(by: .milliseconds(999))
        #expect(desk.step(.unknownLink(first)).isEmpty)
        desk.now = desk.now.advanced(by: .milliseconds(1))
        desk.step(.unknownLink(first))
        #expect(desk.refusals == [.unknownLink])
        for slot in 2...9 { desk.step(.unknownLink(BusDesk.link(slot))) }
        #expect(desk.control.counters.refusals == 4)
        #expect(desk.control.counters.suppressedRefusals == 102 + 6)
        #expect(desk.control.counters.unknownLinks == 112)
        // The last word of a link that has ended anyway is no reason to say anything.
        desk.now = desk.now.advanced(by: .seconds(2))
        #expect(desk.say(.goodbye(LanePosition(link: 0, received: 0, granted: 0)), over: first).isEmpty)
    }

    @Test("Garbage, floods, other versions and answers from the wrong end cost the link", arguments: 0..<4)
    func expulsion(_ what: Int) throws {
        var desk = try BusDesk()
        desk.admit(first)
        switch what {
        case 0: desk.step(.undecodable(from: first))
        case 1: desk.step(.flooded(first))
        case 2: desk.step(.otherVersion(9, from: first))
        default: desk.say(.refusal(Refusal(.full, "no")), over: first)
        }
        #expect(desk.refusals == [[.garbage], [.flood], [.version], [.garbage]][what])
        #expect(desk.inboundChanges == ["down 1000.1"])
        desk.now = desk.now.advanced(by: .seconds(1))
        desk.say(.position(LanePosition(link: 1, received: 1, granted: 1)), over: first)
        #expect(desk.refusals == [.unknownLink])
        // With another link it may come back.
        desk.hello(BusDesk.link(1, 2))
        #expect(desk.inboundChanges == ["up 1000.2"])
    }

    @Test("What is for another process, or by another than the link's, is dropped and counted")
    func wrongProcess() throws {
        var desk = try BusDesk()
        desk.admit(first)
        let ping = MembershipMessage(from: first.incarnation, to: nil, .pull([]))
        desk.step(.received(ControlFrame(to: Incarnation(rawValue: 3), .membership(ping)), from: first))
        desk.step(.received(ControlFrame(to: nil, .membership(ping)), from: first))
        #expect(desk.control.counters.forOtherProcess == 2)
        let lie = MembershipMessage(from: Incarnation(rawValue: 5000), to: nil, .pull([]))
        desk.say(.membership(lie), over: first)
        #expect(desk.control.counters.contradictions == 1)
        #expect(desk.control.membershipStatistics.received == 0)
    }

    @Test("There are never more peers than the limit; a member takes the place of a stranger, and silence makes room")
    func limits() throws {
        var desk = try BusDesk {
            $0.maximumPeers = 4
            $0.maximumRefusals = 1000
        }
        for slot in 1...4 {
            desk.admit(BusDesk.link(slot))
            desk.now = desk.now.advanced(by: .milliseconds(1))
        }
        for slot in 5...50 {
            desk.hello(BusDesk.link(slot))
            #expect(desk.refusals == [.full])
        }
        #expect(desk.control.peers(at: desk.now).count == 4)
        // Three become members, and say of a fourth: the stranger goes.
        for slot in 1...3 { try desk.join(slot, over: BusDesk.link(slot)) }
        let content = try MemberContent(endpoints: [BusNet.endpoint(9)])
        let other = MemberRecord(id: BusNet.id(9), incarnation: first.incarnation, content: content)
        let word = GossipRecord(other, remaining: .seconds(15))
        desk.say(.membership(MembershipMessage(from: first.incarnation, to: nil, .records([word]))), over: first)
        #expect(desk.inboundChanges == ["down 1000.1", "forget 1000"])
        #expect(desk.opened.count == 1)
        let known = Set(desk.control.peers(at: desk.now).map(\.id))
        #expect(known == Set([1, 2, 3, 9].map(BusNet.id)))
        // All die of silence, members and strangers.
        desk.pass(.seconds(40))
        #expect(desk.control.peers(at: desk.now).isEmpty)
        desk.hello(BusDesk.link(5))
        #expect(desk.inboundChanges == ["up 1000.1"])
        desk.pass(.seconds(40))
        #expect(desk.control.peers(at: desk.now).isEmpty)
        #expect(desk.watch.faults.isEmpty)
    }
}
