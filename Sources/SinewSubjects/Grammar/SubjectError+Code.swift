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
    /// No NUL behind a subject that was read from a message.
    public static let missingTerminator = Self("missingTerminator", "no NUL ends the subject")
    /// A number or list out of its range.
    public static let invalidArgument = Self("invalidArgument", "an argument is invalid")
    /// A token is asked for that the subject does not have.
    public static let tokenOutOfRange = Self("tokenOutOfRange", "the subject has no such token")
    /// A transform whose destination has `*`: it would not say which token of the source is meant.
    public static let wildcardInDestination = Self("wildcardInDestination", "a destination has no '*'")
    /// A transform of which one side ends with `>` and the other does not.
    public static let restOnOneSide = Self("restOnOneSide", "source and destination both end with '>', or neither does")
    /// A destination has `{{…}}` with a function that does not exist.
    public static let unknownFunction = Self("unknownFunction", "there is no such function")
    /// A function of a destination has too few arguments.
    public static let tooFewArguments = Self("tooFewArguments", "the function has too few arguments")
    /// A function of a destination has too many arguments.
    public static let tooManyArguments = Self("tooManyArguments", "the function has too many arguments")
    /// A destination names a wildcard that the source does not have.
    public static let wildcardOutOfRange = Self("wildcardOutOfRange", "the source has no such wildcard")
    /// The transform or mapping chooses at random, and was given no generator.
    public static let generatorNeeded = Self("generatorNeeded", "it chooses at random, and there is no generator")
    /// Weights of a mapping that are not percentages, or are more than 100 together.
    public static let invalidWeight = Self("invalidWeight", "weights are percentages, at most 100 together")
    /// More destinations in a mapping than its limit.
    public static let tooManyDestinations = Self("tooManyDestinations", "there are too many destinations")
}
