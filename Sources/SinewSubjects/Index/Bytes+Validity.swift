// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension Bytes {
    /// Whether the bytes are a subject in the default grammar, with wildcards taken literally: no empty token, no
    /// space, tab, line feed, form feed or carriage return.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - maximum: The most there may be.
    /// - Complexity: O(bytes), eight at a time.
    @usableFromInline
    static func isSubject(_ bytes: UnsafeRawBufferPointer, maximum: Int) -> Bool {
        guard unsafe !bytes.isEmpty, bytes.count <= maximum else { return false }
        let bytes = unsafe Text(bytes)
        // The beginning is like a dot: no other may follow.
        var dotBefore: UInt64 = 0x80
        var position = 0
        while position < bytes.count {
            let remaining = bytes.count &- position
            var word = word(at: position, of: bytes)
            if remaining < 8 { word |= 0x6161_6161_6161_6161 & ~mask(remaining) }
            let dots = allDots(in: word)
            guard dots & (dots &<< 8 | dotBefore) == 0 else { return false }
            dotBefore = dots &>> 56
            if hasLowByte(word), hasWhitespace(word) { return false }
            position &+= 8
        }
        return bytes[bytes.count &- 1] != 0x2E
    }

    /// The highest bit of each byte that is a dot is set, and no other bit.
    private static func allDots(in word: UInt64) -> UInt64 {
        let zeros = word ^ 0x2E2E_2E2E_2E2E_2E2E
        return ~(((zeros & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | zeros | 0x7F7F_7F7F_7F7F_7F7F)
    }

    /// Whether a byte is below 0x21.
    private static func hasLowByte(_ word: UInt64) -> Bool {
        (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080 != 0
    }

    private static func hasWhitespace(_ word: UInt64) -> Bool {
        (0..<8).contains { index in
            switch UInt8(truncatingIfNeeded: word &>> UInt64(index * 8)) {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: true
            default: false
            }
        }
    }
}
