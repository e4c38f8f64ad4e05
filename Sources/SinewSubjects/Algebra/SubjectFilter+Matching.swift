// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectFilter {
    /// Whether it matches a subject.
    ///
    /// - Parameter subject: The subject.
    /// - Complexity: O(bytes of both). Allocates nothing.
    public func matches(_ subject: Subject) -> Bool { matches(subject.bytes.span) }

    /// Whether it matches the subject that some bytes are.
    ///
    /// - Parameter subject: The bytes of a subject; see ``matches(_:)-(Span<UInt8>)``.
    /// - Complexity: O(bytes of both). Allocates nothing.
    public func matches(_ subject: [UInt8]) -> Bool { matches(subject.span) }

    /// Whether it matches the subject that some bytes are.
    ///
    /// The bytes are not checked, but for this: with an empty token they match nothing, as in nats-server's tree of
    /// subscriptions. Wildcards among them are literal tokens: `foo.*` and `foo.>` match `foo.*`, and `foo.bar` does
    /// not.
    ///
    /// - Parameter subject: The bytes of a subject, without a terminator, from a message for example.
    /// - Complexity: O(bytes of both). Allocates nothing.
    public func matches(_ subject: Span<UInt8>) -> Bool {
        let filter = bytes.span
        var position = 0
        var start = 0
        while true {
            // At the beginning of a token of both.
            guard start < subject.count, subject[start] != SubjectToken.separator else { return false }
            switch TokenScan.kind(in: filter, at: position) {
            case .rest: return !TokenScan.hasEmptyToken(in: subject, from: start)
            case .any:
                position += 1
                start = TokenScan.end(in: subject, from: start)
            case .literal:
                while position < filter.count, filter[position] != SubjectToken.separator {
                    guard start < subject.count, subject[start] == filter[position] else { return false }
                    position += 1
                    start += 1
                }
            }
            // Behind a token of both: at a dot, or at the end.
            guard position < filter.count, start < subject.count else {
                return position == filter.count && start == subject.count
            }
            guard subject[start] == SubjectToken.separator else { return false }
            position += 1
            start += 1
        }
    }
}

/// Steps over the tokens of bytes, without an iterator.
enum TokenScan {
    /// What the token that begins at a position of a filter stands for.
    static func kind(in filter: Span<UInt8>, at start: Int) -> SubjectToken.Kind {
        guard start + 1 == filter.count || filter[start + 1] == SubjectToken.separator else { return .literal }
        switch filter[start] {
        case SubjectToken.any: return .any
        case SubjectToken.rest: return .rest
        default: return .literal
        }
    }

    /// Where the token that has the byte at a position ends.
    static func end(in bytes: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != SubjectToken.separator { end += 1 }
        return end
    }

    /// Whether one of the tokens from the beginning of one on is empty.
    static func hasEmptyToken(in bytes: Span<UInt8>, from start: Int) -> Bool {
        var isAtBeginning = true
        for position in start..<bytes.count {
            let isSeparator = bytes[position] == SubjectToken.separator
            if isSeparator, isAtBeginning { return true }
            isAtBeginning = isSeparator
        }
        return isAtBeginning
    }
}
