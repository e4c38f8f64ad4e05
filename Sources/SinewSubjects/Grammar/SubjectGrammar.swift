// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which subjects and filters are allowed.
///
/// All grammars agree on the form: one or more tokens, separated by dots, none of them empty and none with white space.
/// In a filter a token `*` stands for any one token and `>`, as the last one, for one or more. Nothing is normalised:
/// bytes are compared as they are, with case, and subjects that begin with `$` or `_` are like any others.
public struct SubjectGrammar: Hashable, Sendable {
    /// How long and how deep a subject may be.
    public var limits: SubjectLimits
    let rules: Rules

    struct Rules: OptionSet, Hashable, Sendable {
        let rawValue: UInt8
        /// `*` and `>` are nowhere but in tokens of their own.
        static let noWildcardsInsideTokens = Rules(rawValue: 1)
        /// No bytes below 0x20, and no 0x7F.
        static let noControlBytes = Rules(rawValue: 2)
        static let validUTF8 = Rules(rawValue: 4)
        /// Neither NUL nor U+FFFD, which stands for what a decoder could not read.
        static let noLostText = Rules(rawValue: 8)
    }

    /// What nats-server's own functions answer, and the default everywhere.
    ///
    /// Tokens have any bytes but space, tab, line feed, form feed and carriage return; other control bytes and invalid
    /// UTF-8 are allowed. `*` and `>` are wildcards only as whole tokens, and bytes like any other inside longer ones.
    /// At most 4096 bytes, the length of a line of its protocol. Source: `IsValidSubject` of nats-server 2.15.
    public static let nats = SubjectGrammar(limits: SubjectLimits(), rules: [])
    /// As ``nats``, and text: valid UTF-8 without NUL and without U+FFFD. Source: nats-server's `isValidSubject` with
    /// `checkRunes`.
    public static let natsText = SubjectGrammar(limits: SubjectLimits(), rules: [.validUTF8, .noLostText])
    /// As ``nats``, without what makes trouble: no wildcard characters inside tokens, no control bytes (below 0x20, and
    /// 0x7F), only valid UTF-8, at most 32 tokens and 255 bytes.
    public static let strict = SubjectGrammar(
        limits: SubjectLimits(maximumTokens: 32, maximumBytes: 255),
        rules: [.noWildcardsInsideTokens, .noControlBytes, .validUTF8]
    )
}
