// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import SinewTesting
import Testing

@Suite("The bus in trouble", .timeLimit(.minutes(1)))
struct BusChaosTests {
    /// What each node wants, as its users have it.
    private struct Wishes {
        var wanted: [Set<Interest>]
    }

    @Test("After any mix of breaks, cuts, pauses, kills, restarts and losses all are linked and know what others want")
    func anyMix() throws {
        var troubles: [Int] = Array(repeating: 0, count: 6)
        for seed in 1...6 as ClosedRange<UInt64> {
            var net = BusNet(seed: seed)
            for _ in 0..<4 {
                try net.add(seeds: [0, 1]) { $0.membership.heartbeat.timeToLive = .seconds(2) }
            }
            var wishes = Wishes(wanted: Array(repeating: [], count: 4))
            net.losses = Int(seed % 3) * 10
            for _ in 0..<20 {
                let trouble = Int(net.random.next() % 6)
                try cause(trouble, &net, &wishes)
                troubles[trouble] += 1
                net.run(.milliseconds(Int64(net.random.next() % 4000)))
            }
            net.losses = 0
            net.cuts = []
            for slot in 0..<4 {
                net.slots[slot].isPaused = false
                if !net.slots[slot].isRunning { try net.start(slot) }
            }
            net.run(.seconds(30))
            #expect(net.isMesh, "seed \(seed)")
            #expect(net.faults.isEmpty, "seed \(seed)")
            for holder in 0..<4 {
                for owner in 0..<4 where owner != holder {
                    let held = net.slots[holder].watch.wanted[BusNet.id(owner)] ?? []
                    #expect(held == wishes.wanted[owner], "seed \(seed), \(owner) at \(holder)")
                }
                #expect(net.slots[holder].control.isSynced && net.slots[holder].control.unsynced.isEmpty)
            }
        }
        #expect(troubles.allSatisfy { $0 > 8 }, "\(troubles)")
    }

    private func cause(_ trouble: Int, _ net: inout BusNet, _ wishes: inout Wishes) throws {
        let (one, other) = (Int(net.random.next() % 4), Int(net.random.next() % 4))
        switch trouble {
        case 0: if one != other { net.breakLinks(from: one, to: other) }
        case 1:
            if one != other { net.cut(one, other) }
        case 2: net.cuts = []
        case 3: net.slots[one].isPaused.toggle()
        case 4:
            if net.slots[one].isRunning {
                net.kill(one)
                wishes.wanted[one] = []
            } else {
                try net.start(one)
            }
        default:
            guard net.slots[one].isRunning, !net.slots[one].isPaused else { return }
            let wish = Interest(try .init("wish.\(net.random.next() % 5)"))
            if wishes.wanted[one].insert(wish).inserted {
                net.step(one, .subscribe(wish))
            } else {
                wishes.wanted[one].remove(wish)
                net.step(one, .unsubscribe(wish))
            }
        }
    }
}
