// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The escapes of Go's string literals. Source: The Go Programming Language Specification, Rune literals.
package enum GoEscapes {
    /// The bytes that a text stands for.
    ///
    /// - Throws: For a backslash with nothing known behind it, and a number that is no character.
    package static func decode(_ text: some Collection<UInt8>) throws(DataError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let character = rest.popFirst() else { throw DataError(#"a backslash at the end; write \\ for one"#) }
            if let simple = simple[character] {
                bytes.append(simple)
            } else if let count = digits[character] {
                bytes += try number(&rest, character, count)
            } else if (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(character) {
                bytes.append(try octal(&rest, character))
            } else {
                let shown = SubjectText.shown([character])
                throw DataError(#"there is no escape '\\#(shown)'; write \\ for a backslash"#)
            }
        }
        return bytes
    }

    private static let simple: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "v"): 0x0B, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "\""): 0x22,
        UInt8(ascii: "'"): 0x27, UInt8(ascii: "\\"): 0x5C,
    ]

    /// How many hexadecimal digits follow.
    private static let digits: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]

    /// A byte for `x`, else a character.
    private static func number(
        _ rest: inout ArraySlice<UInt8>,
        _ kind: UInt8,
        _ count: Int
    ) throws(DataError) -> [UInt8] {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = rest.popFirst().flatMap(Hex.value) else {
                throw DataError(#"'\\#(Unicode.Scalar(kind))' has \#(count) hexadecimal digits behind it"#)
            }
            value = value << 4 | UInt32(digit)
        }
        if count == 2 { return [UInt8(value)] }
        guard let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else {
            throw DataError("there is no character with the number \(value)")
        }
        return Array(encoded)
    }

    private static func octal(_ rest: inout ArraySlice<UInt8>, _ first: UInt8) throws(DataError) -> UInt8 {
        var value = Int(first) - 0x30
        for _ in 0..<2 {
            guard let digit = rest.popFirst(), (0x30...0x37).contains(digit) else {
                throw DataError("an octal escape has three digits")
            }
            value = value << 3 | (Int(digit) - 0x30)
        }
        guard let byte = UInt8(exactly: value) else { throw DataError("an octal escape is at most 377") }
        return byte
    }
}
