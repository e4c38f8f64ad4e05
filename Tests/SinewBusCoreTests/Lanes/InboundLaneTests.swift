// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewTesting
import Testing

@Suite("Inbound lanes", .timeLimit(.minutes(1)))
struct InboundLaneTests {
    @Test("Frames are taken in order, gaps are named, and what repeats or floods is not taken", arguments: 0..<100)
    func model(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (window, largest) = (
            UInt64.random(in: 50...500, using: &random), UInt64.random(in: 30...200, using: &random)
        )
        var lane = InboundLane(windowBytes: window, maximumFrameBytes: largest)
        // The last that came or was missed, and the bytes of this link that came and were consumed.
        var (last, came, used): (UInt64?, UInt64, UInt64) = (nil, 0, 0)
        var seen = (next: 0, missed: 0, contradiction: 0, flood: 0)
        lane.linkUp(1)
        for step in 0..<500 {
            switch Int.random(in: 0..<16, using: &random) {
            case 0:
                lane.linkDown()
                #expect(lane.link == nil && !lane.takes(1))
                lane.linkUp(UInt32(step) + 2)
                #expect(lane.takes(UInt32(step) + 2) && !lane.takes(1))
                (came, used) = (0, 0)
            case 1..<5:
                let bytes = Int.random(in: 0...200, using: &random)
                lane.consumed(bytes: bytes)
                used = min(came, used + UInt64(bytes))
            default:
                let count = UInt32.random(in: 0...5, using: &random)
                let bytes = UInt64.random(in: 22...largest + 10, using: &random)
                let near = Int64(last ?? 0) + Int64.random(in: -2...4, using: &random)
                let first = UInt64(max(0, near))
                let taken = lane.take(first: first, count: count, bytes: Int(bytes))
                if bytes > largest || came + bytes > used + window + largest {
                    try #require(taken == .flood, "seed \(seed), step \(step)")
                    seen.flood += 1
                } else if first == 0 || first <= last ?? 0 {
                    try #require(taken == .contradiction, "seed \(seed), step \(step)")
                    seen.contradiction += 1
                } else {
                    let missed = last.flatMap { $0 + 1 < first ? $0 + 1...first - 1 : nil }
                    try #require(taken == .next(missed: missed), "seed \(seed), step \(step)")
                    (last, came) = (first + UInt64(count) - 1, came + bytes)
                    if missed == nil { seen.next += 1 } else { seen.missed += 1 }
                }
            }
            try #require(lane.received == last && lane.granted == used + window, "seed \(seed), step \(step)")
        }
        #expect(seen.next > 5 && seen.missed > 5 && seen.contradiction > 5 && seen.flood > 5, "seed \(seed): \(seen)")
    }

    @Test("Numbers do not run over, and every range that was missed can be counted")
    func ends() throws {
        var lane = InboundLane(windowBytes: 1000, maximumFrameBytes: 1000)
        lane.linkUp(1)
        let highest = InboundLane.maximumNumber
        let first = lane.take(first: 1, count: 1, bytes: 30)
        #expect(first == .next(missed: nil))
        for (number, count) in [(UInt64.max, UInt32(1)), (.max - 1, 1), (.max, 0), (highest + 1, 0), (highest, 1)] {
            let beyond = lane.take(first: number, count: count, bytes: 22)
            #expect(beyond == .contradiction, "\(number)")
        }
        let empty = lane.take(first: highest, count: 0, bytes: 22)
        guard case .next(let missed) = empty else { throw CancellationError() }
        #expect(missed?.count == Int(highest) - 2 && lane.received == highest - 1)
    }
}
