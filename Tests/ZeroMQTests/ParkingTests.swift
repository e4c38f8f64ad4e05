// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// The pure values behind the reactor, against models that are too simple to be wrong. A failure prints its seed.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ParkingTests {
    static let seeds = (0..<40).map { UInt64($0) &* 0x9E37_79B9 }

    // MARK: WaitQueue

    /// A queue as a sorted list of keys.
    @Test(arguments: seeds) func waitQueue(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = WaitQueue<Int>()
        var model: [(key: Int64, payload: Int)] = []
        var reserved: [Int64] = []
        var everyKey: [Int64] = []
        for step in 0..<2000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3:
                let key = queue.reserveKey(atFront: Bool.random(using: &random))
                #expect(!everyKey.contains(key), "seed \(seed), step \(step)")
                reserved.append(key)
                everyKey.append(key)
            case 3..<6:
                guard !reserved.isEmpty else { continue }
                // Not in the order of the reservations: threads overtake each other.
                let key = reserved.remove(at: Int.random(in: 0..<reserved.count, using: &random))
                queue.insert(step, key: key)
                model.append((key, step))
                model.sort { $0.key < $1.key }
            case 6..<8:
                let expected = model.isEmpty ? nil : model.removeFirst().payload
                #expect(queue.popFirst() == expected, "seed \(seed), step \(step)")
            case 8:
                guard let key = everyKey.randomElement(using: &random) else { continue }
                let index = model.firstIndex { $0.key == key }
                let expected = index.map { model.remove(at: $0).payload }
                #expect(queue.remove(key) == expected, "seed \(seed), step \(step)")
            default:
                guard Int.random(in: 0..<40, using: &random) == 0 else { continue }
                #expect(queue.removeAll() == model.map(\.payload), "seed \(seed), step \(step)")
                model.removeAll()
            }
            #expect(queue.count == model.count, "seed \(seed), step \(step)")
            #expect(queue.isEmpty == model.isEmpty, "seed \(seed), step \(step)")
        }
    }

    /// Cancelling nearly everybody leaves the others in order.
    @Test(arguments: seeds.prefix(5)) func waitQueueSweeps(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = WaitQueue<Int64>()
        let keys = (0..<2000).map { _ in
            let key = queue.reserveKey(atFront: false)
            queue.insert(key, key: key)
            return key
        }
        let kept = Set(keys.shuffled(using: &random).prefix(20))
        for key in keys.shuffled(using: &random) where !kept.contains(key) { #expect(queue.remove(key) == key) }
        #expect(queue.removeAll() == kept.sorted(), "seed \(seed)")
    }

    // MARK: ParkingLot

    /// A lot as four sorted lists and two flags.
    private struct LotModel {
        var lanes: [Lane: [(key: Int64, payload: Int)]] = [:]
        var inFlight: Set<Lane> = []
        var watches: [ObjectIdentifier: Watch] = [:]

        /// Takes out the watches that are concerned.
        mutating func popWatches(_ ready: Poll.Interest) -> Set<ObjectIdentifier> {
            let concerned = watches.filter { !$0.value.interest.isDisjoint(with: ready) }.keys
            for key in concerned { watches[key] = nil }
            return Set(concerned)
        }

        mutating func pop(_ lane: Lane) -> Int? {
            guard let first = lanes[lane]?.first else { return nil }
            lanes[lane]?.removeFirst()
            return first.payload
        }

        func isEmpty(_ lane: Lane) -> Bool { lanes[lane, default: []].isEmpty }

        var needsRecheck: Bool {
            !watches.isEmpty || !isEmpty(.observe)
                || [Lane.receive, .send].contains { !isEmpty($0) && !inFlight.contains($0) }
        }
    }

    private func payloads(_ woken: Woken<Int>) -> [Int] {
        var all: [Int] = []
        woken.forEach({ (waiter: Int) in all.append(waiter) } as (Int) -> Void)
        return all
    }

    private func watches(_ woken: Woken<Int>) -> Set<ObjectIdentifier> { Set(woken.watches.map(ObjectIdentifier.init)) }

    @Test(arguments: seeds) func parkingLot(seed: UInt64) {
        let signals = PollSignals()
        let known = (0..<8).map { Watch(signals, id: $0, interest: Poll.Interest(rawValue: UInt8($0 % 4))) }
        var random = SeededGenerator(seed: seed)
        var lot = ParkingLot<Int>()
        var model = LotModel()
        var keys: [(lane: Lane, key: Int64)] = []
        for step in 0..<2000 {
            let lane = Lane.allCases.randomElement(using: &random) ?? .receive
            var woken = Woken<Int>()
            switch Int.random(in: 0..<24, using: &random) {
            case 0..<8:
                let key = lot.reserveKey(in: lane, atFront: Bool.random(using: &random))
                lot.park(step, in: lane, key: key)
                keys.append((lane, key))
                model.lanes[lane, default: []].append((key, step))
                model.lanes[lane]?.sort { $0.key < $1.key }
            case 8..<12:
                let ready: [Lane: Bool] = [.receive: Bool.random(using: &random), .send: Bool.random(using: &random)]
                lot.wake(canReceive: ready[.receive] == true, canSend: ready[.send] == true, into: &woken)
                var expected: [Int] = []
                for lane in [Lane.receive, .send] where ready[lane] == true && !model.inFlight.contains(lane) {
                    guard let payload = model.pop(lane) else { continue }
                    model.inFlight.insert(lane)
                    expected.append(payload)
                }
                #expect(payloads(woken) == expected, "seed \(seed), step \(step)")
                let events = (ready[.receive] == true ? Poll.Interest.receive : [])
                    .union(ready[.send] == true ? .send : [])
                #expect(watches(woken) == model.popWatches(events), "seed \(seed), step \(step)")
            case 12..<15:
                lot.returned(to: lane)
                model.inFlight.remove(lane)
            case 15..<17:
                guard let (lane, key) = keys.randomElement(using: &random) else { continue }
                let index = model.lanes[lane, default: []].firstIndex { $0.key == key }
                let expected = index.flatMap { model.lanes[lane]?.remove(at: $0).payload }
                #expect(lot.leave(key, in: lane) == expected, "seed \(seed), step \(step)")
            case 17:
                #expect(lot.wakeFirst(in: lane) == model.pop(lane), "seed \(seed), step \(step)")
            case 18:
                lot.wakeAll(in: lane, into: &woken)
                let expected = model.lanes.removeValue(forKey: lane) ?? []
                #expect(payloads(woken) == expected.map(\.payload), "seed \(seed), step \(step)")
            case 19..<22:
                let watch = known[Int.random(in: 0..<known.count, using: &random)]
                lot.insert(watch)
                model.watches[ObjectIdentifier(watch)] = watch
            case 22:
                let watch = known[Int.random(in: 0..<known.count, using: &random)]
                lot.remove(watch)
                model.watches[ObjectIdentifier(watch)] = nil
            default:
                lot.wakeEverybody(into: &woken)
                #expect(watches(woken) == Set(model.watches.keys), "seed \(seed), step \(step)")
                model.watches = [:]
                let expected = Lane.allCases.flatMap { model.lanes[$0] ?? [] }
                model.lanes.removeAll()
                #expect(payloads(woken) == expected.map(\.payload), "seed \(seed), step \(step)")
            }
            #expect(lot.needsRecheck == model.needsRecheck, "seed \(seed), step \(step)")
            let parked = model.lanes.values.reduce(model.watches.count) { $0 + $1.count }
            #expect(lot.parkedCount == parked, "seed \(seed), step \(step)")
            #expect(lot.hasSenders == !model.isEmpty(.send), "seed \(seed), step \(step)")
        }
    }

    // MARK: DeadlineQueue

    @Test(arguments: seeds) func deadlineQueue(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = DeadlineQueue<Int>()
        let start = ContinuousClock.now
        /// By token: when, and how many insertions came before.
        var model: [Int: (time: Int, serial: Int)] = [:]
        for step in 0..<2000 {
            let token = Int.random(in: 0..<200, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let time = step + Int.random(in: 0..<300, using: &random)
                queue.insert(token, at: start + .milliseconds(time))
                model[token] = (time, step)
            case 5..<8:
                queue.remove(token)
                model[token] = nil
            default:
                let due = model.filter { $0.value.time <= step }
                let expected = due.sorted { ($0.value.time, $0.value.serial) < ($1.value.time, $1.value.serial) }
                #expect(
                    queue.popDue(at: start + .milliseconds(step)) == expected.map(\.key),
                    "seed \(seed), step \(step)"
                )
                for (token, _) in due { model[token] = nil }
            }
            #expect(queue.count == model.count, "seed \(seed), step \(step)")
            if let earliest = model.values.map(\.time).min() {
                let next = queue.next ?? .now + .seconds(1_000_000)
                #expect(next <= start + .milliseconds(earliest), "seed \(seed), step \(step)")
            }
        }
    }

    /// Withdrawn deadlines do not pile up: what is left to look at is bounded by what is waited for.
    @Test func deadlineQueueForgets() {
        var queue = DeadlineQueue<Int>()
        let start = ContinuousClock.now
        for token in 0..<10_000 {
            queue.insert(token, at: start)
            queue.remove(token)
        }
        #expect(queue.count == 0)
        #expect(queue.popDue(at: start + .seconds(1)).isEmpty)
        #expect(queue.next == nil)
    }
}
