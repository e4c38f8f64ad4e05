// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Writes what ``ByteReader`` reads: numbers, strings and dictionaries as bytes, never more of them than a limit.
///
/// Every value has one form only, hence equal values have equal bytes and can be compared and hashed as bytes. Integers
/// of fixed size are big-endian. A varint is an unsigned LEB128 number (DWARF 5, §7.6) in as few bytes as can be.
/// Strings, bytes and dictionaries begin with their length, or count, as a varint. A field that does not fit throws and
/// writes nothing of itself.
///
/// ```swift
/// var writer = ByteWriter(limit: 65_536)
/// try writer.writeUInt8(kind)
/// try writer.writeString(subject)
/// send(writer.bytes)
/// ```
public struct ByteWriter: Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []

    /// The most bytes that can be written.
    public let limit: Int

    /// Begins with nothing written.
    ///
    /// - Parameter limit: The most bytes that can be written; a negative number counts as 0.
    public init(limit: Int) { self.limit = max(0, limit) }

    /// How many bytes were written.
    public var count: Int { bytes.count }

    /// Forgets what was written, and keeps the memory.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Takes what was written away to be used, and begins anew with memory of its own.
    public mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Writes one byte.
    ///
    /// - Parameter value: The number.
    /// - Throws: ``CodecError`` with ``CodecError/Code/overLimit``, as every method of this type.
    public mutating func writeUInt8(_ value: UInt8) throws(CodecError) { try writeBigEndian(value) }

    /// Writes two bytes, the most significant first.
    ///
    /// - Parameter value: The number.
    public mutating func writeUInt16(_ value: UInt16) throws(CodecError) { try writeBigEndian(value) }

    /// Writes four bytes, the most significant first.
    ///
    /// - Parameter value: The number.
    public mutating func writeUInt32(_ value: UInt32) throws(CodecError) { try writeBigEndian(value) }

    /// Writes eight bytes, the most significant first.
    ///
    /// - Parameter value: The number.
    public mutating func writeUInt64(_ value: UInt64) throws(CodecError) { try writeBigEndian(value) }

    /// Writes eight bytes, the most significant first, negative numbers as their two's complement.
    ///
    /// - Parameter value: The number.
    public mutating func writeInt64(_ value: Int64) throws(CodecError) {
        try writeBigEndian(UInt64(bitPattern: value))
    }

    /// Writes one byte: 1 for true, 0 for false.
    ///
    /// - Parameter value: The truth.
    public mutating func writeBool(_ value: Bool) throws(CodecError) { try writeBigEndian(value ? 1 : 0 as UInt8) }

    /// Writes an unsigned LEB128 number, in 1 to 10 bytes.
    ///
    /// - Parameter value: The number.
    public mutating func writeVarint(_ value: UInt64) throws(CodecError) {
        try reserve(Self.varintSize(value), "a varint")
        appendVarint(value)
    }

    /// Writes how many of something follow, as a varint.
    ///
    /// - Parameter count: How many; not negative.
    public mutating func writeCount(_ count: Int) throws(CodecError) {
        guard let number = UInt64(exactly: count) else {
            throw CodecError(code: .invalidValue, offset: bytes.count, expected: "a count of 0 or more")
        }
        try writeVarint(number)
    }

    /// Writes bytes as they are: the reader has to know how many they are.
    ///
    /// - Parameter slice: The bytes.
    public mutating func writeRaw(_ slice: some Collection<UInt8>) throws(CodecError) {
        try reserve(slice.count, "raw bytes")
        bytes.append(contentsOf: slice)
    }

    /// Writes bytes with their number before them, as a varint.
    ///
    /// - Parameter slice: The bytes.
    public mutating func writeBytes(_ slice: some Collection<UInt8>) throws(CodecError) {
        let count = slice.count
        try reserve(count, "bytes with their length")
        try reserve(Self.varintSize(UInt64(count)) + count, "bytes with their length")
        appendVarint(UInt64(count))
        bytes.append(contentsOf: slice)
    }

    /// Writes a string as UTF-8 with the number of its bytes before it, as a varint.
    ///
    /// - Parameter string: The string.
    public mutating func writeString(_ string: String) throws(CodecError) { try writeBytes(string.utf8) }
}

extension ByteWriter {
    /// Throws when so many bytes more would be over the limit. Compares without adding, so that nothing overflows.
    mutating func reserve(_ count: Int, _ what: StaticString) throws(CodecError) {
        guard count <= limit - bytes.count else {
            let expected = "\(what) within \(limit) bytes"
            throw CodecError(code: .overLimit, offset: bytes.count, expected: expected)
        }
    }

    /// Goes back to an earlier length: a field of several parts that did not fit is not left half written.
    mutating func rewind(to count: Int) { bytes.removeSubrange(count...) }

    private mutating func writeBigEndian<Number: FixedWidthInteger>(_ value: Number) throws(CodecError) {
        try reserve(Number.bitWidth / 8, "an integer")
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Seven bits in each byte, and one byte for 0.
    private static func varintSize(_ value: UInt64) -> Int { max(1, (64 - value.leadingZeroBitCount + 6) / 7) }
}
