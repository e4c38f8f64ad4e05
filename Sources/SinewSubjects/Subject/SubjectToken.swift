// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// One token of a subject or filter: the bytes between two dots.
public struct SubjectToken: Hashable, Sendable {
    /// The bytes; their indices are those within the subject. Shares the subject's memory.
    public let bytes: ArraySlice<UInt8>
    /// What it stands for. Always ``Kind/literal`` in a ``Subject``.
    public let kind: Kind

    @inlinable
    init(bytes: ArraySlice<UInt8>, kind: Kind) {
        self.bytes = bytes
        self.kind = kind
    }

    /// Where it is in the subject.
    @inlinable
    public var range: Range<Int> { bytes.startIndex..<bytes.endIndex }

    /// What a token stands for. There will be no other kinds.
    @frozen
    public enum Kind: Hashable, Sendable {
        /// Itself.
        case literal
        /// `*`: any one token.
        case any
        /// `>`: one or more tokens; only as the last token of a filter.
        case rest

        /// What some bytes without a dot stand for in a filter.
        @inlinable
        init(of bytes: ArraySlice<UInt8>) {
            guard bytes.count == 1, let byte = bytes.first else {
                self = .literal
                return
            }
            self = byte == SubjectToken.any ? .any : byte == SubjectToken.rest ? .rest : .literal
        }
    }

    /// The dot between tokens.
    @usableFromInline static let separator = UInt8(ascii: ".")
    /// The whole of a token that stands for any one token.
    @usableFromInline static let any = UInt8(ascii: "*")
    /// The whole of a last token that stands for one or more tokens.
    @usableFromInline static let rest = UInt8(ascii: ">")
}

extension SubjectToken: CustomStringConvertible {
    /// The token as text; bytes that are not UTF-8 become U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
