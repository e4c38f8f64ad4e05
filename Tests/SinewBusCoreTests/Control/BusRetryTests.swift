// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewTesting
import Testing

@Suite("When the bus opens links", .timeLimit(.minutes(1)))
struct BusRetryTests {
    private let seed = "tcp://10.0.0.1:5555"

    @Test("A seed that refuses is tried again after a back-off, and seldom when that does not change by itself")
    func refusedSeed() throws {
        for (code, range) in [(.full, 8...40), (.cluster, 2...4)] as [(Refusal.Code, ClosedRange<Int>)] {
            var desk = try BusDesk(seeds: [seed])
            desk.step(.tick)
            var times: [Instant] = []
            while desk.now < Instant.origin.advanced(by: .seconds(100)), times.count < 200 {
                for number in desk.opened {
                    times.append(desk.now)
                    desk.step(.opened(number))
                    desk.refuse(number, code)
                    #expect(desk.closed == [number] && desk.opened.isEmpty)
                    let isTold = desk.last.contains {
                        if case .news(.linkRefused) = $0 { true } else { false }
                    }
                    #expect(isTold)
                }
                desk.now = try #require(desk.control.nextDeadline)
                desk.step(.tick)
            }
            #expect(range.contains(times.count), "\(code): \(times.count)")
            for (earlier, later) in zip(times, times.dropFirst()) {
                #expect(earlier.duration(to: later) >= .milliseconds(500))
            }
            #expect(desk.watch.faults.isEmpty)
        }
    }

    @Test("A seed that nobody answers at is told of at the first, second, fourth … time in a row")
    func unreachableSeed() throws {
        var desk = try BusDesk(seeds: [seed])
        var told: [UInt64] = []
        var opened = 0
        var actions = desk.step(.tick)
        while opened < 20 {
            var next: [BusControlAction] = []
            for action in actions {
                switch action {
                case .open(let number, _):
                    opened += 1
                    // Of every other one nothing is heard, until its time is over.
                    if opened.isMultiple(of: 2) { next += desk.step(.closed(number)) }
                case .news(.unreachable(let endpoint, nil, let attempts)):
                    #expect(endpoint == seed)
                    told.append(attempts)
                default: break
                }
            }
            if next.isEmpty {
                desk.now = try #require(desk.control.nextDeadline)
                next = desk.step(.tick)
            }
            actions = next
        }
        #expect(told == [1, 2, 4, 8, 16])
    }

    @Test("A member that cannot be reached is tried at each of its endpoints in turn, never at once")
    func endpointsInTurn() throws {
        var desk = try BusDesk { $0.membership.lifetime = .seconds(60) }
        let link = BusDesk.link(1)
        desk.admit(link)
        try desk.join(1, over: link, endpoints: ["tcp://a:1", "tcp://b:1"])
        var (tried, times): ([String], [Instant]) = ([], [])
        while desk.now < Instant.origin.advanced(by: .seconds(10)), tried.count < 200 {
            for case .open(let number, let endpoint) in desk.last {
                tried.append(endpoint)
                times.append(desk.now)
                desk.step(.closed(number))
                #expect(desk.opened.isEmpty)
            }
            desk.now = try #require(desk.control.nextDeadline)
            desk.step(.tick)
        }
        #expect(Array(tried.prefix(4)) == ["tcp://a:1", "tcp://b:1", "tcp://a:1", "tcp://b:1"])
        #expect((5...40).contains(tried.count))
        for (earlier, later) in zip(times, times.dropFirst()) {
            #expect(earlier.duration(to: later) >= .milliseconds(50))
        }
    }

    @Test("A link that is broken as soon as it is up is not opened ever faster")
    func flapping() throws {
        var desk = try BusDesk()
        let link = BusDesk.link(1)
        desk.admit(link)
        try desk.join(1, over: link)
        for _ in 0..<2000 {
            for number in desk.opened {
                desk.step(.opened(number))
                desk.welcome(number, 1)
                desk.step(.closed(number))
            }
            guard let due = desk.control.nextDeadline else { break }
            desk.now = due
            desk.step(.heard(link))
            desk.step(.tick)
        }
        let seconds = Double(desk.now.nanoseconds) / 1e9
        #expect(seconds > 100)
        #expect(Double(desk.openCount) < 10 + seconds, "\(desk.openCount) in \(seconds) s")
        #expect(desk.watch.faults.isEmpty)
    }

    @Test("A link that is not let in in time is given up, whether it stood or not", arguments: [false, true])
    func timeout(_ stands: Bool) throws {
        var desk = try BusDesk()
        let link = BusDesk.link(1)
        desk.admit(link)
        try desk.join(1, over: link)
        if stands { desk.step(.opened(1)) }
        desk.pass(.milliseconds(4999))
        #expect(desk.openCount == 1)
        desk.pass(.milliseconds(200))
        #expect(desk.openCount == 2)
        #expect(desk.control.counters.timedOut == 1)
        desk.welcome(1, 1)
        #expect(desk.last.isEmpty && desk.watch.faults.isEmpty)
    }

    @Test("A seed that is this node itself is found out, and counts as synced", arguments: [true, false])
    func ownSeed(_ isKnown: Bool) throws {
        var desk = try BusDesk(seeds: [isKnown ? BusNet.endpoint(0) : "tcp://localhost:5555"])
        #expect(!desk.control.isSynced)
        desk.step(.tick)
        #expect(desk.opened == (isKnown ? [] : [1]))
        if !isKnown {
            desk.step(.opened(1))
            desk.refuse(1, .ownNode)
        }
        #expect(desk.control.isSynced)
        let isTold = desk.last.contains { if case .news(.synced) = $0 { true } else { false } }
        #expect(isTold)
        desk.pass(.seconds(100))
        #expect(desk.openCount == (isKnown ? 0 : 1))
    }

