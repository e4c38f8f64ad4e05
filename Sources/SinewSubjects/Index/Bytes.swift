// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Reading a subject eight bytes at a time.
@usableFromInline
enum Bytes {
    /// The eight bytes from a position on, the first one lowest; zeros where there are fewer.
    @inlinable @inline(__always)
    static func word(at position: Int, of bytes: Text) -> UInt64 {
        let remaining = bytes.count &- position
        guard remaining < 8 else { return load(bytes, position) }
        // The last eight, of which those before the position are shifted out.
        guard bytes.count < 8 else {
            return load(bytes, bytes.count &- 8) &>> UInt64(truncatingIfNeeded: (8 &- remaining) &* 8)
        }
        var word: UInt64 = 0
        var index = bytes.count
        while index > position {
            index &-= 1
            word = word &<< 8 | UInt64(bytes[index])
        }
        return word
    }

    @inlinable @inline(__always)
    static func load(_ bytes: Text, _ position: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// The highest bit of each byte that is a dot is set. Bytes above the lowest of these may be wrong (Warren,
    /// Hacker's Delight 6-1), so only the lowest counts.
    @inlinable @inline(__always)
    static func firstDot(in word: UInt64) -> UInt64 {
        let zeros = word ^ 0x2E2E_2E2E_2E2E_2E2E
        return (zeros &- 0x0101_0101_0101_0101) & ~zeros & 0x8080_8080_8080_8080
    }

    /// Ones in so many of the lowest bytes, fewer than eight.
    @inlinable @inline(__always)
    static func mask(_ length: Int) -> UInt64 { (1 &<< UInt64(truncatingIfNeeded: length &* 8)) &- 1 }

    /// Both halves of a product, folded into one: the mixing step of wyhash (Wang Yi 2019).
    @inlinable @inline(__always)
    static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
