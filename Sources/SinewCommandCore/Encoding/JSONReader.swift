// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Reads the JSON that the tool understands: objects of strings, lists of strings, and `{"base64": …}`. Source: RFC
/// 8259.
struct JSONReader {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    /// Reads an object; `member` gets each name and reads the value that follows.
    mutating func object(
        _ member: (inout JSONReader, String) throws(DataError) -> Void
    ) throws(DataError) {
        try expect("{", "an object, such as {\"frames\":[\"text\"]}")
        if skip("}") { return }
        repeat {
            let name = try string("the name of a member")
            try expect(":", "':' behind \"\(name)\"")
            try member(&self, name)
        } while skip(",")
        try expect("}", "',' or '}'")
    }

    /// Reads a list; `element` reads each value.
    mutating func array(_ element: (inout JSONReader) throws(DataError) -> Void) throws(DataError) {
        try expect("[", "a list, such as [\"text\"]")
        if skip("]") { return }
        repeat { try element(&self) } while skip(",")
        try expect("]", "',' or ']'")
    }

    /// Reads a string, or an object with base64.
    mutating func bytes() throws(DataError) -> [UInt8] {
        guard peek() == UInt8(ascii: "{") else {
            return Array(try string("a string, or {\"base64\":\"…\"}").utf8)
        }
        var bytes: [UInt8]?
        try object { (reader, name) throws(DataError) in
            guard name == "base64", bytes == nil else { throw reader.failure("one member \"base64\" and no other") }
            bytes = try Base64.decode(Array(try reader.string("a string of base64").utf8))
        }
        guard let bytes else { throw failure("a member \"base64\"") }
        return bytes
    }

    /// Passes over a whole number.
    mutating func skipNumber() throws(DataError) {
        guard let first = peek(), isDigit(first) else { throw failure("a whole number") }
        while position < text.count, isDigit(text[position]) { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Nothing but blanks may be left.
    mutating func end() throws(DataError) {
        guard peek() == nil else { throw failure("the end of the line") }
    }

    mutating func string(_ expected: String) throws(DataError) -> String {
        try expect("\"", expected)
        var bytes: [UInt8] = []
        while let byte = take() {
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: bytes, as: UTF8.self) else {
                    throw failure("UTF-8 in strings; write other bytes as {\"base64\":\"…\"}")
                }
                return string
            case UInt8(ascii: "\\"): bytes += try escape()
            case 0..<0x20: throw failure("no control character in a string; write \\n or \\u000a")
            default: bytes.append(byte)
            }
        }
        throw failure("the quote at the end of a string")
    }

    func failure(_ expected: String) -> DataError { DataError("JSON, column \(position + 1): expected \(expected)") }

    // MARK: Characters

    private mutating func escape() throws(DataError) -> [UInt8] {
        switch take() {
        case UInt8(ascii: "\""): return [UInt8(ascii: "\"")]
        case UInt8(ascii: "\\"): return [UInt8(ascii: "\\")]
        case UInt8(ascii: "/"): return [UInt8(ascii: "/")]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var value = try fourDigits()
            if (0xD800..<0xDC00).contains(value) {
                guard take() == UInt8(ascii: "\\"), take() == UInt8(ascii: "u") else { throw loneSurrogate }
                let low = try fourDigits()
                guard (0xDC00..<0xE000).contains(low) else { throw loneSurrogate }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else { throw loneSurrogate }
            return Array(UTF8.encode(scalar)!)
        default: throw failure("an escape that JSON has, such as \\n or \\u000a")
        }
    }

    private var loneSurrogate: DataError { failure("two halves of a surrogate pair") }

    private mutating func fourDigits() throws(DataError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = take().flatMap(Hex.value(of:)) else { throw failure("four hexadecimal digits") }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private mutating func take() -> UInt8? {
        guard position < text.count else { return nil }
        defer { position += 1 }
        return text[position]
    }

    private mutating func peek() -> UInt8? {
        while position < text.count, [0x20, 0x09, 0x0D, 0x0A].contains(text[position]) { position += 1 }
        return position < text.count ? text[position] : nil
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar, _ what: String) throws(DataError) {
        guard skip(character) else { throw failure(what) }
    }
}
