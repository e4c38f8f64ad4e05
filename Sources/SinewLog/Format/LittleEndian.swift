// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Numbers of fixed size, the least significant byte first, as Documentation/log-format.md has them.
extension Span<UInt8> {
    /// The number at a place, all bytes of which have to be there.
    @inline(__always)
    func number<Number: FixedWidthInteger & UnsignedInteger>(
        at place: Int,
        as type: Number.Type = Number.self
    ) -> Number {
        var value: Number = 0
        for index in 0..<MemoryLayout<Number>.size {
            value |= Number(truncatingIfNeeded: self[place &+ index]) &<< Number(truncatingIfNeeded: 8 &* index)
        }
        return value
    }
}

extension [UInt8] {
    /// Puts a number over the bytes at a place.
    @inline(__always)
    mutating func put<Number: FixedWidthInteger & UnsignedInteger>(_ value: Number, at place: Int) {
        for index in 0..<MemoryLayout<Number>.size {
            self[place &+ index] = UInt8(truncatingIfNeeded: value &>> Number(truncatingIfNeeded: 8 &* index))
        }
    }

    /// Appends a number.
    @inline(__always)
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(number value: Number) {
        for index in 0..<MemoryLayout<Number>.size {
            append(UInt8(truncatingIfNeeded: value &>> Number(truncatingIfNeeded: 8 &* index)))
        }
    }

    /// Appends an unsigned LEB128 number, in as few bytes as can be.
    @inline(__always)
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

/// How many bytes a number takes as a varint.
@inline(__always)
func varintBytes(_ value: UInt64) -> Int { value < 0x80 ? 1 : (64 &- value.leadingZeroBitCount &+ 6) / 7 }
