// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import TestSupport
import Testing

@Suite("Dropped ranges", .timeLimit(.minutes(1)))
struct DroppedRangesTests {
    private func publisher(_ number: UInt64) -> ProcessID {
        ProcessID(NodeID(high: 7, low: number / 2), Incarnation(rawValue: 1 + number % 2))
    }

    private func source(_ publisher: UInt64, _ sequence: UInt64) -> MessageSource {
        MessageSource(self.publisher(publisher), sequence: sequence)
    }

    @Test("What touches is one range, whatever the order")
    func joined() {
        for order in [[1, 2, 3], [1, 3, 2], [3, 2, 1], [2, 3, 1], [2, 1, 3], [3, 1, 2]] as [[UInt64]] {
            var drops = DroppedRanges()
            for number in order { drops.insert(source(0, number)) }
            #expect(drops.ranges == [DroppedRange(publisher(0), 1...3, count: 3)], "\(order)")
        }
    }

    @Test("A run is one range though others' messages lie in it; a new run is another")
    func runs() {
        var drops = DroppedRanges()
        for (number, run) in [(2, 4), (5, 4), (9, 4), (12, 6), (14, 0), (16, 0)] as [(UInt64, UInt64)] {
            drops.insert(source(1, number), run: run)
        }
        drops.insert(source(2, 20), run: 4)
        let expected: [(UInt64, ClosedRange<UInt64>, UInt64)] = [
            (1, 2...9, 3), (1, 12...12, 1), (1, 14...14, 1), (1, 16...16, 1), (2, 20...20, 1),
        ]
        #expect(drops.ranges == expected.map { DroppedRange(publisher($0.0), $0.1, count: $0.2) })
    }

    @Test("A range that touched a number of a new run goes on with that run")
    func renewedRun() {
        var drops = DroppedRanges()
        for (number, run) in [(2, 4), (3, 6), (8, 6)] as [(UInt64, UInt64)] {
            drops.insert(source(0, number), run: run)
        }
        #expect(drops.ranges == [DroppedRange(publisher(0), 2...8, count: 3)])
    }

    @Test("The ends of the numbers are numbers like others")
    func ends() {
        var drops = DroppedRanges()
        for number in [.max, 0, .max - 1, 1] as [UInt64] { drops.insert(source(0, number)) }
        #expect(drops.ranges.map(\.sequences) == [0...1, (.max - 1)...(.max)])
    }

    @Test("Beyond the limit the nearest range is widened, and says so")
    func widened() {
        var drops = DroppedRanges()
        let most = UInt64(DroppedRanges.maximumRanges)
        for number in 1...most { drops.insert(source(0, number * 10)) }
        let areExact = drops.ranges.map(\.isExact)
        #expect(!areExact.contains(false))
        drops.insert(source(0, 53))
        drops.insert(source(0, 88))
        drops.insert(source(0, 4))
        let ranges = drops.ranges
        #expect(ranges.count == Int(most))
        let widened = ranges.filter { !$0.isExact }
        #expect(widened.map(\.sequences) == [4...10, 50...53, 88...90])
        #expect(widened.map(\.count) == [2, 2, 2])
        #expect(widened.map(\.description).first == "\(publisher(0))#about 4...10 (2)")
    }

    @Test("Another publisher's two nearest ranges make room for a new one; without such, drops are only counted")
    func manyPublishers() {
        var drops = DroppedRanges()
        let most = UInt64(DroppedRanges.maximumRanges)
        for number in 1...(most - 2) { drops.insert(source(number, 10)) }
        drops.insert(source(5, 30))
        drops.insert(source(9, 20))
        drops.insert(source(1000, 1))
        let widened = drops.ranges.filter { !$0.isExact }
        #expect(widened == [DroppedRange(publisher(9), 10...20, count: 2, isExact: false)])
        drops.insert(source(1001, 1))
        #expect(drops.ranges.count == Int(most) && drops.unlisted == 0)
        drops.insert(source(1002, 1))
        #expect(drops.ranges.count == Int(most) && drops.unlisted == 1)
        let reported = drops.takeAll()
        #expect(reported.reduce(0) { $0 + $1.count } == most + 2 && drops.isEmpty && drops.unlisted == 1)
    }

    @Test("Holds each number that was dropped, and is exact until it is full", arguments: 0..<40 as Range<UInt64>)
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var drops = DroppedRanges()
        var dropped: Set<MessageSource> = []
        let publishers = UInt64.random(in: 1...400, using: &random)
        let spread = UInt64.random(in: 5...5000, using: &random)
        for step in 0..<1500 {
            let place: Comment = "seed \(seed), step \(step)"
            let source = source(.random(in: 0..<publishers, using: &random), .random(in: 0...spread, using: &random))
            guard dropped.insert(source).inserted else { continue }
            drops.insert(source)
            guard step % 300 == 299 else { continue }
            let ranges = drops.ranges
            try #require(ranges.count <= DroppedRanges.maximumRanges, place)
            var listed = 0
            for range in ranges {
                let inside = dropped.filter {
                    $0.publisher == range.publisher && range.sequences.contains($0.sequence)
                }
                listed += inside.count
                if drops.unlisted == 0 { try #require(range.count == inside.count, place) }
                if range.isExact { try #require(inside.count == range.sequences.count, place) }
            }
            for (left, right) in zip(ranges, ranges.dropFirst()) {
                let end = MessageSource(left.publisher, sequence: left.sequences.upperBound)
                try #require(end < MessageSource(right.publisher, sequence: right.sequences.lowerBound), place)
            }
            let total = ranges.reduce(0) { $0 + $1.count } + drops.unlisted
            try #require(total == UInt64(dropped.count) && listed + Int(drops.unlisted) >= dropped.count, place)
        }
    }
}
