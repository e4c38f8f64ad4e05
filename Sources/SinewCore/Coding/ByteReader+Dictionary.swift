// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension ByteReader {
    /// Reads a dictionary.
    ///
    /// - Parameters:
    ///   - maximumEntries: The most entries there can be.
    ///   - maximumKeyBytes: The longest that a key can be, in bytes of UTF-8.
    ///   - maximumValueBytes: The longest that a value can be, in bytes.
    /// - Throws: What ``readCount(maximum:minimumBytesEach:)``, ``readString(maximumBytes:)`` and
    ///   ``readBytes(maximum:)`` throw, and ``CodecError`` with ``CodecError/Code/unorderedKeys`` or
    ///   ``CodecError/Code/duplicateKey``. Two keys that differ as bytes and are the same string to Unicode are one key
    ///   twice: a Swift dictionary would lose one of them.
    public mutating func readDictionary(
        maximumEntries: Int,
        maximumKeyBytes: Int,
        maximumValueBytes: Int
    ) throws(CodecError) -> [String: [UInt8]] {
        let start = offset
        // The length of a key and that of a value: two bytes at least.
        let count = try readCount(maximum: maximumEntries, minimumBytesEach: 2)
        var entries: [String: [UInt8]] = [:]
        entries.reserveCapacity(count)
        var previous: String?
        do throws(CodecError) {
            for _ in 0..<count {
                let place = offset
                let key = try readString(maximumBytes: maximumKeyBytes)
                if let previous, !previous.utf8.lexicographicallyPrecedes(key.utf8) {
                    let isSame = previous.utf8.elementsEqual(key.utf8)
                    throw fail(
                        isSame ? .duplicateKey : .unorderedKeys,
                        at: place,
                        "a key after \(previous.debugDescription)"
                    )
                }
                let value = Array(try readBytes(maximum: maximumValueBytes))
                guard entries.updateValue(value, forKey: key) == nil else {
                    throw fail(.duplicateKey, at: place, "a key that is none of those before")
                }
                previous = key
            }
        } catch {
            // The error says where in the dictionary; the reader goes back to its beginning.
            _ = fail(error.code, at: start, error.expected)
            throw error
        }
        return entries
    }
}
