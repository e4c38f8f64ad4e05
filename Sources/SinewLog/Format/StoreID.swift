// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which store a file belongs to: 128 random bits, so that a file in the wrong place is seen.
public struct StoreID: Hashable, Sendable {
    /// The first half.
    public let high: UInt64
    /// The second half.
    public let low: UInt64

    /// Makes it of its halves.
    ///
    /// - Parameters:
    ///   - high: The first half.
    ///   - low: The second half.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension StoreID: CustomStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String { Self.digits(high) + Self.digits(low) }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
