// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewTesting
import Testing

@Suite("Outbound lanes", .timeLimit(.minutes(1)))
struct OutboundLaneTests {
    private static let peer = Incarnation(rawValue: 77)

    // MARK: Against a model

    @Test("A lane does what a naive one does, over links that come and go", arguments: 0..<150)
    func model(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let options = LaneOptions(
            batchBytes: [40, 200, 1 << 16][Int(seed % 3)],
            batchDelay: .nanoseconds([0, 50, 1000][Int(seed / 3 % 3)]),
            streamMessages: [2, 5, 32][Int(seed / 5 % 3)],
            streamDelay: .nanoseconds([0, 2000][Int(seed / 7 % 2)]),
            idleTime: .nanoseconds([0, 100, 1000][Int(seed / 9 % 3)]),
            maximumQueuedBytes: [60, 500, 1 << 20][Int(seed / 27 % 3)]
        )
        var lane = OutboundLane(to: Self.peer, options: options)
        var naive = NaiveOutbound(options: options)
        var now: Int64 = 0
        var link: UInt32 = 0
        var frames = 0
        for step in 0..<600 {
            now += Int64.random(in: 0...120, using: &random)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                if naive.isUp {
                    let loss = lane.linkDown()
                    let expected = naive.linkDown()
                    try #require(loss.inDoubt.map(Array.init) ?? [] == expected.doubt, "seed \(seed), step \(step)")
                    try #require(loss.dropped.flatMap(Array.init) == expected.dropped, "seed \(seed), step \(step)")
                    let gaps = zip(loss.dropped, loss.dropped.dropFirst()).map { $1.lowerBound - $0.upperBound }
                    try #require(gaps.allSatisfy { $0 > 1 }, "seed \(seed), step \(step)")
                } else {
                    link += 1
                    let received = naive.assigned == 0 ? nil : UInt64.random(in: 0...naive.sent, using: &random)
                    let (window, frame) = ([100, 400, 5000].randomElement(using: &random) ?? 0, 300)
                    _ = lane.linkUp(
                        link,
                        maximumFrameBytes: UInt64(frame),
                        windowBytes: UInt64(window),
                        received: received
                    )
                    naive.linkUp(window, frame, received: received)
                }
            case 1:
                lane.drop()
                naive.drop()
            case 2..<10:
                let size = Int.random(in: 2...90, using: &random)
                guard lane.obstacle(size: size) == nil else { continue }
                let appended = lane.append(size: size, at: Instant(nanoseconds: now)) {
                    $0 += [UInt8](repeating: 2, count: size)
                }
                let expected = naive.append(size, now)
                try #require(appended == expected, "seed \(seed), step \(step)")
            case 10..<13:
                guard naive.isUp else { continue }
                let granted = Int.random(in: naive.granted - naive.window...naive.sentBytes, using: &random)
                let received = UInt64.random(in: naive.confirmed...naive.sent, using: &random)
                let position = LanePosition(link: link, received: received, granted: UInt64(granted + naive.window))
                let hasMore = lane.told(position)
                try #require(hasMore == (granted + naive.window > naive.granted), "seed \(seed), step \(step)")
                (naive.granted, naive.confirmed) = (max(naive.granted, granted + naive.window), received)
            default:
                let force = Bool.random(using: &random)
                let frame = lane.takeFrame(at: Instant(nanoseconds: now), force: force)
                let expected = naive.take(now, force: force)
                try #require((frame == nil) == (expected == nil), "seed \(seed), step \(step)")
                guard let frame, let expected else { continue }
                frames += 1
                let head = try DataFrameHead(decoding: frame.span, maximumBytes: 300)
                try #require(head.first == expected.first && Int(head.count) == expected.numbers.count)
                try #require(frame.count == expected.bytes && head.destination == Self.peer)
            }
            try #require(lane.queuedBytes == naive.queued && lane.assigned == naive.assigned, "\(seed), step \(step)")
            try #require(lane.sent == naive.sent && lane.confirmed == naive.confirmed, "seed \(seed), step \(step)")
            try #require(lane.contradictions == 0 && (lane.link != nil) == naive.isUp, "seed \(seed), step \(step)")
        }
        #expect(frames > 5, "seed \(seed)")
    }

    // MARK: Batches

    @Test("A message after a silence leaves at once, those behind it in a batch that leaves in time")
    func batchesLeaveInTime() {
        let options = LaneOptions(batchBytes: 1000, batchDelay: .nanoseconds(50), idleTime: .nanoseconds(100))
        let bench = LaneBench(options, frame: 5000)
        #expect(bench.add(10, at: 1000) == .due && bench.take(at: 1000) == [1, 1, 32])
        #expect(bench.add(10, at: 1010) == .joined && bench.lane.isNewBatch)
        #expect(bench.lane.nextFlush == Instant(nanoseconds: 1060))
        #expect(bench.add(10, at: 1020) == .joined && !bench.lane.isNewBatch)
        #expect(bench.take(at: 1059) == nil && bench.take(at: 1060) == [2, 2, 42])
        // What begins late in the silence leaves at its end.
        #expect(bench.add(10, at: 1150) == .joined && bench.lane.nextFlush == Instant(nanoseconds: 1160))
        #expect(bench.take(at: 1159) == nil && bench.take(at: 1160) == [4, 1, 32])
        #expect(bench.add(500, at: 1170) == .joined && bench.add(600, at: 1171) == .due)
        #expect(bench.take(at: 1171) == [5, 2, 1122] && bench.lane.isDrained && bench.lane.nextFlush == nil)
    }

    @Test("Batches of a stream wait longer, and what comes after its end leaves at once")
    func streams() {
        let options = LaneOptions(
            batchDelay: .nanoseconds(50),
            streamMessages: 3,
            streamDelay: .nanoseconds(400),
            idleTime: .nanoseconds(100)
        )
        let bench = LaneBench(options)
        bench.add(10, at: 1000)
        bench.take(at: 1000)
        for _ in 0..<3 { bench.add(10, at: 1010) }
        #expect(bench.take(at: 1060) == [2, 3, 52])
        #expect(bench.add(10, at: 1070) == .joined && bench.lane.nextFlush == Instant(nanoseconds: 1470))
        #expect(bench.take(at: 1469) == nil && bench.take(at: 1470) == [5, 1, 32])
        for _ in 0..<3 { bench.add(10, at: 1480) }
        bench.take(at: 1600)
        #expect(bench.add(10, at: 1700) == .due && bench.take(at: 1700) == [9, 1, 32])
    }

    @Test("A stream lasts while messages come at an eighth of the rate that began it, and a burst is none")
    func streamsEnd() {
        let options = LaneOptions(
            batchDelay: .nanoseconds(50),
            streamMessages: 4,
            streamDelay: .nanoseconds(4000),
            idleTime: .nanoseconds(10_000)
        )
        let bench = LaneBench(options)
        bench.add(10, at: 100_000)
        bench.take(at: 100_000)
        for _ in 0..<4 { bench.add(10, at: 100_010) }
        bench.take(at: 100_060)
        // 40 in 4000 are one in 100: an eighth of 4 in 50. 39 are less.
        for _ in 0..<40 { bench.add(10, at: 100_070) }
        #expect(bench.take(at: 104_069) == nil && bench.take(at: 104_070) == [6, 40, 422])
        for _ in 0..<39 { bench.add(10, at: 104_080) }
        #expect(bench.lane.nextFlush == Instant(nanoseconds: 108_080) && bench.take(at: 108_080) == [46, 39, 412])
        bench.add(10, at: 108_090)
        #expect(bench.lane.nextFlush == Instant(nanoseconds: 108_140))
    }

    @Test("What is said to be due can be taken", arguments: 0..<50)
    func dueIsThere(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bench = LaneBench(
            LaneOptions(
                batchBytes: 300,
                batchDelay: .nanoseconds(50),
                streamMessages: Int.random(in: 1...8, using: &random),
                streamDelay: .nanoseconds(400),
                idleTime: .nanoseconds(Int.random(in: 0...200, using: &random))
            ),
            window: 1 << 20
        )
        var now: Int64 = 1000
        for step in 0..<500 {
            now += Int64.random(in: 0...9, using: &random) == 0 ? 300 : Int64.random(in: 0...20, using: &random)
            let isDue = bench.add(Int.random(in: 2...60, using: &random), at: now) == .due
            let frame = bench.take(at: now)
            try #require(!isDue || frame != nil, "seed \(seed), step \(step)")
            // And what is not due is by the time that is said.
            if let flush = bench.lane.nextFlush {
                try #require(flush.nanoseconds > now - 20, "seed \(seed), step \(step)")
                var copy = bench.lane
                let next = copy.takeFrame(at: flush)
                try #require(next != nil, "seed \(seed), step \(step)")
            }
        }
    }

    @Test("Without a delay every message leaves at once")
    func noDelay() {
        let bench = LaneBench(LaneOptions(batchDelay: .zero, idleTime: .seconds(1)))
        for number in 1...5 {
            #expect(bench.add(10, at: 7) == .due && bench.take(at: 7) == [number, 1, 32])
        }
    }

    @Test("Messages that the peer takes one by one, and not in one frame, go in two")
    func framesAreNeverLargerThanThePeerTakes() {
        let bench = LaneBench(frame: 100)
        #expect(bench.lane.obstacle(size: 78) == nil && bench.lane.obstacle(size: 79) == .tooLarge)
        #expect(bench.add(5) == .due && bench.add(78) == .due && bench.add(10) == .due)
        #expect(bench.take(force: true) == [1, 1, 27] && bench.take(force: true) == [2, 1, 100])
        #expect(bench.take(force: true) == [3, 1, 32] && bench.lane.sent == 3)
        #expect(bench.lane.queuedBytes == 0 && bench.lane.isDrained)
    }

    @Test("A peer that grants everything there is does no harm")
    func largestWindow() {
        let bench = LaneBench(LaneOptions(batchDelay: .zero))
        _ = bench.down()
        _ = bench.lane.linkUp(9, maximumFrameBytes: .max, windowBytes: .max, received: nil)
        bench.add(10)
        bench.take()
        let isMore = bench.lane.told(LanePosition(link: 9, received: 1, granted: .max))
        #expect(!isMore && bench.lane.contradictions == 1 && bench.lane.confirmed == 0)
        let isOneMore = bench.lane.told(LanePosition(link: 9, received: 1, granted: (1 << 62) + 1))
        #expect(isOneMore && bench.lane.confirmed == 1)
    }

    @Test("Frames leave in order where there are always more")
    func neverEmpty() throws {
        let bench = LaneBench(LaneOptions(batchBytes: 1), frame: 100, window: 1 << 20)
        var next = 1
        for _ in 0..<200 { bench.add(10) }
        for _ in 0..<500 {
            bench.add(10)
            #expect(try #require(bench.take()) == [next, 1, 32])
            next += 1
        }
        while let frame = bench.take(force: true) {
            #expect(frame[0] == next)
            next += 1
        }
        #expect(next == 701 && bench.lane.isDrained)
    }

    @Test("What is not as large as was said changes nothing")
    func misfits() {
        let bench = LaneBench()
        #expect(bench.add(5, written: 3) == .misfit && bench.lane.assigned == 0)
        #expect(bench.lane.queuedBytes == 0 && bench.lane.isDrained)
        bench.add(5)
        #expect(bench.add(5, written: 6) == .misfit && bench.lane.assigned == 1)
        #expect(bench.take(force: true) == [1, 1, 27])
    }

    @Test("Not more waits than may, but for one message alone")
    func queueIsBounded() {
        let bench = LaneBench(LaneOptions(maximumQueuedBytes: 60))
        #expect(bench.add(500) == .due && bench.add(1) == .full && bench.lane.assigned == 1)
        bench.take()
        bench.add(20)
        #expect(bench.add(18) == .joined && bench.add(1) == .full && bench.lane.queuedBytes == 60)
    }
}
