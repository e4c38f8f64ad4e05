// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SequenceSet {
    /// The smallest number that is not in the set.
    ///
    /// - Parameter start: Where to begin; smaller numbers are not looked at.
    /// - Returns: That number, or nil when the set holds each from `start` to the last there is.
    /// - Complexity: O(log ranges).
    public func firstMissing(from start: UInt64 = 0) -> UInt64? {
        let index = firstIndex(endingAtOrAfter: start)
        guard index < ranges.count, ranges[index].lowerBound <= start else { return start }
        // Between two ranges at least one number is missing, so the one after this range is.
        return ranges[index].upperBound == .max ? nil : ranges[index].upperBound + 1
    }

    /// What is not in the set, out of a window.
    ///
    /// - Parameters:
    ///   - window: The numbers to look at, first and last included.
    ///   - limit: The most ranges to return, the earliest of them.
    /// - Returns: The ranges of numbers that are missing, ascending, with at least one number between each two.
    /// - Complexity: O(log ranges + returned).
    public func missing(in window: ClosedRange<UInt64>, atMost limit: Int = .max) -> [ClosedRange<UInt64>] {
        var found: [ClosedRange<UInt64>] = []
        var start = window.lowerBound
        var index = firstIndex(endingAtOrAfter: start)
        while found.count < limit {
            guard index < ranges.count, ranges[index].lowerBound <= window.upperBound else {
                found.append(start...window.upperBound)
                break
            }
            let held = ranges[index]
            if start < held.lowerBound { found.append(start...held.lowerBound - 1) }
            guard held.upperBound < window.upperBound else { break }
            start = held.upperBound + 1
            index += 1
        }
        return found
    }
}
