// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Base64 with padding. Source: RFC 4648, section 4.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// The text for some bytes.
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var word: UInt32 = 0
            for offset in 0..<3 { word = word << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
            for (index, shift) in [18, 12, 6, 0].enumerated() {
                text.append(index <= count ? alphabet[Int(word >> UInt32(shift) & 63)] : UInt8(ascii: "="))
            }
        }
        return text
    }

    /// The bytes that a text stands for.
    package static func decode(_ text: [UInt8]) throws(DataError) -> [UInt8] {
        guard text.count % 4 == 0 else { throw DataError("base64 has a multiple of 4 characters, padded with =") }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var word: UInt32 = 0
        var bits = 0
        for character in text.dropLast(padding) {
            let value = values[Int(character)]
            guard value < 64 else { throw DataError("a character that does not belong to base64") }
            word = word << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
                word &= (1 << UInt32(bits)) - 1
            }
        }
        guard word == 0 else { throw DataError("base64 whose last bits are not zero") }
        return bytes
    }
}
