// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ZeroMQ

/// A stock hands out exactly the references it was made with, and the slab goes with the last of them.
@Suite(.serialized) struct SlabStockTests {
    static let counts = [0, 1, 3, 4, 5, 16, 64]

    /// A stock that holds the only references to its slab.
    private func stock(of count: Int, _ releases: Count) -> SlabStock {
        SlabStock(CountedBytes.slab(of: 1, releases), count: count)
    }

    @Test(arguments: counts) func handsOutSoMany(count: Int) {
        let releases = Count()
        var messages: [Message] = []
        do {
            var stock = stock(of: count, releases)
            while let message = stock.take() {
                #expect(message.index == messages.count)
                messages.append(message)
                #expect(stock.count == count - messages.count)
            }
            #expect(messages.count == count)
            #expect(stock.take() == nil && stock.count == 0)
        }
        while messages.popLast() != nil { #expect(releases.value == (messages.isEmpty ? 1 : 0)) }
        #expect(releases.value == 1)
    }

    @Test(arguments: counts) func droppedWithSomeLeft(count: Int) {
        for taken in Set([0, 1, count / 2, count - 1]) where taken >= 0 && taken <= count {
            let releases = Count()
            var messages: [Message] = []
            do {
                var stock = stock(of: count, releases)
                for _ in 0..<taken { if let message = stock.take() { messages.append(message) } }
                #expect(messages.count == taken)
            }
            #expect(releases.value == (taken == 0 ? 1 : 0), "\(taken) of \(count)")
            messages.removeAll()
            #expect(releases.value == 1, "\(taken) of \(count)")
        }
    }

    @Test func emptyStockHasNothing() {
        var stock = SlabStock()
        #expect(stock.take() == nil && stock.count == 0)
    }
}
