// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import Testing

@Suite("The memory of lanes", .timeLimit(.minutes(1)))
struct LaneMemoryTests {
    private static func process(_ number: Int) -> ProcessID {
        ProcessID(NodeID(high: 0, low: UInt64(number)), Incarnation(rawValue: 7))
    }

    @Test("A lane goes on after the last number of an earlier one to the same process, and of no other")
    func numbersAreNotGivenTwice() {
        var memory = LaneMemory()
        memory.forget(Self.process(1), last: 12)
        memory.forget(Self.process(2), last: 5)
        let other = memory.recall(Self.process(3))
        let first = memory.recall(Self.process(1))
        #expect(other == 0 && first == 12 && memory.count == 1)
        // It is the lane's from then on.
        let again = memory.recall(Self.process(1))
        #expect(again == 0)
        memory.forget(Self.process(1), last: 20)
        memory.forget(Self.process(1), last: 31)
        let later = memory.recall(Self.process(1))
        #expect(later == 31 && memory.count == 1)
    }

    @Test("There is a limit, beyond which numbers are skipped and never given twice")
    func bounded() {
        var memory = LaneMemory(maximum: 3)
        for number in 1...10 { memory.forget(Self.process(number), last: UInt64(100 - number)) }
        #expect(memory.count == 3)
        for number in (1...10).reversed() {
            let last = memory.recall(Self.process(number))
            #expect(last >= UInt64(100 - number) && (number > 7 ? last == UInt64(100 - number) : last == 99))
        }
        memory = LaneMemory(maximum: 0)
        memory.forget(Self.process(1), last: 0)
        #expect(memory.count == 0 && memory.maximum == 1)
    }

    @Test("Messages after a process was forgotten arrive where it was not")
    func forgottenByOneSideOnly() throws {
        let link = (maximumFrameBytes: UInt64(1000), windowBytes: UInt64(1000))
        var memory = LaneMemory()
        var inbound = InboundLane(windowBytes: 1000, maximumFrameBytes: 1000)
        var number: UInt64 = 0
        for round in UInt32(1)...3 {
            var lane = OutboundLane(to: Incarnation(rawValue: 1), after: memory.recall(Self.process(1)))
            inbound.linkUp(round)
            let resolution = lane.linkUp(
                round,
                maximumFrameBytes: link.maximumFrameBytes,
                windowBytes: link.windowBytes,
                received: inbound.received
            )
            #expect(resolution == nil && lane.contradictions == 0)
            for _ in 0..<3 {
                _ = lane.append(size: 3, at: .origin) { $0 += [2, 9, 9] }
                let next = lane.takeFrame(at: .origin, force: true)
                let frame = try #require(next)
                let head = try DataFrameHead(decoding: frame.span, maximumBytes: 1000)
                let taken = inbound.take(first: head.first, count: head.count, bytes: frame.count)
                number += 1
                #expect(taken == .next(missed: nil) && inbound.received == number)
            }
            inbound.linkDown()
            memory.forget(Self.process(1), last: lane.assigned)
        }
    }
}