    @Test("Of two links to one process the later counts: the earlier is closed")
    func seedAndMember() throws {
        for isMemberFirst in [true, false] {
            var desk = try BusDesk(seeds: [seed])
            desk.step(.tick)
            let link = BusDesk.link(1)
            desk.admit(link)
            try desk.join(1, over: link, endpoints: ["tcp://other:1"])
            #expect(desk.opened == [2])
            desk.step(.opened(1))
            desk.step(.opened(2))
            if isMemberFirst {
                desk.welcome(2, 1)
                desk.welcome(1, 1)
                #expect(desk.closed == [1])
            } else {
                // The hello of the second is on its way, and the other end will take it.
                desk.welcome(1, 1)
                #expect(desk.closed == [1])
                desk.welcome(2, 1)
            }
            #expect(desk.watch.up.keys.sorted() == [2])
            #expect(desk.watch.faults.isEmpty)
        }
    }

    @Test("An up link gives way to a later one that the other end let in")
    func seedWins() throws {
        var desk = try BusDesk(seeds: [seed])
        let link = BusDesk.link(1)
        desk.admit(link)
        try desk.join(1, over: link, endpoints: ["tcp://other:1"])
        desk.step(.tick)
        desk.step(.opened(1))
        desk.step(.opened(2))
        desk.welcome(1, 1)
        #expect(desk.watch.up.keys.sorted() == [1])
        desk.welcome(2, 1)
        #expect(desk.watch.up.keys.sorted() == [2] && desk.closed == [1])
        #expect(desk.watch.faults.isEmpty)
    }

    @Test("Where another process is found than the one that was meant, whoever is there is asked next")
    func otherProcess() throws {
        var desk = try BusDesk()
        let link = BusDesk.link(1)
        desk.admit(link)
        try desk.join(1, over: link)
        desk.step(.opened(1))
        #expect(Self.helloDestination(desk) == .some(link.incarnation))
        desk.refuse(1, .otherProcess)
        desk.pass(.milliseconds(200))
        desk.step(.opened(2))
        #expect(Self.helloDestination(desk) == .some(nil))
        desk.welcome(2, 1, run: 1001)
        #expect(desk.inboundChanges == ["down 1000.1", "forget 1000"])
        #expect(desk.watch.up[2]?.incarnation == Incarnation(rawValue: 1001))
        #expect(desk.watch.faults.isEmpty)
    }

    @Test("A welcome of another cluster, of ourselves, or of an earlier process is not believed")
    func welcomes() throws {
        var desk = try BusDesk(seeds: [seed, "tcp://b:1", "tcp://c:1"])
        desk.step(.tick)
        for number in [1, 2, 3] as [UInt32] { desk.step(.opened(number)) }
        desk.admit(BusDesk.link(1, run: 2000))
        let old = Welcome(
            node: BusNet.id(1),
            incarnation: Incarnation(rawValue: 1999),
            greeting: BusDesk.greeting(1),
            received: nil
        )
        let own = Welcome(
            node: BusNet.id(0),
            incarnation: BusDesk.own,
            greeting: BusDesk.greeting(0),
            received: nil
        )
        let strange = Welcome(
            node: BusNet.id(2),
            incarnation: BusDesk.own,
            greeting: BusDesk.greeting(2, cluster: "other"),
            received: nil
        )
        for (number, welcome) in zip([1, 2, 3] as [UInt32], [old, own, strange]) {
            desk.step(.answered(ControlFrame(to: BusDesk.own, .welcome(welcome)), on: number))
            #expect(desk.closed == [number])
        }
        #expect(desk.watch.up.isEmpty && desk.control.counters.contradictions == 3)
    }

    @Test("A refusal that says that a later process has our name ends the node, once")
    func superseded() throws {
        var desk = try BusDesk(seeds: [seed, "tcp://b:1"])
        desk.step(.tick)
        var ends = 0
        for number in [1, 2] as [UInt32] {
            desk.step(.opened(number))
            desk.refuse(number, .superseded)
            ends += desk.last.count { if case .superseded(nil) = $0 { true } else { false } }
        }
        #expect(ends == 1)
    }

    @Test("Nobody waits for the confirmation of a peer whose link is down, and nothing is said to it")
    func linkDownInterest() throws {
        var desk = try BusDesk(seeds: [seed])
        desk.step(.tick)
        desk.step(.opened(1))
        desk.welcome(1, 1)
        desk.step(.subscribe("a"))
        let version = desk.control.interestVersion
        #expect(version == 1 && desk.control.unconfirmed(version) == [BusNet.id(1)])
        desk.step(.closed(1))
        #expect(desk.control.unconfirmed(version).isEmpty)
        desk.pass(.milliseconds(400))
        #expect(desk.control.counters.withoutLink == 0)
    }

    @Test("A refusal takes a link down that was up")
    func refusedWhileUp() throws {
        var desk = try BusDesk(seeds: [seed])
        desk.step(.tick)
        desk.step(.opened(1))
        desk.welcome(1, 1)
        let peer = try #require(desk.watch.up[1])
        #expect(peer.name == BusNet.name(1) && peer.windowBytes == 1 << 16 && peer.maximumFrameBytes == 1 << 20)
        desk.refuse(1, .unknownLink)
        let order = desk.last.compactMap { action in
            switch action {
            case .linkDown: "down"
            case .close: "close"
            default: nil
            }
        }
        #expect(order == ["down", "close"])
    }

    static func helloDestination(_ desk: BusDesk) -> Incarnation?? {
        for case .send(let frame, _) in desk.last {
            if case .hello = frame.body { return .some(frame.destination) }
        }
        return nil
    }
}
