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
    /// How far the median may be off; see ``errorOfMedian(_:)``.
    package let error: Double

    /// `nil` when there is no value.
    package init?(_ values: [Double]) {
        guard let low = values.min(), let high = values.max() else { return nil }
        self.median = Harness.median(values)
        self.low = low
        self.high = high
        self.error = errorOfMedian(values)
    }
}

/// How far the median of such values is likely to be from the one of very many: its standard error, from the median
/// absolute deviation, which a few wild values do not disturb (Rousseeuw and Croux 1993).
package func errorOfMedian(_ values: [Double]) -> Double {
    guard values.count > 1 else { return .infinity }
    let middle = median(values)
    let deviation = 1.4826 * median(values.map { abs($0 - middle) })
    return 1.2533 * deviation / Double(values.count).squareRoot()
}
