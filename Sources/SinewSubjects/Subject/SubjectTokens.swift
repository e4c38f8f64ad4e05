// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The tokens of a subject or filter, in order. Going over them allocates nothing.
public struct SubjectTokens: Sequence, Sendable {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline let hasWildcards: Bool

    @inlinable
    init(_ bytes: [UInt8], hasWildcards: Bool) {
        self.bytes = bytes
        self.hasWildcards = hasWildcards
    }

    /// The tokens of any bytes, as they would be in a filter. Nothing is checked: tokens may be empty, and a token that
    /// is `>` may come before others.
    ///
    /// - Parameter bytes: The tokens with dots between them; none of them are one empty token.
    @inlinable
    public init(_ bytes: [UInt8]) { self.init(bytes, hasWildcards: true) }

    /// At least the one token that every subject has.
    @inlinable
    public var underestimatedCount: Int { 1 }

    /// Begins with the first token.
    @inlinable
    public func makeIterator() -> Iterator { Iterator(bytes, hasWildcards: hasWildcards) }

    /// Goes over the tokens.
    public struct Iterator: IteratorProtocol, Sendable {
        @usableFromInline let bytes: [UInt8]
        @usableFromInline let hasWildcards: Bool
        /// Where the next token begins; beyond the end when there is none.
        @usableFromInline var start = 0

        @inlinable
        init(_ bytes: [UInt8], hasWildcards: Bool) {
            self.bytes = bytes
            self.hasWildcards = hasWildcards
        }

        /// The next token, or nil after the last.
        @inlinable
        public mutating func next() -> SubjectToken? {
            guard start <= bytes.count else { return nil }
            var end = start
            while end < bytes.count, bytes[end] != SubjectToken.separator { end += 1 }
            let token = bytes[start..<end]
            start = end + 1
            return SubjectToken(bytes: token, kind: hasWildcards ? SubjectToken.Kind(of: token) : .literal)
        }
    }
}
