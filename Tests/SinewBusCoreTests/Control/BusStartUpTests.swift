// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import Testing

@testable import SinewBusCore

/// From when on a node that has come knows who wants nothing.
@Suite("The start-up of the bus", .timeLimit(.minutes(1)))
struct BusStartUpTests {
    /// A node that is linked with the seeds of slots 1 and 2, whose interest is here.
    private static func linked() throws -> BusDesk {
        var desk = try BusDesk(seeds: [BusNet.endpoint(1), BusNet.endpoint(2)])
        desk.step(.tick)
        for slot in [1, 2] {
            desk.admit(BusDesk.link(slot))
            try link(slot, &desk)
            #expect(!desk.control.isSynced && desk.control.unsynced == [BusNet.id(slot)])
            desk.wantNothing(over: BusDesk.link(slot))
        }
        return desk
    }

    /// Our link to a slot stands, too.
    private static func link(_ slot: Int, _ desk: inout BusDesk) throws {
        desk.step(.opened(UInt32(slot)))
        desk.welcome(UInt32(slot), slot)
        try desk.join(slot, over: BusDesk.link(slot))
    }

    private static func isTold(_ desk: BusDesk) -> Bool {
        desk.last.contains { if case .news(.synced) = $0 { true } else { false } }
    }

    @Test("It is over once all seeds, and all whom they name, have said what they want")
    func over() throws {
        var desk = try Self.linked()
        #expect(!desk.control.isSynced && desk.control.unsynced.isEmpty)
        desk.list([0, 1, 2], over: BusDesk.link(1))
        #expect(!desk.control.isSynced)
        desk.list([0, 1, 2, 3], over: BusDesk.link(2))
        #expect(!desk.control.isSynced, "one more is there, and nothing is known of it")
        desk.admit(BusDesk.link(3))
        try desk.join(3, over: BusDesk.link(3))
        #expect(!desk.control.isSynced && desk.opened == [3])
        try Self.link(3, &desk)
        desk.wantNothing(over: BusDesk.link(3))
        #expect(desk.control.isSynced && Self.isTold(desk))
        // A link that breaks, and somebody who comes later, take nothing of that away.
        desk.step(.closed(1))
        desk.list([0, 1, 2, 3, 4], over: BusDesk.link(2))
        #expect(desk.control.isSynced && !Self.isTold(desk))
    }

    @Test("Nobody waits for who was named and has left")
    func departed() throws {
        var desk = try Self.linked()
        desk.list([0, 1, 2], over: BusDesk.link(1))
        desk.list([0, 1, 2, 3], over: BusDesk.link(2))
        #expect(!desk.control.isSynced)
        let departure = MemberRecord(
            id: BusNet.id(3),
            incarnation: BusDesk.link(3).incarnation,
            version: MemberRecord.departure
        )
        let word = GossipRecord(departure, remaining: .seconds(10))
        let link = BusDesk.link(2)
        let message = MembershipMessage(from: link.incarnation, to: BusDesk.own, .records([word]))
        desk.say(.membership(message), over: link)
        #expect(desk.control.isSynced && Self.isTold(desk))
    }

    @Test("Who says nothing is waited for as long as a link may take", arguments: [true, false])
    func limit(isListed: Bool) throws {
        var desk = try Self.linked()
        if isListed {
            desk.list([0, 1, 2, 3], over: BusDesk.link(1))
            desk.list([0, 1, 2, 3], over: BusDesk.link(2))
        }
        let limit = desk.control.options.linkTimeout
        desk.pass(limit - .milliseconds(1))
        #expect(!desk.control.isSynced)
        desk.pass(.milliseconds(2))
        #expect(desk.control.isSynced)
    }
}
