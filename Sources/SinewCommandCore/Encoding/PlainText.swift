// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Any bytes as one line that a terminal shows as it is.
package enum PlainText {
    /// UTF-8 text stays as it is. Control characters are escaped (`\n`, `\r`, `\t`, `\0`, else `\x1b`), and so is each
    /// byte that is not part of valid UTF-8. A backslash stays alone, so that JSON in a message stays JSON: what is
    /// shown is for people and for text, and cannot be turned back in every case.
    ///
    /// - Parameter escapingTabs: False leaves tabs as they are.
    package static func escape(_ bytes: [UInt8], escapingTabs: Bool) -> [UInt8] {
        let isPlain: (UInt8) -> Bool = { (0x20..<0x7f).contains($0) || ($0 == 0x09 && !escapingTabs) }
        if bytes.allSatisfy(isPlain) { return bytes }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + 16)
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var position = 0
        while position < bytes.count {
            let length: Int
            var isText = false
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                length = encoded.count
                // Two bytes of C2 80 to C2 9F are control characters, which terminals may obey.
                isText = length > 1 && !(bytes[position] == 0xC2 && bytes[position + 1] < 0xA0)
            case .error(let count): length = count
            case .emptyInput: return text
            }
            for byte in bytes[position..<position + length] {
                if isText || isPlain(byte) { text.append(byte) } else { append(escaped: byte, to: &text) }
            }
            position += length
        }
        return text
    }

    private static func append(escaped byte: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: text.append(UInt8(ascii: "n"))
        case 0x0D: text.append(UInt8(ascii: "r"))
        case 0x09: text.append(UInt8(ascii: "t"))
        case 0x00: text.append(UInt8(ascii: "0"))
        default:
            text.append(UInt8(ascii: "x"))
            text += Hex.encode([byte])
        }
    }
}
