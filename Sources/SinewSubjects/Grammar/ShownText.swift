// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Bytes as an error message can show them, on one line and not too long.
enum ShownText {
    static let maximumBytes = 120

    static func text(of bytes: some Collection<UInt8>) -> String {
        let isLong = bytes.count > maximumBytes
        // The last character is left out whole, not cut in two.
        var shown = Array(bytes.prefix(maximumBytes))
        if isLong { while let last = shown.last, last >= 0x80, shown.removeLast() < 0xC0 {} }
        // A terminal may obey control characters, also those of two bytes in UTF-8.
        guard let text = String(validating: shown, as: UTF8.self), text.unicodeScalars.allSatisfy(isHarmless) else {
            return escaped(shown) + (isLong ? "…" : "")
        }
        return isLong ? "\(text)…" : text
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value) && !(0x2028...0x2029).contains(scalar.value)
    }

    private static func escaped(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
            }
        }
        return text
    }
}
