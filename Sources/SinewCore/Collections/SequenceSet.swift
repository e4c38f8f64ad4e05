// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A set of sequence numbers, kept as the ranges they form: which messages of a sender were received, or are done.
///
/// Numbers that come in order take one range however many they are; each gap takes one more. The number of ranges has a
/// limit, so that a sender who leaves gaps everywhere cannot make its receiver's memory grow. (The standard library's
/// `RangeSet` has no limit, and cannot hold the last number of its type.)
///
/// ```swift
/// var received = SequenceSet()
/// guard try received.insert(message.sequence) else { return }     // a repetition
/// let missing = received.missing(in: first...newest, atMost: 16)  // what to ask for again
/// ```
public struct SequenceSet: Hashable, Sendable {
    /// The ranges: ascending, not empty, and with at least one number missing between each two.
    public private(set) var ranges: [ClosedRange<UInt64>] = []

    /// The most ranges there can be.
    public let maximumRanges: Int

    /// How many insertions were refused as they would have made one range too many.
    public private(set) var refusals: UInt64 = 0

    /// An empty set.
    ///
    /// - Parameter maximumRanges: The most ranges there can be, 16 bytes each; at least 1, whatever is given.
    public init(maximumRanges: Int = 1024) { self.maximumRanges = max(1, maximumRanges) }

    /// Whether no number is in the set.
    public var isEmpty: Bool { ranges.isEmpty }

    /// The smallest number in the set.
    public var first: UInt64? { ranges.first?.lowerBound }

    /// The largest number in the set.
    public var last: UInt64? { ranges.last?.upperBound }

    /// How many numbers are in the set; the largest number there is when it holds each of the 2^64.
    ///
    /// - Complexity: O(ranges).
    public var count: UInt64 { ranges.reduce(0) { Self.sum($0, Self.size(of: $1)) } }

    /// Whether a number is in the set.
    ///
    /// - Parameter sequence: The number.
    /// - Complexity: O(log ranges).
    public func contains(_ sequence: UInt64) -> Bool {
        let index = firstIndex(endingAtOrAfter: sequence)
        return index < ranges.count && ranges[index].lowerBound <= sequence
    }

    /// Puts one number into the set.
    ///
    /// - Parameter sequence: The number.
    /// - Returns: Whether it is new.
    /// - Throws: ``SequenceSetError`` with ``SequenceSetError/Code/tooManyRanges`` when the number touches no range and
    ///   there are as many as there can be. The set is as before, and the refusal counted in ``refusals``.
    /// - Complexity: O(1) for the number after the last, else O(ranges).
    @discardableResult
    public mutating func insert(_ sequence: UInt64) throws(SequenceSetError) -> Bool {
        if let last = ranges.last, last.upperBound < .max, sequence == last.upperBound + 1 {
            ranges[ranges.count - 1] = last.lowerBound...sequence
            return true
        }
        return try insert(sequence...sequence) > 0
    }

    /// Puts each number of a range into the set.
    ///
    /// - Parameter range: The numbers, first and last included.
    /// - Returns: How many of them are new; the largest number there is when all 2^64 are.
    /// - Throws: ``SequenceSetError`` with ``SequenceSetError/Code/tooManyRanges`` when the range touches no other and
    ///   there are as many as there can be. The set is as before, and the refusal counted in ``refusals``.
    /// - Complexity: O(ranges).
    @discardableResult
    public mutating func insert(_ range: ClosedRange<UInt64>) throws(SequenceSetError) -> UInt64 {
        // The ranges that the new one overlaps or touches become one with it.
        let before = range.lowerBound == 0 ? 0 : range.lowerBound - 1
        let begin = firstIndex(endingAtOrAfter: before)
        var end = begin
        var known: UInt64 = 0
        var merged = range
        while end < ranges.count {
            let next = ranges[end]
            guard next.lowerBound <= range.upperBound || next.lowerBound - 1 == range.upperBound else { break }
            if next.overlaps(range) { known &+= Self.wrappedSize(of: next.clamped(to: range)) }
            merged = min(merged.lowerBound, next.lowerBound)...max(merged.upperBound, next.upperBound)
            end += 1
        }
        if begin == end, ranges.count >= maximumRanges {
            if refusals < .max { refusals += 1 }
            throw SequenceSetError(code: .tooManyRanges, refused: range, maximumRanges: maximumRanges)
        }
        if end == begin + 1 { ranges[begin] = merged } else { ranges.replaceSubrange(begin..<end, with: [merged]) }
        // All 2^64 numbers wrap to 0, which the difference makes right but where none of them was known.
        return begin == end ? Self.size(of: range) : Self.wrappedSize(of: range) &- known
    }

    /// Takes every number up to one, and that one, out of the set: nobody will ask for them again.
    ///
    /// - Parameter sequence: The last number that is taken out.
    /// - Complexity: O(ranges).
    public mutating func removeAll(through sequence: UInt64) {
        let index = firstIndex(endingAtOrAfter: sequence)
        ranges.removeFirst(index)
        guard let first = ranges.first, first.lowerBound <= sequence else { return }
        if first.upperBound == sequence {
            ranges.removeFirst()
        } else {
            ranges[0] = sequence + 1...first.upperBound
        }
    }
}

extension SequenceSet {
    /// The index of the first range whose last number is this one or a later one.
    func firstIndex(endingAtOrAfter sequence: UInt64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = low + (high - low) / 2
            if ranges[middle].upperBound < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func size(of range: ClosedRange<UInt64>) -> UInt64 {
        sum(range.upperBound - range.lowerBound, 1)
    }

    private static func wrappedSize(of range: ClosedRange<UInt64>) -> UInt64 {
        range.upperBound - range.lowerBound &+ 1
    }

    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
