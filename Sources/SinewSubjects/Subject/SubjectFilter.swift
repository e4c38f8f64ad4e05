// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which subjects somebody wants: tokens of which some may be wildcards, such as `orders.*.new` or `orders.>`.
///
/// `*` stands for exactly one token, wherever it is, and `>` as the last token for one or more: `orders.>` does not
/// match `orders`. Both are wildcards only as whole tokens. Every filter is canonical: two filters that match the same
/// subjects have the same bytes, so that `==` compares the sets.
///
/// ```swift
/// let filter: SubjectFilter = "orders.*.new"
/// filter.matches("orders.us.new")  // true
/// filter.intersects("orders.us.>")  // true
/// ```
public struct SubjectFilter: Sendable {
    /// The bytes, without any terminator; never empty.
    public let bytes: [UInt8]
    /// Whether it has no wildcards, and so matches one subject only.
    public let isLiteral: Bool

    /// Makes a filter of bytes.
    ///
    /// - Parameters:
    ///   - bytes: The tokens with dots between them.
    ///   - grammar: What is allowed. Default ``SubjectGrammar/nats``.
    /// - Throws: Which rule they break, and where.
    /// - Complexity: O(bytes).
    public init(bytes: [UInt8], grammar: SubjectGrammar = .nats) throws(SubjectError) {
        isLiteral = try grammar.check(bytes, as: .filter)
        self.bytes = bytes
    }

    /// Makes a filter of text.
    ///
    /// - Parameters:
    ///   - text: The tokens with dots between them.
    ///   - grammar: What is allowed. Default ``SubjectGrammar/nats``.
    /// - Throws: Which rule it breaks, and where.
    /// - Complexity: O(bytes).
    public init(_ text: some StringProtocol, grammar: SubjectGrammar = .nats) throws(SubjectError) {
        try self.init(bytes: Array(text.utf8), grammar: grammar)
    }

    /// Makes the filter that matches one subject.
    ///
    /// - Parameter subject: The subject.
    @inlinable
    public init(_ subject: Subject) {
        bytes = subject.bytes
        isLiteral = true
    }

    /// How many tokens it has, wildcards included; at least 1.
    ///
    /// - Complexity: O(bytes).
    @inlinable
    public var tokenCount: Int { bytes.count { $0 == SubjectToken.separator } + 1 }

    /// The tokens in order, with what each stands for.
    @inlinable
    public var tokens: SubjectTokens { SubjectTokens(bytes, hasWildcards: !isLiteral) }
}

extension SubjectFilter: Hashable {
    /// Filters are the same when their bytes are: exactly when they match the same subjects.
    @inlinable
    public static func == (left: SubjectFilter, right: SubjectFilter) -> Bool { left.bytes == right.bytes }

    /// Hashes the bytes.
    @inlinable
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension SubjectFilter: Comparable {
    /// The order of their bytes.
    @inlinable
    public static func < (left: SubjectFilter, right: SubjectFilter) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension SubjectFilter: CustomStringConvertible {
    /// The filter as text; bytes that are not UTF-8 become U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension SubjectFilter: ExpressibleByStringLiteral {
    /// Makes a filter of a literal in the grammar ``SubjectGrammar/nats``.
    ///
    /// A literal that is no filter is a defect of the program, and ends it with the reason. Use
    /// ``init(_:grammar:)`` for text that comes from elsewhere.
    ///
    /// - Parameter value: The literal.
    public init(stringLiteral value: String) {
        do {
            try self.init(value)
        } catch {
            fatalError("a literal that is no filter: \(error)")
        }
    }
}

extension Subject {
    /// The subject that a filter without wildcards matches; nil when it has some.
    ///
    /// - Parameter filter: The filter.
    @inlinable
    public init?(_ filter: SubjectFilter) {
        guard filter.isLiteral else { return nil }
        self.init(unchecked: filter.bytes)
    }
}
