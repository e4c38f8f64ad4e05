// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import SinewTesting
import Testing

@Suite("The control half of the bus", .timeLimit(.minutes(1)))
struct BusControlTests {
    private func net(_ count: Int, seed: UInt64 = 1, _ change: (inout BusOptions) -> Void = { _ in }) throws -> BusNet {
        var net = BusNet(seed: seed)
        for _ in 0..<count { try net.add(seeds: [0], change) }
        return net
    }

    @Test("Nodes that know one seed, or all, are soon linked with each other", arguments: [[0], [0, 1, 2, 3, 4]])
    func mesh(_ seeds: [Int]) throws {
        for seed in 1...10 as ClosedRange<UInt64> {
            var net = BusNet(seed: seed)
            for _ in 0..<5 { try net.add(seeds: seeds) }
            net.run(.milliseconds(100))
            #expect(net.isMesh, "seed \(seed)")
            #expect(net.faults.isEmpty, "seed \(seed)")
            for slot in 0..<5 {
                let opened = net.count(slot) { if case .open = $0 { true } else { false } }
                #expect(opened == 4, "seed \(seed), node \(slot)")
                #expect(net.slots[slot].control.isSynced)
            }
            // Nothing is opened any more where all is well.
            guard seed <= 1 else { continue }
            let before = net.now
            net.run(.seconds(60))
            for slot in 0..<5 {
                let opened = net.count(slot, since: before) { if case .open = $0 { true } else { false } }
                #expect(opened == 0)
            }
        }
    }

