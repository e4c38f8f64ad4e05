// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why a ``SequenceSet`` did not take numbers.
public struct SequenceSetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as words.
        public let description: String

        /// The numbers touch no range of the set, and there are as many as there can be.
        public static let tooManyRanges = Code(description: "too many ranges")
    }

    /// What is wrong.
    public let code: Code
    /// The numbers that were refused.
    public let refused: ClosedRange<UInt64>
    /// The most ranges that the set can have.
    public let maximumRanges: Int

    /// True: once a gap is filled, or the smallest numbers are taken out, there is room again.
    public var isRetriable: Bool { true }

    /// What is wrong, where, and what to do.
    public var description: String {
        """
        \(code): the set has \(maximumRanges) and cannot take \(refused.lowerBound)...\(refused.upperBound); fill its \
        gaps first, remove what nobody asks for any more, or allow more ranges
        """
    }
}
