// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Reads what ``ByteWriter`` writes, from bytes that may be anything.
///
/// Bad bytes throw a ``CodecError`` that says what is wrong at which offset, and never trap. Lengths and counts are
/// compared with their limits and with what is left before any memory is asked for. What could be written in more ways
/// than one is refused in all but one of them. After an error the reader stands where the field began.
///
/// ```swift
/// var reader = ByteReader(frame)
/// let kind = try reader.readUInt8()
/// let subject = try reader.readString(maximumBytes: 255)
/// try reader.finish()
/// ```
public struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// Reads from a part of an array, whose indices it need not begin with.
    ///
    /// - Parameter bytes: What to read.
    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    /// Reads from an array.
    ///
    /// - Parameter bytes: What to read.
    public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// How many bytes were read.
    public var offset: Int { position - bytes.startIndex }

    /// How many bytes are left.
    public var remaining: Int { bytes.endIndex - position }

    /// Whether everything was read.
    public var isAtEnd: Bool { position == bytes.endIndex }

    /// Reads one byte.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``.
    public mutating func readUInt8() throws(CodecError) -> UInt8 { try readBigEndian("an integer of 1 byte") }

    /// Reads two bytes, the most significant first.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``.
    public mutating func readUInt16() throws(CodecError) -> UInt16 { try readBigEndian("an integer of 2 bytes") }

    /// Reads four bytes, the most significant first.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``.
    public mutating func readUInt32() throws(CodecError) -> UInt32 { try readBigEndian("an integer of 4 bytes") }

    /// Reads eight bytes, the most significant first.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``.
    public mutating func readUInt64() throws(CodecError) -> UInt64 { try readBigEndian("an integer of 8 bytes") }

    /// Reads eight bytes, the most significant first, as a number in two's complement.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``.
    public mutating func readInt64() throws(CodecError) -> Int64 { Int64(bitPattern: try readUInt64()) }

    /// Reads one byte that is 0 or 1.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated`` or ``CodecError/Code/invalidValue``.
    public mutating func readBool() throws(CodecError) -> Bool {
        let start = offset
        let byte = try readUInt8()
        guard byte <= 1 else { throw fail(.invalidValue, at: start, "0 or 1") }
        return byte == 1
    }

    /// Reads an unsigned LEB128 number.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``, with ``CodecError/Code/overflow`` for more than 64
    ///   bits, or with ``CodecError/Code/overlong`` for zeros in front.
    public mutating func readVarint() throws(CodecError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        var shift = 0
        while true {
            guard position < bytes.endIndex else { throw fail(.truncated, at: start, "a varint") }
            let byte = bytes[position]
            // Nine bytes hold 63 bits, and the tenth has room for one.
            guard shift < 63 || byte <= 1 else { throw fail(.overflow, at: start, "a varint of 64 bits") }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            position += 1
            guard byte >= 0x80 else {
                guard byte != 0 || shift == 0 else { throw fail(.overlong, at: start, "the shortest varint") }
                return value
            }
            shift += 7
        }
    }

    /// Reads how many of something follow.
    ///
    /// - Parameters:
    ///   - limit: The most there can be.
    ///   - size: The fewest bytes that each of them takes: a count of more than what is left has room for is refused,
    ///     so that memory can be reserved for as many as it says.
    /// - Throws: What ``readVarint()`` throws, and ``CodecError`` with ``CodecError/Code/overLimit`` or
    ///   ``CodecError/Code/truncated``.
    public mutating func readCount(maximum limit: Int, minimumBytesEach size: Int = 1) throws(CodecError) -> Int {
        let start = offset
        let value = try readVarint()
        guard let count = Int(exactly: value), count <= limit else {
            throw fail(.overLimit, at: start, "a count of at most \(limit)")
        }
        let (least, overflow) = count.multipliedReportingOverflow(by: max(0, size))
        guard !overflow, least <= remaining else {
            throw fail(.truncated, at: start, "room for \(count) of at least \(size) bytes")
        }
        return count
    }

    /// Reads so many bytes.
    ///
    /// - Parameter count: How many; a negative number counts as 0.
    /// - Returns: The bytes, without a copy.
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``.
    public mutating func readRaw(_ count: Int) throws(CodecError) -> ArraySlice<UInt8> {
        guard count <= remaining else { throw fail(.truncated, at: offset, "\(count) bytes") }
        let start = position
        position += max(0, count)
        return bytes[start..<position]
    }

    /// Reads bytes that have their number before them.
    ///
    /// - Parameter limit: The most there can be.
    /// - Returns: The bytes, without a copy.
    /// - Throws: What ``readVarint()`` throws, and ``CodecError`` with ``CodecError/Code/overLimit`` or
    ///   ``CodecError/Code/truncated``.
    public mutating func readBytes(maximum limit: Int) throws(CodecError) -> ArraySlice<UInt8> {
        let start = offset
        let length = try readVarint()
        guard length <= UInt64(max(0, limit)) else { throw fail(.overLimit, at: start, "at most \(limit) bytes") }
        guard length <= UInt64(remaining) else { throw fail(.truncated, at: start, "\(length) bytes") }
        return try readRaw(Int(length))
    }

    /// Reads a string that has the number of its bytes before it.
    ///
    /// - Parameter limit: The most bytes of UTF-8 there can be.
    /// - Throws: What ``readBytes(maximum:)`` throws, and ``CodecError`` with ``CodecError/Code/invalidUTF8``.
    public mutating func readString(maximumBytes limit: Int) throws(CodecError) -> String {
        let start = offset
        let slice = try readBytes(maximum: limit)
        guard let string = String(validating: slice, as: UTF8.self) else {
            throw fail(.invalidUTF8, at: start, "a string in UTF-8")
        }
        return string
    }

    /// Says that everything has been read.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/trailingBytes`` when something is left.
    public func finish() throws(CodecError) {
        guard isAtEnd else {
            throw CodecError(code: .trailingBytes, offset: offset, expected: "the end")
        }
    }
}

extension ByteReader {
    /// Goes back to where a field began, and makes the error that says what is wrong with it.
    ///
    /// For fields that can be read and have no meaning:
    /// `throw reader.fail(.invalidValue, at: start, "a kind from 1 to 5")`.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - start: Where the field begins: the ``offset`` before it was read; one out of bounds counts as the nearest
    ///     end.
    ///   - expected: What was expected there, in words.
    /// - Returns: The error, for the caller to throw.
    public mutating func fail(
        _ code: CodecError.Code,
        at start: Int,
        _ expected: @autoclosure () -> String
    ) -> CodecError {
        position = bytes.startIndex + min(max(0, start), bytes.count)
        return CodecError(code: code, offset: start, expected: expected())
    }

    private mutating func readBigEndian<Number: FixedWidthInteger>(_ expected: String) throws(CodecError) -> Number {
        let width = Number.bitWidth / 8
        guard remaining >= width else { throw fail(.truncated, at: offset, expected) }
        var value: Number = 0
        // A shift by all bits of a UInt8 gives 0, which is right for its only byte.
        for byte in bytes[position..<position + width] { value = value << 8 | Number(byte) }
        position += width
        return value
    }
}
