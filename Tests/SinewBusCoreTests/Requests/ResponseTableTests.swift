// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import SinewBusCore

@Suite("Requests that are being answered", .timeLimit(.minutes(1)))
struct ResponseTableTests {
    private let peers = (0..<4 as Range<UInt64>).map { number in
        ProcessID(NodeID(high: 1, low: number / 2), Incarnation(rawValue: 10 + number))
    }

    private func instant(_ nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds) }

    @Test("One that was cancelled keeps its place until its responders have finished")
    func cancelled() {
        var table = ResponseTable(maximumConcurrent: 2, maximumPerRequester: 2)
        let keys = (1...3 as ClosedRange<UInt64>).map { RequestKey(peers[0], id: $0) }
        var begun = keys.map { table.begin($0, responders: 2, remaining: .seconds(1), at: instant(0)) }
        #expect(begun == [.begun, .begun, .busy])
        for _ in 0..<2 {
            let started = table.start(keys[0])
            #expect(started == 0)
        }
        let third = table.start(keys[0])
        let first = table.cancel(keys[0])
        let again = table.cancel(keys[0])
        #expect(first && !again && third == nil && !table.isWanted(keys[0]) && table.isWanted(keys[1]))
        begun = [keys[2], keys[0]].map { table.begin($0, remaining: .seconds(1), at: instant(0)) }
        #expect(begun == [.busy, .repeated])
        let endings = [0, 0, 0, 1, 1].map { table.finish(keys[$0], at: $0) }
        #expect(endings == [.discard, .discard, .discard, .send(isLast: false), .send(isLast: true)])
        begun = [keys[2]].map { table.begin($0, remaining: .seconds(1), at: instant(0)) }
        #expect(begun == [.begun] && table.count == 1)
        #expect(table.counters.discarded == 2 && table.counters.refused == 2 && table.counters.repeated == 1)
    }

    @Test("One requester does not take all the places")
    func fairness() {
        var table = ResponseTable(maximumConcurrent: 5)
        var begun: [ResponseBeginning] = []
        for (peer, id) in [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2), (1, 3)] as [(Int, UInt64)] {
            begun.append(table.begin(RequestKey(peers[peer], id: id), remaining: .seconds(1), at: instant(0)))
        }
        #expect(begun == [.begun, .begun, .begun, .busy, .begun, .begun, .busy])
        #expect(ResponseTable().maximumConcurrent == 1024 && ResponseTable().maximumPerRequester == 512)
    }

    @Test("Without time left nothing begins; the deadline is that of this node's clock")
    func deadlines() {
        var table = ResponseTable()
        let key = RequestKey(peers[0], id: 1)
        let late = table.begin(key, remaining: .zero, at: instant(50))
        let begun = table.begin(key, remaining: .nanoseconds(7), at: instant(50))
        #expect(late == .expired && begun == .begun && table.nextDeadline == instant(57))
        let early = table.expire(at: instant(56))
        let due = table.expire(at: instant(57))
        #expect(early.isEmpty && due == [key] && table.nextDeadline == nil && table.counters.expired == 2)
        let gone = table.peerGone(peers[0])
        #expect(gone.isEmpty)
    }

    @Test("A responder that never starts takes no place once the time is over, or the request cancelled")
    func neverStarted() {
        var table = ResponseTable(maximumConcurrent: 4, maximumPerRequester: 4)
        let keys = (1...4 as ClosedRange<UInt64>).map { RequestKey(peers[0], id: $0) }
        for key in keys { _ = table.begin(key, responders: 2, remaining: .nanoseconds(5), at: instant(0)) }
        var started = [table.start(keys[0]), table.start(keys[1])]
        #expect(started == [0, 1])
        _ = table.finish(keys[1], at: 1)
        _ = table.cancel(keys[2])
        #expect(table.count == 3)
        _ = table.expire(at: instant(5))
        #expect(table.count == 1)
        started = keys.map { table.start($0) }
        let ending = table.finish(keys[0], at: 0)
        #expect(started == [nil, nil, nil, nil] && ending == .discard && table.count == 0)
        let begun = keys.map { table.begin($0, remaining: .nanoseconds(5), at: instant(9)) }
        #expect(begun == [.begun, .begun, .begun, .begun])
    }

    @Test("Whoever finishes late, when the place is another's, changes nothing there")
    func latePlace() {
        var table = ResponseTable()
        let keys = (1...2 as ClosedRange<UInt64>).map { RequestKey(peers[0], id: $0) }
        _ = table.begin(keys[0], remaining: .seconds(1), at: instant(0))
        let place = table.start(keys[0])
        let first = table.finish(keys[0], at: 0)
        _ = table.begin(keys[1], remaining: .seconds(1), at: instant(0))
        let again = table.finish(keys[0], at: 0)
        #expect(place == 0 && first == .send(isLast: true) && again == .discard && table.isWanted(keys[1], at: 0))
        #expect(!table.isWanted(keys[0], at: 0) && !table.isAnswering(keys[0], at: 7))
    }

    /// The model: what is being answered, in a dictionary.
    private struct Naive {
        var answering: [RequestKey: (responders: Int, running: Int, isWanted: Bool, deadline: Instant)] = [:]

        mutating func unwant(_ keys: [RequestKey]) {
            for key in keys { answering[key]?.isWanted = false }
            answering = answering.filter { $0.value.isWanted || $0.value.running > 0 }
        }

        func wanted(_ condition: (RequestKey) -> Bool) -> [RequestKey] {
            answering.filter { $0.value.isWanted && condition($0.key) }.map(\.key).sorted()
        }
    }

    @Test("Agrees with a dictionary; each request is cancelled at most once", arguments: 0..<120 as Range<UInt64>)
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var table = ResponseTable(maximumConcurrent: 10, maximumPerRequester: 4)
        var model = Naive()
        var provoked = (busy: 0, cancelled: 0, discarded: 0)
        var now: Int64 = 0
        for step in 0..<500 {
            let place: Comment = "seed \(seed), step \(step)"
            now += Int64.random(in: 0...3, using: &random)
            let peer = peers[Int.random(in: 0..<4, using: &random)]
            let key = RequestKey(peer, id: .random(in: 0...6, using: &random))
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45:
                let (responders, left) = (
                    Int.random(in: 0...3, using: &random), Int64.random(in: -5...60, using: &random)
                )
                let begun = table.begin(key, responders: responders, remaining: .nanoseconds(left), at: instant(now))
                let hasRoom =
                    model.answering.count < 10 && model.answering.keys.count { $0.requester == peer } < 4
                if model.answering[key] != nil {
                    try #require(begun == .repeated, place)
                } else if left <= 0 {
                    try #require(begun == .expired, place)
                } else {
                    try #require(begun == (hasRoom ? .begun : .busy), place)
                    provoked.busy += hasRoom ? 0 : 1
                    if hasRoom { model.answering[key] = (max(1, responders), 0, true, instant(now + left)) }
                }
            case 45..<58:
                let started = table.start(key)
                let request = model.answering[key]
                let expected = request.map { $0.isWanted && $0.running < $0.responders } ?? false
                try #require(started == (expected ? table.place(of: key) : nil), place)
                if expected { model.answering[key]?.running += 1 }
            case 58..<75:
                // Only who has started finishes.
                guard let request = model.answering[key], request.running > 0 else { continue }
                let slot = try #require(table.place(of: key))
                let ending = table.finish(key, at: slot)
                let left = request.responders - 1
                try #require(ending == (request.isWanted ? .send(isLast: left == 0) : .discard), place)
                provoked.discarded += request.isWanted ? 0 : 1
                let isOver = left == 0 || (!request.isWanted && request.running == 1)
                model.answering[key] = isOver ? nil : (left, request.running - 1, request.isWanted, request.deadline)
            case 75..<85:
                let cancelled = table.cancel(key)
                let expected = model.wanted { $0 == key }
                try #require(cancelled == !expected.isEmpty, place)
                provoked.cancelled += expected.count
                model.unwant(expected)
            case 85..<88:
                let cancelled = table.peerGone(peer)
                let expected = model.wanted { $0.requester == peer }
                try #require(cancelled == expected, place)
                provoked.cancelled += expected.count
                model.unwant(expected)
            default:
                let due = table.expire(at: instant(now))
                let expected = model.wanted { model.answering[$0].map { $0.deadline <= instant(now) } ?? false }
                try #require(due.sorted() == expected, place)
                model.unwant(expected)
            }
            try #require(table.count == model.answering.count, place)
            let slots = model.answering.keys.compactMap { table.place(of: $0) }
            try #require(Set(slots).count == model.answering.count && slots.allSatisfy { 0..<10 ~= $0 }, place)
            for slot in 0..<10 {
                let isHere = table.isAnswering(key, at: slot)
                try #require(isHere == (table.place(of: key) == slot), place)
                try #require(table.isWanted(key, at: slot) == (isHere && table.isWanted(key)), place)
            }
            try #require(table.isWanted(key) == (model.answering[key]?.isWanted ?? false), place)
            let deadlines = model.wanted { _ in true }.compactMap { model.answering[$0]?.deadline }
            try #require(table.nextDeadline == deadlines.min(), place)
        }
        #expect(provoked.busy > 0 && provoked.cancelled > 0 && provoked.discarded > 0, "seed \(seed)")
        #expect(table.counters.cancelled == UInt64(provoked.cancelled), "seed \(seed)")
        #expect(table.counters.discarded == UInt64(provoked.discarded), "seed \(seed)")
    }
}
