// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewTesting
import Testing

@testable import SinewBusCore

@Suite("How a process of the bus ends", .timeLimit(.minutes(1)))
struct BusEndingTests {
    private let link = BusDesk.link(1)

    private func linked() throws -> BusDesk {
        var desk = try BusDesk()
        desk.admit(link)
        try desk.join(1, over: link)
        desk.step(.opened(1))
        desk.welcome(1, 1)
        return desk
    }

    @Test("Nothing else is of a new process than of one that is not ticked for longer than it lives")
    func restart() throws {
        for (away, isNew) in [(15_000, false), (15_001, true)] {
            var desk = try linked()
            desk.now = desk.now.advanced(by: .milliseconds(away))
            desk.step(.heard(link))
            #expect(desk.control.incarnation == Incarnation(rawValue: isNew ? 1001 : 1000))
            guard isNew else { continue }
            let order = desk.last.map { String("\($0)".prefix { $0 != "(" }) }
            let expected = ["linkDown", "close", "inboundDown", "forgetInbound", "forgetOutbound", "restarted"]
            #expect(order == expected)
            #expect(desk.control.counters.late == 1 && desk.control.counters.restarts == 1)
            #expect(desk.watch.faults.isEmpty)
            // What the earlier process is still told is not for this one.
            desk.step(.received(ControlFrame(to: BusDesk.own, .membership(Self.word)), from: link))
            #expect(desk.refusals == [.unknownLink])
            desk.hello(BusDesk.link(1, 2), to: BusDesk.own)
            #expect(desk.refusals == [.otherProcess])
        }
    }

    @Test("With the last number of a link there is a new process, which begins with the first")
    func lastNumber() throws {
        var desk = try linked()
        desk.control.lastNumber = .max - 1
        desk.step(.closed(1))
        while desk.opened.isEmpty {
            desk.now = try #require(desk.control.nextDeadline)
            desk.step(.heard(link))
            desk.step(.tick)
        }
        #expect(desk.opened == [.max])
        desk.step(.tick)
        #expect(desk.closed == [.max])
        #expect(desk.control.incarnation == Incarnation(rawValue: 1001) && desk.control.lastNumber == 0)
    }

    @Test("After leaving, whoever says hello is told so, and nothing else is done")
    func afterLeaving() throws {
        var desk = try linked()
        desk.step(.leave)
        let order = desk.last.compactMap { action in
            switch action {
            case .send(let frame, _): String("\(frame.body)".prefix { $0 != "(" })
            case .linkDown: "linkDown"
            case .close: "close"
            case .inboundDown: "inboundDown"
            default: nil
            }
        }
        #expect(order == ["membership", "goodbye", "linkDown", "close", "inboundDown"])
        #expect(desk.control.isGone && desk.control.nextDeadline == nil)
        desk.hello(BusDesk.link(2), BusDesk.greeting(2))
        #expect(desk.refusals == [.leaving])
        for event in [.tick, .heard(link), .closed(1), .leave, .subscribe("a")] as [BusControlEvent] {
            #expect(desk.step(event).isEmpty)
        }
        desk.now = desk.now.advanced(by: .seconds(100))
        #expect(desk.step(.tick).isEmpty)
    }

    @Test("A goodbye is the end of the process, also where its membership had nothing to say")
    func goodbye() throws {
        var desk = try linked()
        let position = LanePosition(link: 1, received: 12, granted: 90)
        desk.say(.goodbye(position), over: link)
        let order = desk.last.map { String("\($0)".prefix { $0 != "(" }) }
        let expected = ["granted", "linkDown", "close", "inboundDown", "forgetInbound", "forgetOutbound", "news"]
        #expect(order == expected)
        // That process does not come back.
        desk.hello(BusDesk.link(1, 2))
        #expect(desk.refusals == [.superseded])
        desk.hello(BusDesk.link(1, run: 1001, 1))
        #expect(desk.inboundChanges == ["up 1001.1"])
    }

    @Test("Somebody who is no member and claims to be a later process is forgotten, and the member found again")
    func falseProcess() throws {
        var desk = try BusDesk { $0.membership.lifetime = .seconds(60) }
        desk.admit(link)
        // The member lives longer than a stranger is waited for.
        let content = try MemberContent(endpoints: [BusNet.endpoint(1)])
        let record = MemberRecord(
            id: link.node,
            incarnation: link.incarnation,
            lifetime: .seconds(300),
            content: content
        )
        let word = GossipRecord(record, remaining: .seconds(300))
        desk.say(.membership(MembershipMessage(from: link.incarnation, to: nil, .records([word]))), over: link)
        desk.hello(BusDesk.link(1, run: 9000))
        #expect(desk.inboundChanges == ["down 1000.1", "forget 1000", "up 9000.1"])
        while desk.now < Instant.origin.advanced(by: .seconds(200)), desk.opened.isEmpty {
            desk.now = try #require(desk.control.nextDeadline)
            desk.step(.tick)
        }
        #expect(desk.inboundChanges == ["down 9000.1", "forget 9000"])
        #expect(desk.opened.count == 1)
        desk.hello(BusDesk.link(1, 2))
        #expect(desk.inboundChanges == ["up 1000.2"])
        #expect(desk.watch.faults.isEmpty)
    }

    @Test("What cannot be said of a node is reported, and names that cannot be are refused")
    func badNames() throws {
        var desk = try BusDesk()
        desk.step(.announce([.init("name", "again")]))
        let isRejected = desk.last.contains { action in
            if case .news(.announcementRejected) = action { true } else { false }
        }
        #expect(isRejected)
        for (cluster, name, code) in [
            ("", "a", BusControlError.Code.invalidCluster), (String(repeating: "c", count: 65), "a", .invalidCluster),
            ("c", "", .invalidName), ("c", String(repeating: "n", count: 65), .invalidName),
        ] {
            #expect(Self.code(cluster, name, []) == code)
        }
        let endpoints = Array(repeating: "tcp://a:1", count: 9)
        #expect(Self.code("c", "a", endpoints) == .invalidMembership)
        #expect(Self.code("c", "a", []) == nil)
    }

    private static func code(_ cluster: String, _ name: String, _ endpoints: [String]) -> BusControlError.Code? {
        do throws(BusControlError) {
            _ = try BusControl(
                cluster: cluster,
                name: name,
                id: BusNet.id(0),
                incarnation: BusDesk.own,
                endpoints: endpoints,
                randomSeed: 1,
                at: .origin
            )
            return nil
        } catch {
            return error.code
        }
    }

    private static let word = MembershipMessage(from: BusDesk.own, to: nil, .pull([]))
}