    @Test("Everybody learns what everybody wants, also when frames are lost and links break", arguments: [0, 50])
    func interest(_ losses: Int) throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            var net = try net(4, seed: seed)
            net.losses = losses
            for slot in 0..<4 {
                net.step(slot, .subscribe("all.>"))
                net.step(slot, .subscribe(Interest(try .init("own.\(slot)"))))
            }
            net.run(.seconds(2))
            for round in 0..<6 {
                let (left, right) = (Int(net.random.next() % 4), Int(net.random.next() % 4))
                if left != right { net.breakLinks(from: left, to: right) }
                net.step(round % 4, .subscribe(Interest(try .init("round.\(round)"))))
                if round == 3 { net.step(0, .unsubscribe("all.>")) }
                net.run(.milliseconds(300))
            }
            net.losses = 0
            net.run(.seconds(15))
            #expect(net.isMesh, "seed \(seed)")
            #expect(net.faults.isEmpty, "seed \(seed)")
            for owner in 0..<4 {
                var wanted: Set<Interest> = [Interest(try .init("own.\(owner)"))]
                if owner > 0 { wanted.insert("all.>") }
                for round in 0..<6 where round % 4 == owner { wanted.insert(Interest(try .init("round.\(round)"))) }
                for holder in 0..<4 where holder != owner {
                    #expect(net.slots[holder].watch.wanted[BusNet.id(owner)] == wanted, "seed \(seed)")
                }
                let version = net.slots[owner].control.interestVersion
                #expect(net.slots[owner].control.unconfirmed(version).isEmpty)
            }
        }
    }

    @Test("A link that breaks is down at once, and another with a higher number is up soon")
    func brokenLink() throws {
        var net = try net(2)
        net.run(.seconds(1))
        let start = net.now
        net.breakLinks(from: 1, to: 0)
        net.run(.seconds(1))
        let down = net.done.first { if $0.slot == 1, case .linkDown = $0.action { true } else { false } }
        let up = net.done.last { if $0.slot == 1, case .linkUp = $0.action { true } else { false } }
        guard case .linkDown(let old, _) = down?.action, case .linkUp(let new, _, nil) = up?.action else {
            Issue.record("no new link")
            return
        }
        #expect(old == 1 && new == 2)
        #expect(down?.at == start)
        let wait = start.duration(to: try #require(up).at)
        #expect((.milliseconds(50)...(.milliseconds(110))).contains(wait))
        // The other end's own link still stands.
        #expect(net.count(0, since: start) { if case .linkDown = $0 { true } else { false } } == 0)
        let changes = net.done.filter { $0.slot == 0 && $0.at >= start }.compactMap { done -> String? in
            switch done.action {
            case .inboundDown(let link): "down \(link.number)"
            case .inboundUp(let link, _): "up \(link.number)"
            default: nil
            }
        }
        #expect(changes == ["down 1", "up 2"])
        #expect(net.isMesh && net.faults.isEmpty)
    }

    @Test("A peer that is killed and started again is linked with as soon as it says or answers a hello")
    func restartedPeer() throws {
        for victim in [0, 2] {
            var net = try net(3)
            for slot in 0..<3 { net.step(slot, .subscribe("a.b")) }
            net.run(.seconds(1))
            net.kill(victim)
            net.run(.seconds(1))
            let start = net.now
            try net.start(victim)
            net.run(.seconds(3))
            #expect(net.isMesh, "node \(victim)")
            #expect(net.faults.isEmpty)
            let old = Incarnation(rawValue: 1000)
            for slot in 0..<3 where slot != victim {
                let forgotten = net.first(slot, since: start) { action in
                    if case .forgetInbound(BusNet.id(victim), old) = action { true } else { false }
                }
                let inbound = net.first(slot, since: start) { action in
                    if case .inboundUp(_, let peer) = action { peer.id == BusNet.id(victim) } else { false }
                }
                #expect(try #require(forgotten) < #require(inbound))
                #expect(net.slots[slot].watch.wanted[BusNet.id(victim)] == [])
            }
        }
    }

    @Test("Who leaves is forgotten at once by all, with its last position told before")
    func leaving() throws {
        var net = try net(3)
        net.run(.seconds(1))
        let link = try #require(net.slots[1].watch.inbound[BusNet.id(0)])
        net.step(1, .position(link, received: 7, granted: 4 << 20))
        let start = net.now
        net.step(1, .leave)
        #expect(net.slots[1].control.nextDeadline == nil && net.slots[1].control.isGone)
        net.run(.milliseconds(5))
        let gone = BusNet.id(1)
        for slot in [0, 2] {
            for isMeant in [Self.isForgottenInbound, Self.isForgottenOutbound] {
                #expect(net.count(slot, since: start) { isMeant($0, gone) } == 1)
            }
        }
        let granted = net.first(0, since: start) {
            if case .granted(_, let at) = $0 { at.received == 7 } else { false }
        }
        let down = net.first(0, since: start) { if case .linkDown = $0 { true } else { false } }
        #expect(try #require(granted) < #require(down))
        net.slots[1].isRunning = false
        net.run(.seconds(60))
        // Nobody runs after it.
        for slot in [0, 2] {
            let opened = net.count(slot, since: start) { if case .open = $0 { true } else { false } }
            #expect(opened == 0)
        }
        #expect(net.faults.isEmpty && net.isMesh)
    }

    @Test("A node that stood still for longer than it lives is a new process, and was forgotten before")
    func pause() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            var net = try net(3, seed: seed)
            for slot in 0..<3 { net.step(slot, .subscribe("kept")) }
            net.step(2, .subscribe("kept"))
            net.run(.seconds(2))
            let start = net.now
            net.slots[2].isPaused = true
            net.run(.seconds(20))
            net.slots[2].isPaused = false
            net.run(.seconds(20))
            let (old, new) = (Incarnation(rawValue: 1000), Incarnation(rawValue: 1001))
            #expect(net.slots[2].control.incarnation == new)
            #expect(net.count(2) { if case .restarted(new) = $0 { true } else { false } } == 1)
            #expect(net.isMesh, "seed \(seed)")
            #expect(net.faults.isEmpty, "seed \(seed)")
            for slot in 0..<2 {
                let forgotten = net.first(slot, since: start) { action in
                    if case .forgetInbound(BusNet.id(2), old) = action { true } else { false }
                }
                let inbound = net.first(slot, since: start) { action in
                    if case .inboundUp(_, let peer) = action { peer.incarnation == new } else { false }
                }
                #expect(try #require(forgotten) < #require(inbound))
                #expect(net.slots[slot].watch.wanted[BusNet.id(2)] == ["kept"])
                #expect(net.slots[slot].control.incarnation == old)
            }
            // Both of those who wanted it are still counted.
            net.step(2, .unsubscribe("kept"))
            net.run(.seconds(1))
            #expect(net.slots[0].watch.wanted[BusNet.id(2)] == ["kept"])
            net.step(2, .unsubscribe("kept"))
            net.run(.seconds(1))
            #expect(net.slots[0].watch.wanted[BusNet.id(2)] == [])
        }
    }

    @Test("Nodes that could not reach each other for longer than they live find each other again")
    func partition() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            var net = try net(4, seed: seed)
            for slot in 0..<4 { net.step(slot, .subscribe(Interest(try .init("own.\(slot)")))) }
            net.run(.seconds(2))
            for left in 0..<2 { for right in 2..<4 { net.cut(left, right) } }
            net.run(.seconds(30))
            #expect(net.slots[0].watch.linked == [BusNet.id(1)])
            net.cuts = []
            net.run(.seconds(30))
            #expect(net.isMesh, "seed \(seed)")
            #expect(net.faults.isEmpty, "seed \(seed)")
            for slot in 1..<4 {
                #expect(net.slots[0].watch.wanted[BusNet.id(slot)] == [Interest(try .init("own.\(slot)"))])
            }
        }
    }

    private static func isForgottenInbound(_ action: BusControlAction, _ node: NodeID) -> Bool {
        if case .forgetInbound(node, _) = action { true } else { false }
    }

    private static func isForgottenOutbound(_ action: BusControlAction, _ node: NodeID) -> Bool {
        if case .forgetOutbound(node, _) = action { true } else { false }
    }
}
