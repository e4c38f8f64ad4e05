// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import SinewBusCore

@Suite("Requests that wait for answers", .timeLimit(.minutes(1)))
struct RequestTableTests {
    private let peers = (0..<8 as Range<UInt64>).map { number in
        ProcessID(NodeID(high: 1, low: number / 2), Incarnation(rawValue: 10 + number))
    }

    private func instant(_ nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds) }

    private func begin(
        _ table: inout RequestTable,
        _ asked: [Int],
        _ mode: RequestMode = .first
    ) throws -> UInt64 {
        try table.begin(to: asked.map { peers[$0] }, deadline: instant(100), mode: mode, at: instant(0))
    }

    @Test("The first answer ends the request, and those who still work on it are told")
    func first() throws {
        var table = RequestTable()
        let id = try begin(&table, [3, 1, 2, 3])
        let refusal = table.reply(id, from: peers[2], status: .noResponder, isLast: true)
        #expect(refusal.verdict == .waiting && refusal.cancels.isEmpty)
        let answer = table.reply(id, from: peers[3], status: .ok, isLast: false)
        #expect(answer.verdict == .deliver(isLast: true) && answer.cancels == [peers[1], peers[3]])
        #expect(answer.tally.description == "asked 3, answers 1, without responder 1")
        let late = table.reply(id, from: peers[1], status: .ok, isLast: true)
        #expect(late.verdict == .ignored && table.counters.lateReplies == 1)
        #expect(table.count == 0 && table.nextDeadline == nil)
    }

    @Test(
        "Without an answer the request fails with what promises least",
        arguments: [
            ([.noResponder, .noResponder], .noResponders), ([.noResponder, .responderBusy], .responderBusy),
            ([.responderFailed, .responderBusy], .responderFailed), ([.end, .responderBusy], .responderFailed),
            ([Record.Status(rawValue: 99), .noResponder], .responderFailed), ([nil, .responderFailed], .responderLost),
            ([.noResponder, nil], .responderLost), ([nil, nil], .responderLost),
        ] as [([Record.Status?], BusError.Code)]
    )
    func failures(words: [Record.Status?], code: BusError.Code) throws {
        var table = RequestTable()
        let id = try begin(&table, [0, 1])
        var verdicts: [RequestOutcome.Verdict] = []
        for (peer, word) in zip(peers, words) {
            if let word {
                verdicts.append(table.reply(id, from: peer, status: word, isLast: true).verdict)
            } else {
                verdicts += table.peerGone(peer).map(\.outcome.verdict)
            }
        }
        #expect(verdicts.last == .failed(code) && table.count == 0)
        #expect(table.counters.failed == 1 && table.counters.answered == 0)
    }

    @Test("One responder's error does not end what another one of the same process still works on")
    func severalInOneProcess() throws {
        var table = RequestTable()
        let id = try begin(&table, [4])
        let error = table.reply(id, from: peers[4], status: .responderFailed, isLast: false)
        let answer = table.reply(id, from: peers[4], status: .ok, isLast: true)
        #expect(error.verdict == .waiting && answer.verdict == .deliver(isLast: true))
        #expect(answer.tally.failed == 1 && answer.cancels.isEmpty)
    }

    @Test("Many answers: up to the limit, or until all have said their last word")
    func many() throws {
        var table = RequestTable()
        let limited = try begin(&table, [0, 1], .many(limit: 2))
        let open = try begin(&table, [0, 1], .many(limit: nil))
        var verdicts: [RequestOutcome.Verdict] = []
        for id in [limited, open] {
            for _ in 0..<2 { verdicts.append(table.reply(id, from: peers[0], status: .ok, isLast: false).verdict) }
        }
        let more = RequestOutcome.Verdict.deliver(isLast: false)
        #expect(verdicts == [more, .deliver(isLast: true), more, more])
        let end = table.reply(open, from: peers[0], status: .end, isLast: true)
        let gone = table.peerGone(peers[1])
        #expect(end.verdict == .waiting && gone.map(\.id) == [open])
        #expect(gone.map(\.outcome.verdict) == [.finished] && gone.first?.outcome.tally.lost == 1)
        let empty = try begin(&table, [0], .many(limit: 0))
        let nothing = table.reply(empty, from: peers[0], status: .end, isLast: true)
        #expect(nothing.verdict == .finished && nothing.tally.answers == 0)
    }

    @Test("What cannot be begun says why, and takes no place")
    func refusals() throws {
        var table = RequestTable(maximumOutstanding: 2)
        func code(_ asked: [Int], deadline: Int64 = 100) -> BusError.Code? {
            do throws(BusError) {
                let asked = asked.map { peers[$0] }
                _ = try table.begin(to: asked, deadline: instant(deadline), mode: .first, at: instant(5))
                return nil
            } catch {
                return error.code
            }
        }
        let codes = [code([]), code([0], deadline: 5), code([0]), code([1]), code([2])]
        // One bit for two places, which have each been used once.
        let second: UInt64 = 1 << 1 | 1
        #expect(codes == [.noResponders, .timedOut, nil, nil, .tooManyRequests])
        #expect(table.count == 2 && table.counters.refused == 1)
        let cancels = table.cancel(second)
        let again = table.cancel(second)
        #expect(cancels == [peers[1]] && again.isEmpty)
        let codeAfter = code([2])
        #expect(codeAfter == nil && table.counters.cancelled == 1)
    }

    @Test("All end when the node does, by number")
    func shutdown() throws {
        var table = RequestTable()
        let ids = try (0..<3).map { _ in try begin(&table, [1, 0]) }
        _ = table.reply(ids[0], from: peers[0], status: .responderBusy, isLast: true)
        let ended = table.cancelAll()
        #expect(
            ended.map(\.id) == ids && ids == ids.sorted() && ended.allSatisfy { $0.outcome.verdict == .failed(.closed) }
        )
        #expect(ended.map(\.outcome.cancels) == [[peers[1]], [peers[0], peers[1]], [peers[0], peers[1]]])
        #expect(table.count == 0 && table.nextDeadline == nil)
    }

    @Test("Requests that come and go leave nothing behind")
    func garbage() throws {
        var table = RequestTable()
        var ids: Set<UInt64> = []
        for round in 0..<20_000 {
            let id = try begin(&table, [round % 8])
            #expect(ids.insert(id).inserted && id > 0 && table.place(of: id) == 0)
            _ = table.reply(id, from: peers[round % 8], status: .ok, isLast: true)
        }
        #expect(table.requests.slots.count == 1 && table.counters.answered == 20_000)
    }

    @Test(
        "Each request ends once, and cancellations go to those who still work on it",
        arguments: 0..<150 as Range<UInt64>
    )
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var table = RequestTable(maximumOutstanding: 12)
        var model = NaiveRequests()
        var (now, cancelled) = (Int64(0), 0)
        /// The numbers given out so far.
        var begun: [UInt64] = []
        for step in 0..<400 {
            let place: Comment = "seed \(seed), step \(step)"
            now += Int64.random(in: 0...3, using: &random)
            // One of the last, or one that was never given out.
            let strange = UInt64.random(in: 0...40, using: &random)
            let known = begun.suffix(14).randomElement(using: &random)
            let id = Int.random(in: 0..<12, using: &random) == 0 ? strange : known ?? strange
            let peer = peers[Int.random(in: 0..<8, using: &random)]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<30 where table.count < 12:
                let asked = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                    peers[.random(in: 0..<8, using: &random)]
                }
                let mode =
                    [.first, .many(limit: nil), .many(limit: .random(in: 0...4, using: &random))]
                    .randomElement(using: &random) ?? RequestMode.first
                let deadline = instant(now + .random(in: 1...90, using: &random))
                let id = try table.begin(to: asked, deadline: deadline, mode: mode, at: instant(now))
                try #require(model.ended[id] == nil && model.requests[id] == nil, place)
                model.requests[id] = .init(asked: Set(asked), deadline: deadline, mode: mode)
                begun.append(id)
            case 0..<80:
                let status = Record.Status(rawValue: [0, 0, 0, 1, 2, 3, 4, 5, 77].randomElement(using: &random) ?? 0)
                let isLast = Bool.random(using: &random)
                let outcome = table.reply(id, from: peer, status: status, isLast: isLast)
                let expected = model.reply(id, peer, status, isLast)
                try #require(outcome.verdict == expected.0 && outcome.cancels == expected.1, place)
                try #require(outcome.isEnd == (outcome.verdict != .ignored && model.requests[id] == nil), place)
            case 80..<86:
                let ended = table.peerGone(peer)
                let expected = model.peerGone(peer)
                try #require(ended.map(\.id) == expected.map(\.0), place)
                try #require(ended.map(\.outcome.verdict) == expected.map(\.1), place)
            case 86..<92:
                let working = model.requests[id]?.working
                let cancels = table.cancel(id)
                try #require(cancels == working ?? [], place)
                if working != nil { model.end(id) }
                cancelled += working == nil ? 0 : 1
            default:
                let ended = table.expire(at: instant(now))
                let expected = model.expire(instant(now))
                try #require(ended.map(\.id) == expected.map(\.0), place)
                try #require(ended.map(\.outcome.verdict) == expected.map(\.1), place)
                try #require(ended.map(\.outcome.cancels) == expected.map(\.2), place)
            }
            try #require(table.count == model.requests.count, place)
            try #require(Set(model.requests.keys.map { table.place(of: $0) }).count == table.count, place)
            try #require(table.isUnderWay(id) == (model.requests[id] != nil), place)
            try #require(table.nextDeadline == model.requests.values.map(\.deadline).min(), place)
        }
        _ = table.expire(at: .distantFuture)
        _ = model.expire(.distantFuture)
        #expect(model.ended.count == begun.count && model.ended.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        let counters = table.counters
        #expect(counters.answered + counters.failed + counters.cancelled == UInt64(begun.count), "seed \(seed)")
        #expect(counters.cancelled == UInt64(cancelled) && begun.count > 20 && counters.lateReplies > 5, "seed \(seed)")
    }
}
