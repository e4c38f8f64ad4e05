// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import Testing

@Suite("Events that come again and again", .serialized, .timeLimit(.minutes(3)))
struct RepetitionsTests {
    @Test("lines are the rarer the more often they come")
    func powersOfTwo() {
        var repetitions = Repetitions()
        let shown = (0..<100_000).compactMap { _ in repetitions.count("acceptFailed", at: "tcp://*:1") }
        #expect(shown == (0..<17).map { 1 << $0 })
    }

    @Test func eachEventAndPlaceCountsForItself() {
        var repetitions = Repetitions()
        for wanted in [1, 2, nil, 4] {
            #expect(repetitions.count("closed", at: "a") == wanted)
            #expect(repetitions.count("retried", at: "a") == wanted)
            #expect(repetitions.count("closed", at: "b") == wanted)
        }
        repetitions.startAgain(at: "a")
        #expect(repetitions.count("closed", at: "a") == 1)
        #expect(repetitions.count("closed", at: "b") == nil)
    }

    @Test("it remembers so many events and no more, and forgets those that are over")
    func limit() {
        var repetitions = Repetitions(maximumSize: 2)
        #expect(repetitions.count("1", at: "a") == 1)
        #expect(repetitions.count("2", at: "a") == 1)
        #expect(repetitions.count("2", at: "a") == 2)
        repetitions.startAgain(at: "a")
        #expect(repetitions.count("3", at: "a") == 1)
        #expect(repetitions.count("4", at: "b") == 1)
        #expect(repetitions.count("3", at: "a") == 2)
        #expect(repetitions.count("5", at: "b") == 1)
        #expect(repetitions.count("3", at: "a") == 1)
    }
}
