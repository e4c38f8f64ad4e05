// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@Suite("Sequence sets", .timeLimit(.minutes(1)))
struct SequenceSetTests {
    @Test("Neighbours become one range, and repetitions are known")
    func merge() throws {
        var set = SequenceSet()
        var news: [Bool] = []
        for sequence in [5, 7, 6, 6, 4, 9, 8] as [UInt64] { news.append(try set.insert(sequence)) }
        #expect(news == [true, true, true, false, true, true, true])
        #expect(set.ranges == [4...9])
        #expect(set.first == 4 && set.last == 9 && set.count == 6)
    }

    @Test("The ends of the numbers are numbers like others")
    func ends() throws {
        var set = SequenceSet()
        for sequence in [.max, 0, .max - 1, 1] as [UInt64] { try set.insert(sequence) }
        #expect(set.ranges == [0...1, (.max - 1) ... .max])
        #expect(set.firstMissing() == 2)
        #expect(set.firstMissing(from: .max) == nil)
        #expect(set.missing(in: 0 ... .max) == [2...(.max - 2)])
        let new = try set.insert(0 ... .max)
        #expect(new == UInt64.max - 3)
        #expect(set.ranges == [0 ... .max])
        #expect(set.count == .max)
        #expect(set.missing(in: 0 ... .max) == [])
        #expect(try set.insert(0 ... .max) == 0)
        set.removeAll(through: .max)
        #expect(set.isEmpty)
        #expect(try set.insert(0 ... .max) == .max)
        set.removeAll(through: .max - 1)
        #expect(set.ranges == [.max ... .max])
        var almost = SequenceSet()
        try almost.insert(1 ... .max)
        let last = try almost.insert(0 ... .max)
        #expect(last == 1)
    }

    @Test("One range too many is refused, counted, and changes nothing")
    func limit() throws {
        var set = SequenceSet(maximumRanges: 2)
        try set.insert(10)
        try set.insert(20)
        let error = #expect(throws: SequenceSetError.self) { try set.insert(30...31) }
        #expect(error?.code == .tooManyRanges)
        #expect(error?.refused == 30...31)
        #expect(error?.isRetriable == true)
        #expect(set.refusals == 1)
        #expect(set.ranges == [10...10, 20...20])
        // What touches a range needs none of its own.
        #expect(try set.insert(21) && set.insert(9))
        #expect(try set.insert(20) == false)
        try set.insert(11...19)
        #expect(set.ranges == [9...21])
        #expect(try set.insert(30))
    }

    @Test("Agrees with a set of numbers", arguments: 0..<150 as Range<UInt64>)
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Some windows lie at the ends, where arithmetic would overflow.
        let base: UInt64 = [0, 1000, .max - 63].randomElement(using: &random) ?? 0
        let window = base...base + 63
        let limit = Int.random(in: 1...12, using: &random)
        var set = SequenceSet(maximumRanges: limit)
        var model: Set<UInt64> = []
        var refusals: UInt64 = 0
        for step in 0..<250 {
            let low = UInt64.random(in: window, using: &random)
            let high = min(window.upperBound, low + min(.random(in: 0...6, using: &random), window.upperBound - low))
            let place: Comment = "seed \(seed), step \(step)"
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                set.removeAll(through: low)
                model = model.filter { $0 > low }
            default:
                let numbers = Set(low...high)
                let grown = model.union(numbers)
                if Self.ranges(of: grown).count > limit, Self.ranges(of: grown).count > Self.ranges(of: model).count {
                    #expect(throws: SequenceSetError.self, place) { try set.insert(low...high) }
                    refusals += 1
                } else {
                    let new = low == high ? try set.insert(low) ? 1 : 0 : try set.insert(low...high)
                    #expect(new == UInt64(grown.count - model.count), place)
                    model = grown
                }
            }
            #expect(set.ranges == Self.ranges(of: model), place)
            #expect(set.refusals == refusals, place)
            #expect(set.contains(low) == model.contains(low), place)
            #expect(set.count == UInt64(model.count), place)
            let absent = Set(low...window.upperBound).subtracting(model)
            let asked = Int.random(in: 0...5, using: &random)
            #expect(set.missing(in: low...window.upperBound) == Self.ranges(of: absent), place)
            #expect(
                set.missing(in: low...high, atMost: asked)
                    == Array(Self.ranges(of: Set(low...high).subtracting(model)).prefix(asked)),
                place
            )
            let beyond = window.upperBound == .max ? nil : window.upperBound + 1
            #expect(set.firstMissing(from: low) == absent.min() ?? beyond, place)
        }
    }

    /// The ranges of a set of numbers, found one number at a time.
    private static func ranges(of numbers: Set<UInt64>) -> [ClosedRange<UInt64>] {
        numbers.sorted().reduce(into: []) { ranges, number in
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
    }
}
