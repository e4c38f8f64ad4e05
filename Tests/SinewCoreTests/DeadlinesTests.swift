// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import SinewCore

@Suite("Deadlines", .timeLimit(.minutes(1)))
struct DeadlinesTests {
    private func instant(_ nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds) }

    @Test("What is due comes by instant, then by key, and no earlier than it is due")
    func order() {
        var deadlines = Deadlines<String>()
        for (key, at) in [("d", 5), ("b", 3), ("a", 5), ("c", 3), ("e", 6)] as [(String, Int64)] {
            deadlines.set(key, at: instant(at))
        }
        #expect(deadlines.next == instant(3))
        #expect(deadlines.popExpired(at: instant(2)) == nil)
        var due: [String] = []
        while let next = deadlines.popExpired(at: instant(5)) { due.append(next.key) }
        #expect(due == ["b", "c", "a", "d"])
        #expect(deadlines.next == instant(6))
    }

    @Test("A deadline that is replaced counts once, at its new instant")
    func replaced() {
        var deadlines = Deadlines<Int>()
        deadlines.set(1, at: instant(10))
        deadlines.set(1, at: instant(20))
        #expect(deadlines.popExpired(at: instant(10)) == nil)
        deadlines.set(1, at: instant(5))
        #expect(deadlines.count == 1)
        let due = deadlines.popExpired(at: instant(5))
        #expect(due?.key == 1 && due?.instant == instant(5))
        #expect(deadlines.isEmpty && deadlines.next == nil && deadlines[1] == nil)
    }

    /// The model: every deadline in one dictionary, sorted anew for each question.
    struct Model {
        var instants: [Int: Instant] = [:]

        mutating func popExpired(at now: Instant) -> (key: Int, instant: Instant)? {
            let first = instants.min { ($0.value, $0.key) < ($1.value, $1.key) }
            guard let first, first.value <= now else { return nil }
            instants[first.key] = nil
            return (first.key, first.value)
        }
    }

    @Test("Agrees with a sorted list", arguments: 0..<100 as Range<UInt64>)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var deadlines = Deadlines<Int>()
        var model = Model()
        let keys = Int.random(in: 1...40, using: &random)
        for step in 0..<600 {
            let key = Int.random(in: 0..<keys, using: &random)
            let at = instant(Int64.random(in: 0...50, using: &random))
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<60:
                deadlines.set(key, at: at)
                model.instants[key] = at
            case 60..<80:
                let cancelled = deadlines.cancel(key)
                #expect(cancelled == model.instants.removeValue(forKey: key), "seed \(seed), step \(step)")
            case 80..<99:
                let due = deadlines.popExpired(at: at)
                let expected = model.popExpired(at: at)
                #expect(due?.key == expected?.key && due?.instant == expected?.instant, "seed \(seed), step \(step)")
            default:
                deadlines.removeAll()
                model.instants = [:]
            }
            #expect(deadlines.count == model.instants.count, "seed \(seed), step \(step)")
            #expect(deadlines.next == model.instants.values.min(), "seed \(seed), step \(step)")
            #expect(deadlines[key] == model.instants[key], "seed \(seed), step \(step)")
        }
    }

    @Test("The order of a set of deadlines does not depend on how they came about", arguments: 0..<50 as Range<UInt64>)
    func history(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let wanted = (0..<60).map { ($0, instant(Int64.random(in: 0...9, using: &random))) }
        var orders: [[Int]] = []
        for _ in 0..<2 {
            var deadlines = Deadlines<Int>()
            for (key, _) in wanted.shuffled(using: &random) { deadlines.set(key, at: instant(100)) }
            for key in 100..<120 { deadlines.set(key, at: instant(.random(in: 0...200, using: &random))) }
            for (key, at) in wanted.shuffled(using: &random) { deadlines.set(key, at: at) }
            for key in (100..<120).shuffled(using: &random) { deadlines.cancel(key) }
            var order: [Int] = []
            while let due = deadlines.popExpired(at: .distantFuture) { order.append(due.key) }
            orders.append(order)
        }
        #expect(orders[0] == orders[1], "seed \(seed)")
        #expect(orders[0] == wanted.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0), "seed \(seed)")
    }

    @Test("Replacing and cancelling leaves nothing behind")
    func garbage() {
        var deadlines = Deadlines<Int>()
        for round in 0..<10_000 {
            deadlines.set(round % 8, at: instant(Int64(round) + 1000))
            deadlines.set(100 + round, at: instant(Int64(round)))
            if round % 2 == 0 {
                deadlines.cancel(100 + round)
            } else {
                _ = deadlines.popExpired(at: instant(Int64(round)))
            }
        }
        #expect(deadlines.count == 8)
        // Eight keys that stay and one that comes and goes.
        #expect(deadlines.heap.places.count <= 9)
    }
}
