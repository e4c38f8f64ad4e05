// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(3)), .serialized)
struct SliceTests {
    private let start = ContinuousClock.now

    @Test func quickCallsGoOnUntilTheTimeIsUp() {
        var slice = Slice(at: start)
        var looks = 0
        var calls = 0
        // 100 ns a call.
        while true {
            calls += 1
            slice.hit()
            guard slice.isLookDue else { continue }
            looks += 1
            if slice.isOver(at: start + .nanoseconds(100 * calls)) { break }
        }
        #expect((5000...5000 + Slice.hitsPerLook).contains(calls))
        #expect(looks == calls / Slice.hitsPerLook)
    }

    @Test func slowCallsLetOthersRunAtTheFirstLook() {
        var slice = Slice(at: start)
        slice.hit(Slice.hitsPerLook - 1)
        #expect(!slice.isLookDue)
        slice.hit()
        #expect(slice.isLookDue)
        let isOver1 = slice.isOver(at: start + .milliseconds(100))
        #expect(isOver1)
        #expect(!slice.isLookDue)
    }

    @Test func newSliceBeginsWhenOthersRan() {
        var slice = Slice(at: start)
        slice.hit(1000)
        slice.begin(at: start + .microseconds(400))
        #expect(slice.hits == 0)
        let isOver2 = slice.isOver(at: start + .microseconds(800))
        #expect(!isOver2)
        let isOver3 = slice.isOver(at: start + .microseconds(900))
        #expect(isOver3)
        let isOver4 = slice.isOver(at: start + .microseconds(1399))
        #expect(!isOver4)
        let isOver5 = slice.isOver(at: start + .microseconds(1400))
        #expect(isOver5)
    }
}
