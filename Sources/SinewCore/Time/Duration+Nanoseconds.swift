// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// The whole nanoseconds in it, cut off towards zero; the largest or smallest number there is where they are more.
    @inlinable
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, beyond) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return beyond ? (seconds < 0 ? .min : .max) : sum
    }
}
