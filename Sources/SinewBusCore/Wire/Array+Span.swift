// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Appends a copy of the bytes of a span, for which the standard library has no method in this version.
    @inlinable
    mutating func append(copying bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { output in output.append(copying: bytes) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends a copy of the bytes, for which there has to be room.
    ///
    /// In one piece: byte by byte, each with its own look at the room, a record of 1 KiB took longer to copy than to
    /// send.
    @inlinable
    @_lifetime(self: copy self)
    mutating func append(copying bytes: Span<UInt8>) {
        precondition(bytes.count <= freeCapacity, "no room for the bytes")
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let target = buffer.baseAddress, let start = source.baseAddress else { return }
                unsafe (target + count).update(from: start, count: source.count)
                count += source.count
            }
        }
    }

    /// Appends an unsigned LEB128 number, in as few bytes as can be.
    @inlinable
    @_lifetime(self: copy self)
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

/// How many bytes a number takes as a varint: seven bits in each, and one byte for 0.
@inlinable
func varintBytes(_ value: UInt64) -> Int {
    value < 0x80 ? 1 : (64 &- value.leadingZeroBitCount &+ 6) / 7
}
