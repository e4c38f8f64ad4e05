// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Reads numbers and byte strings from an array, with every access checked.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - offset }

    func error(_ code: CodecError.Code, _ field: String) -> CodecError {
        CodecError(code: code, field: field, offset: offset)
    }

    mutating func take(_ byteCount: Int, _ field: String) throws(CodecError) -> ArraySlice<UInt8> {
        guard byteCount <= remaining else { throw error(.truncated, field) }
        defer { offset += byteCount }
        return bytes[offset..<offset + byteCount]
    }

    /// An unsigned little-endian integer.
    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_: T.Type, _ field: String) throws(CodecError) -> T {
        let width = T.bitWidth / 8
        let slice = try take(width, field)
        var value: T = 0
        for byte in slice.reversed() { value = (value << 8) | T(byte) }
        return value
    }

    /// A number of things: not negative, and at most `limit`.
    mutating func count(_ field: String, atMost limit: Int = .max) throws(CodecError) -> Int {
        let raw = try integer(UInt64.self, field)
        guard let value = Int(exactly: raw), value <= limit else { throw error(.outOfRange, field) }
        return value
    }

    mutating func flag(_ field: String) throws(CodecError) -> Bool {
        switch try integer(UInt8.self, field) {
        case 0: false
        case 1: true
        default: throw error(.outOfRange, field)
        }
    }

    func end() throws(CodecError) {
        guard remaining == 0 else { throw error(.trailingBytes, "end") }
    }
}

/// Writes what ``ByteReader`` reads.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
        var rest = value
        for _ in 0..<T.bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func count(_ value: Int) { integer(UInt64(value)) }

    mutating func flag(_ value: Bool) { integer(UInt8(value ? 1 : 0)) }

    mutating func raw(_ slice: some Collection<UInt8>) { bytes.append(contentsOf: slice) }
}
