// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why bytes could not be read, or not be written.
public struct CodecError: Error, Hashable, Sendable {
    /// What is wrong.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as words.
        public let description: String

        /// The bytes end before the field does.
        public static let truncated = Code(description: "truncated")
        /// Bytes follow after the last field.
        public static let trailingBytes = Code(description: "trailing bytes")
        /// A length, a count or a size is larger than its limit.
        public static let overLimit = Code(description: "over its limit")
        /// A number takes more bytes than it needs.
        public static let overlong = Code(description: "overlong")
        /// A number is larger than its type can hold.
        public static let overflow = Code(description: "too large for its type")
        /// A string is not UTF-8.
        public static let invalidUTF8 = Code(description: "not UTF-8")
        /// A dictionary has one key twice; keys that Unicode takes for the same are the same.
        public static let duplicateKey = Code(description: "a key that was there before")
        /// The keys of a dictionary are not in the order of their bytes.
        public static let unorderedKeys = Code(description: "a key out of order")
        /// The field can be read, and has no meaning.
        public static let invalidValue = Code(description: "a value without meaning")
    }

    /// What is wrong.
    public let code: Code
    /// Where the field begins that is wrong, in bytes from the beginning of what is read or written.
    public let offset: Int
    /// What was expected there, in words.
    public let expected: String

    /// - Parameters:
    ///   - code: What is wrong.
    ///   - offset: Where the field begins that is wrong, in bytes.
    ///   - expected: What was expected there, in words.
    public init(code: Code, offset: Int, expected: String) {
        self.code = code
        self.offset = offset
        self.expected = expected
    }

    /// False: the same bytes are as wrong the next time. Count them, log them, and go on with the next message.
    public var isRetriable: Bool { false }
}

extension CodecError: CustomStringConvertible {
    /// What is wrong, where, and what was expected.
    public var description: String { "\(code) at byte \(offset), where \(expected) was expected" }
}
