// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A hash of all that happened in a run, in order: two runs that agree in it went the same way.
///
/// Each number is mixed in by a multiplication, as in FNV-1a (Fowler, Noll, Vo) but 64 bits at a time, with a shift
/// after it so that high bits reach low ones. The same in every process, unlike `Hasher`. Not for secrets.
public struct TraceHash: Hashable, Sendable {
    /// The hash so far.
    @inlinable public var value: UInt64 { state }
    @usableFromInline var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of nothing.
    @inlinable
    public init() {}

    /// Adds a number.
    ///
    /// - Parameter number: What to add.
    @inlinable
    public mutating func combine(_ number: UInt64) {
        let product = (state ^ number) &* 0x9E37_79B9_7F4A_7C15
        state = product ^ (product >> 32)
    }

    /// Adds a number.
    ///
    /// - Parameter number: What to add.
    @inlinable
    public mutating func combine(_ number: some BinaryInteger) { combine(UInt64(truncatingIfNeeded: number)) }

    /// Adds bytes and how many they are.
    ///
    /// - Parameter bytes: What to add.
    @inlinable
    public mutating func combine(bytes: some Sequence<UInt8>) {
        var count: UInt64 = 0
        for byte in bytes {
            combine(UInt64(byte))
            count += 1
        }
        combine(count)
    }
}

extension TraceHash: CustomStringConvertible {
    /// 16 hexadecimal digits.
    public var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
