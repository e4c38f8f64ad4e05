// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a message of the pipeline.
package struct CodecError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as a word.
        package let description: String

        /// The message ends before it should.
        package static let truncated = Code(description: "truncated")
        /// Bytes follow after the end of the message.
        package static let trailingBytes = Code(description: "trailing bytes")
        /// The message is longer than ``Limits/maxMessageBytes``.
        package static let tooLarge = Code(description: "too large")
        /// The message does not begin as one of ours, or has another version.
        package static let foreign = Code(description: "foreign")
        /// The kind of message is unknown.
        package static let unknownKind = Code(description: "unknown kind")
        /// A field has a value that it cannot have.
        package static let outOfRange = Code(description: "out of range")
    }

    /// What is wrong.
    package let code: Code
    /// The part of the message where it is wrong.
    package let field: String
    /// The offset in bytes at which reading stopped.
    package let offset: Int

    /// What is wrong, and where.
    package var description: String { "bad message: \(field) at byte \(offset) is \(code)" }
}
