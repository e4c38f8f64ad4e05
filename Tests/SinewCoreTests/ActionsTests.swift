// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@Suite("Actions", .timeLimit(.minutes(1)))
struct ActionsTests {
    struct Refusal: Error {}

    @Test("They are handed over in order, once")
    func order() {
        var actions = Actions<Int>()
        for number in 1...3 { actions.append(number) }
        #expect(Array(actions) == [1, 2, 3])
        var done: [Int] = []
        actions.drain { done.append($0) }
        #expect(done == [1, 2, 3])
        #expect(actions.isEmpty)
    }

    @Test("After an error nothing is left to be done twice")
    func failure() {
        var actions = Actions<Int>()
        for number in 1...3 { actions.append(number) }
        var done: [Int] = []
        #expect(throws: Refusal.self) {
            try actions.drain { (number: Int) throws(Refusal) in
                if number == 2 { throw Refusal() }
                done.append(number)
            }
        }
        #expect(done == [1])
        #expect(actions.isEmpty)
    }
}
