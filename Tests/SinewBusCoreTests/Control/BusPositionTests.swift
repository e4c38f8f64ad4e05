// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewTesting
import Testing

@Suite("When positions are told", .timeLimit(.minutes(1)))
struct BusPositionTests {
    private let link = BusDesk.link(1)
    private let window: UInt64 = 4 << 20

    /// A node that is linked with another both ways; 7 messages came before.
    private func desk() throws -> BusDesk {
        var desk = try BusDesk()
        desk.admit(link, received: 7)
        try desk.join(1, over: link)
        desk.step(.opened(1))
        desk.welcome(1, 1)
        return desk
    }

    @Test("A new link begins with the position of the other")
    func first() throws {
        #expect(try desk().positions == [LanePosition(link: 1, received: 7, granted: window)])
    }

    @Test("A quarter of the window is told at once, less after 100 ms, together with what came meanwhile")
    func quarter() throws {
        var desk = try desk()
        desk.step(.position(link, received: 8, granted: window + window / 4 - 1))
        #expect(desk.positions.isEmpty)
        desk.step(.position(link, received: 9, granted: window + window / 4))
        #expect(desk.positions == [LanePosition(link: 1, received: 9, granted: window + window / 4)])

        let start = desk.now
        desk.step(.position(link, received: 10, granted: window + window / 4))
        desk.now = start.advanced(by: .milliseconds(99))
        desk.step(.tick)
        #expect(desk.positions.isEmpty)
        desk.step(.position(link, received: 11, granted: window + window / 4 + 100))
        #expect(try #require(desk.control.nextDeadline) <= start.advanced(by: .milliseconds(100)))
        desk.now = start.advanced(by: .milliseconds(100))
        desk.step(.tick)
        #expect(desk.positions == [LanePosition(link: 1, received: 11, granted: window + window / 4 + 100)])
        // Nothing new is nothing to tell.
        desk.step(.position(link, received: 11, granted: window + window / 4 + 100))
        desk.now = desk.now.advanced(by: .seconds(1))
        desk.step(.tick)
        #expect(desk.positions.isEmpty)
    }

    @Test("What could not be told is told on the next link")
    func nextLink() throws {
        var desk = try desk()
        desk.step(.closed(1))
        desk.step(.position(link, received: 20, granted: 3 * window))
        #expect(desk.positions.isEmpty)
        while desk.opened.isEmpty {
            desk.now = try #require(desk.control.nextDeadline)
            desk.step(.tick)
        }
        desk.step(.opened(2))
        desk.welcome(2, 1)
        #expect(desk.positions == [LanePosition(link: 1, received: 20, granted: 3 * window)])
        #expect(desk.watch.faults.isEmpty)
    }

    @Test("A position goes never backwards, and one of another link is not told")
    func backwards() throws {
        var desk = try desk()
        desk.step(.position(link, received: 6, granted: 9 * window))
        desk.step(.position(link, received: 9, granted: window - 1))
        desk.step(.position(BusDesk.link(1, 2), received: 9, granted: 9 * window))
        desk.step(.position(BusDesk.link(3), received: 9, granted: 9 * window))
        #expect(desk.control.counters.late == 4)
        desk.now = desk.now.advanced(by: .seconds(1))
        desk.step(.tick)
        #expect(desk.positions.isEmpty)
    }

    @Test("A position that comes is handed on while it is about the link that is up")
    func incoming() throws {
        var desk = try desk()
        let position = LanePosition(link: 1, received: 3, granted: 9)
        desk.say(.position(position), over: link)
        let isGranted = desk.last.contains { if case .granted(1, position) = $0 { true } else { false } }
        #expect(isGranted)
        desk.say(.position(LanePosition(link: 2, received: 3, granted: 9)), over: link)
        #expect(desk.last.isEmpty && desk.control.counters.late == 1)
    }
}
