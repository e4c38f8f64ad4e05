// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The middle of the values, or the mean of the two in the middle. NaN when there is none.
package func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

/// A median with the smallest and the largest value beside it.
package struct Spread: Sendable, Equatable {
    package let median: Double
    package let low: Double
    package let high: Double

    /// `nil` when there is no value.
    package init?(_ values: [Double]) {
        guard let low = values.min(), let high = values.max() else { return nil }
        self.median = Harness.median(values)
        self.low = low
        self.high = high
    }
}
