// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectError {
    /// A rule that can be broken. New codes may be added: give every `switch` a default.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, as it is spelled in Swift.
        public let name: String
        let summary: String

        init(_ name: String, _ summary: String) {
            self.name = name
            self.summary = summary
        }

        /// Codes are the same when their names are.
        public static func == (left: Code, right: Code) -> Bool { left.name == right.name }

        /// Hashes the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }

        /// The code's name.
        public var description: String { name }
    }
}

extension SubjectError.Code {
    /// There is not one byte.
    public static let emptySubject = Self("emptySubject", "a subject has at least one token")
    /// A dot at the beginning or the end, or two dots without anything between them.
    public static let emptyToken = Self("emptyToken", "a token is empty")
    /// Space, tab, line feed, form feed or carriage return.
    public static let whitespace = Self("whitespace", "white space is not allowed")
    /// A token `>` with others behind it.
    public static let restIsNotLast = Self("restIsNotLast", "'>' is only allowed as the last token")
    /// A token `*` or `>` in a subject to publish to.
    public static let wildcardInSubject = Self("wildcardInSubject", "wildcards are for filters, not for subjects")
    /// A `*` or `>` inside a longer token, in the strict grammar.
    public static let wildcardInsideToken = Self(
        "wildcardInsideToken",
        "the strict grammar has '*' and '>' only as whole tokens"
    )
    /// A byte below 0x20, or 0x7F, in the strict grammar; NUL in that of nats-server for text.
    public static let controlByte = Self("controlByte", "this grammar has no control bytes")
    /// Not UTF-8, or a character that stands for lost ones, in the grammars that want text.
    public static let invalidText = Self("invalidText", "this grammar has only valid UTF-8")
    /// More bytes than the grammar's limit.
    public static let tooLong = Self("tooLong", "it is too long")
    /// More tokens than the grammar's limit.
    public static let tooManyTokens = Self("tooManyTokens", "it has too many tokens")
    /// Not a name of a stream, a consumer or something of the kind.
    public static let invalidName = Self("invalidName", "not a valid name")
}
