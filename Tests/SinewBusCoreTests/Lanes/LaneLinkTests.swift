// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import Testing

@Suite("Links of lanes", .timeLimit(.minutes(1)))
struct LaneLinkTests {
    private static func bench(_ messages: Int, window: Int = 10_000) -> LaneBench {
        let bench = LaneBench(LaneOptions(batchDelay: .zero), window: window)
        bench.send(messages)
        return bench
    }

    @Test("What was sent and not confirmed is in doubt, and the next welcome says which of it arrived")
    func doubtIsResolved() {
        for confirmed in UInt64(0)...5 {
            for received in confirmed...5 {
                let bench = Self.bench(5)
                _ = bench.told(confirmed, 10_000)
                let loss = bench.down()
                #expect(loss.inDoubt == (confirmed < 5 ? confirmed + 1...5 : nil) && loss.dropped == [])
                #expect(bench.lane.doubt == loss.inDoubt && loss.isEmpty == (confirmed == 5))
                let resolution = bench.up(received: received)
                #expect(resolution?.delivered == (confirmed < received ? confirmed + 1...received : nil))
                #expect(resolution?.lost == (received < 5 ? received + 1...5 : nil))
                #expect(bench.lane.doubt == nil && bench.lane.contradictions == 0)
                // What the peer has not is told it by an empty frame, and what it has is not.
                #expect(bench.take() == (received < 5 ? [6, 0, 22] : nil))
            }
        }
    }

    @Test("Where the peer knows nothing, what was in doubt stays so, and nothing before is missed")
    func unknownStaysInDoubt() {
        let bench = Self.bench(5)
        #expect(bench.down().inDoubt == 1...5 && bench.up(received: nil) == nil && bench.take() == nil)
        bench.send()
        #expect(bench.down().inDoubt == 6...6)
    }

    @Test("What waited for a link that ended is dropped, and told apart from what is in doubt")
    func waitingIsDropped() {
        let bench = Self.bench(5, window: 60)
        #expect(bench.lane.sent == 2 && bench.lane.assigned == 5)
        let loss = bench.down()
        #expect(loss.inDoubt == 1...2 && loss.dropped == [3...5] && bench.lane.queuedBytes == 0)
        #expect(bench.down().isEmpty)
        bench.lane.drop()
        #expect(bench.lane.assigned == 6 && bench.lane.obstacle(size: 3) == .notLinked && bench.take() == nil)
        let resolution = bench.up(received: 2)
        #expect(resolution?.delivered == 1...2 && resolution?.lost == nil)
    }

    @Test("A gap is told with the next frame, or by an empty one")
    func gapsAreTold() {
        let bench = Self.bench(1)
        bench.lane.drop()
        bench.lane.drop()
        #expect(bench.take() == [4, 0, 22] && bench.lane.sent == 3 && bench.take() == nil)
        bench.lane.drop()
        bench.add(3)
        bench.lane.drop()
        #expect(bench.take() == [5, 1, 25] && bench.take() == [7, 0, 22] && bench.take() == nil)
        #expect(bench.lane.sent == 6)
    }

    @Test("No more is on its way than was granted, but for a frame that is larger than the window, alone")
    func credit() {
        let bench = Self.bench(4, window: 50)
        #expect(bench.lane.sent == 2 && !bench.told(1, 50) && bench.lane.confirmed == 1)
        #expect(bench.told(1, 75) && bench.take(force: true) == [3, 1, 25] && bench.take(force: true) == nil)
        let small = Self.bench(2, window: 10)
        #expect(small.lane.sent == 1 && small.take() == nil)
        #expect(small.told(1, 34) && small.take() == nil && small.told(1, 35) && small.take() == [2, 1, 25])
    }

    @Test("What a peer says that cannot be is counted, and changes nothing")
    func lies() {
        let bench = Self.bench(2)
        #expect(!bench.told(3, 10_000) && !bench.told(1, 10_051))
        #expect(bench.lane.contradictions == 2 && bench.lane.confirmed == 0)
        // Of an earlier link, or behind what was said before: late, and no lie.
        #expect(bench.told(2, 10_025) && !bench.told(0, 0, link: 2) && !bench.told(1, 10_010))
        #expect(bench.lane.confirmed == 2 && bench.lane.contradictions == 2)
        _ = bench.down()
        #expect(bench.up(received: 9) == nil && bench.lane.contradictions == 3 && bench.lane.confirmed == 2)
        bench.send()
        #expect(bench.lane.sent == 3)
    }
}
