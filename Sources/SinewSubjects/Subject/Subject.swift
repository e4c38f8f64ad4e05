// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a message is about: tokens separated by dots, such as `orders.us.new`.
///
/// A subject is bytes, most often of UTF-8 text, and compared as bytes. It has no wildcards: a token `*` or `>` is
/// refused, though ``SubjectFilter/matches(_:)-(Span<UInt8>)``, which takes bytes from anywhere, looks at them as
/// literal tokens.
///
/// ```swift
/// let subject: Subject = "orders.us.new"
/// let other = try Subject("orders.\(region).new", grammar: .strict)
/// ```
public struct Subject: Hashable, Sendable {
    /// The bytes, without any terminator; never empty.
    public let bytes: [UInt8]

    /// For bytes that were checked.
    @usableFromInline
    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// For bytes that were checked elsewhere: when a message came, say.
    package init(checked bytes: [UInt8]) { self.bytes = bytes }

    /// Makes a subject of bytes.
    ///
    /// - Parameters:
    ///   - bytes: The tokens with dots between them.
    ///   - grammar: What is allowed. Default ``SubjectGrammar/nats``.
    /// - Throws: Which rule they break, and where.
    /// - Complexity: O(bytes).
    public init(bytes: [UInt8], grammar: SubjectGrammar = .nats) throws(SubjectError) {
        _ = try grammar.check(bytes, as: .subject)
        self.bytes = bytes
    }

    /// Makes a subject of text.
    ///
    /// `Subject("a.b")` with a literal between the parentheses is that literal, which needs no `try` and must be right.
    ///
    /// - Parameters:
    ///   - text: The tokens with dots between them.
    ///   - grammar: What is allowed. Default ``SubjectGrammar/nats``.
    /// - Throws: Which rule it breaks, and where.
    /// - Complexity: O(bytes).
    public init(_ text: some StringProtocol, grammar: SubjectGrammar = .nats) throws(SubjectError) {
        try self.init(bytes: Array(text.utf8), grammar: grammar)
    }

    /// How many tokens it has; at least 1.
    ///
    /// - Complexity: O(bytes).
    @inlinable
    public var tokenCount: Int { bytes.count { $0 == SubjectToken.separator } + 1 }

    /// The tokens in order, all of them literal.
    @inlinable
    public var tokens: SubjectTokens { SubjectTokens(bytes, hasWildcards: false) }
}

extension Subject: Comparable {
    /// The order of their bytes.
    @inlinable
    public static func < (left: Subject, right: Subject) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

extension Subject: CustomStringConvertible {
    /// The subject as text; bytes that are not UTF-8 become U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension Subject: ExpressibleByStringLiteral {
    /// Makes a subject of a literal in the grammar ``SubjectGrammar/nats``.
    ///
    /// A literal that is no subject is a defect of the program, and ends it with the reason. Use
    /// ``init(_:grammar:)`` for text that comes from elsewhere.
    ///
    /// - Parameter value: The literal.
    public init(stringLiteral value: String) {
        do {
            try self.init(value)
        } catch {
            fatalError("a literal that is no subject: \(error)")
        }
    }
}
