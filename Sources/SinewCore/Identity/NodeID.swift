// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The name of a node among others: 128 bits that it keeps for as long as it is the same node.
///
/// Nodes with a CURVE key are named by the hash of it; others choose at random. A process that takes the place of an
/// earlier one has the same name and a higher ``Incarnation``.
public struct NodeID: Hashable, Sendable {
    /// The first eight bytes, as a big-endian number.
    public let high: UInt64
    /// The last eight bytes, as a big-endian number.
    public let low: UInt64

    /// Makes a name of its two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a name that nobody else has, as far as chance goes.
    ///
    /// - Parameter generator: Where the bits come from.
    @inlinable
    public init(using generator: inout some RandomNumberGenerator) {
        self.init(high: generator.next(), low: generator.next())
    }
}

extension NodeID: Comparable {
    /// The order of their bytes.
    @inlinable
    public static func < (left: NodeID, right: NodeID) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

extension NodeID: CustomStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String { Self.digits(high) + Self.digits(low) }

    private static func digits(_ half: UInt64) -> String {
        let digits = String(half, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension NodeID: LosslessStringConvertible {
    /// Reads 32 hexadecimal digits; nil when there is anything else.
    ///
    /// - Parameter description: The digits, in either case.
    public init?(_ description: String) {
        let digits = description.utf8
        let isDigit = { (byte: UInt8) in (48...57).contains(byte) || (97...102).contains(byte | 0x20) }
        guard digits.count == 32, digits.allSatisfy(isDigit) else { return nil }
        guard let high = UInt64(description.prefix(16), radix: 16) else { return nil }
        guard let low = UInt64(description.suffix(16), radix: 16) else { return nil }
        self.init(high: high, low: low)
    }
}
