// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@testable import SinewTesting

@Suite("Event queue", .timeLimit(.minutes(1)))
struct QueueTests {
    @Test("Events come in order of instant and, at one instant, of entry", arguments: 0..<20 as Range<UInt64>)
    func order(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = EventQueue<Int>()
        var model: [(time: Int64, number: Int)] = []
        for number in 0..<2000 {
            if Int.random(in: 0..<5, using: &random) < 3 || model.isEmpty {
                let time = Int64.random(in: 0..<50, using: &random)
                queue.insert(.init(.message, event: number), at: time)
                let place = model.firstIndex { $0.time > time } ?? model.endIndex
                model.insert((time, number), at: place)
            } else {
                let expected = model.removeFirst()
                #expect(queue.nextTime == expected.time)
                let index = queue.popIndex()
                #expect(queue.release(index) == expected.number, "seed \(seed)")
            }
            #expect(queue.count == model.count)
        }
        #expect(queue.slots.count < 1000, "slots are used again")
    }

    @Test("Events that were set aside come before those that are there at the instant, in the order they are put back")
    func again() {
        var queue = EventQueue<Int>()
        queue.insert(.init(.message, event: 1), at: 10)
        queue.insert(.init(.message, event: 2), at: 20)
        let first = queue.popIndex()
        queue.insert(.init(.message, event: 3), at: 15)
        let second = queue.popIndex()
        for index in [second, first] { queue.putBack(index, at: 20) }
        #expect(queue.count == 3)
        var order: [Int?] = []
        while queue.nextTime == 20 { order.append(queue.release(queue.popIndex())) }
        #expect(order == [1, 3, 2])
        #expect(queue.nextTime == .max)
    }

    @Test("The earliest deadline is found for any number of nodes", arguments: [1, 2, 3, 5, 8, 50, 64, 65])
    func deadlines(_ count: Int) {
        var random = SeededRandom(seed: UInt64(count))
        var tree = DeadlineTree(count: count)
        var model = [Int64](repeating: .max, count: count)
        #expect(tree.firstTime == .max)
        for _ in 0..<3000 {
            let node = Int.random(in: 0..<count, using: &random)
            let time = Int.random(in: 0..<4, using: &random) == 0 ? .max : Int64.random(in: 0..<30, using: &random)
            tree.set(node, to: time)
            model[node] = time
            let least = model.min()
            #expect(tree.firstTime == least)
            guard least != .max else { continue }
            #expect(tree.first == model.firstIndex { $0 == least }, "of equals the first")
        }
    }

    @Test("A clock at another pace shows each instant when it says that it will", arguments: 0..<20 as Range<UInt64>)
    func clocks(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var clock = SkewedClock()
        var global: Int64 = 0
        for _ in 0..<200 {
            let before = clock.local(global)
            clock.setRate(Int64.random(in: -500_000...500_000, using: &random), at: global)
            #expect(clock.local(global) == before, "another pace is no jump")
            let ahead = Int64.random(in: 1...10_000_000_000, using: &random)
            let wanted = before + ahead
            let found = clock.global(wanted)
            #expect(clock.local(found) >= wanted, "seed \(seed): not before")
            #expect(found == global || clock.local(found - 2) < wanted, "seed \(seed): and not later")
            #expect(clock.local(global + 1) >= before, "never back")
            if Bool.random(using: &random) { clock.jump(by: 1_000_000) }
            global += Int64.random(in: 0...5_000_000_000, using: &random)
        }
        clock.setRate(500_000, at: global)
        #expect(abs(clock.local(global + 1_000_000_000) - clock.local(global) - 1_500_000_000) <= 1)
        #expect(clock.global(.max) == .max, "never, and at once")
    }
}
