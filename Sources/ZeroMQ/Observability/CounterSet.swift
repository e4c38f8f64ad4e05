// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if Metrics
package import CoreMetrics
internal import SinewCore

/// Counters that follow numbers which only grow, however many threads record them at once.
package final class CounterSet<Numbers: Sendable>: Sendable {
    package typealias Number = @Sendable (Numbers) -> UInt64

    private let items: [(counter: Counter, number: Number)]
    private let recorded: Locked<[UInt64]>

    package init(_ items: [(Counter, Number)]) {
        self.items = items.map { (counter: $0, number: $1) }
        recorded = Locked([UInt64](repeating: 0, count: items.count))
    }

    package func record(_ numbers: Numbers) {
        let values = items.map { $0.number(numbers) }
        let growth = recorded.withLock { recorded in
            values.indices.map { index -> UInt64 in
                // Less when an older reading comes later, or messages were put back: they count when they are taken
                // again.
                guard values[index] > recorded[index] else { return 0 }
                return values[index] - exchange(&recorded[index], with: values[index])
            }
        }
        for (item, growth) in zip(items, growth) where growth > 0 { item.counter.increment(by: growth) }
    }
}
#endif
