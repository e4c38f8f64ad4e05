// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects

/// One row of a file of test vectors: a question about subjects, and the answer that is expected.
///
/// Four columns with tabs between them: kind, pattern, subject, expected. A column that a kind does not use is `-`, and
/// an empty one is an empty string. Escapes are those of Go's string literals.
package struct SubjectVector: Sendable, Hashable {
    /// What is asked, by the names that the function of nats-server has which gave the answers.
    package enum Kind: String, Sendable, CaseIterable {
        /// Whether it is a filter.
        case validSubject = "valid_subject"
        /// Whether it is a filter, and text.
        case validSubjectRunes = "valid_subject_runes"
        /// Whether it has neither empty tokens nor wildcards; nothing else is asked.
        case validLiteral = "valid_literal"
        /// Whether it is a subject that can be published to.
        case validPublish = "valid_publish"
        /// Whether it has no wildcards; nothing else is asked.
        case isLiteral = "is_literal"
        /// Whether the filter matches the subject.
        case match
        /// Whether the first filter includes the second.
        case subset
        /// The same, with a wrong answer of nats-server's: passes when ours differs.
        case subsetUpstreamQuirk = "subset_upstream_quirk"
        /// Whether two filters match a subject in common.
        case collide
        /// What `source => destination` makes of a subject, or `ERR` and why not.
        case transform
        /// Whether `source => destination` is a transform.
        case transformValid = "transform_valid"
        /// Whether it is a name for a stream or the like.
        case assetName = "asset_name"

        var usesPattern: Bool {
            switch self {
            case .match, .subset, .subsetUpstreamQuirk, .collide, .transform, .transformValid: true
            default: false
            }
        }

        var usesSubject: Bool { self != .transformValid }
    }

    /// The line of the file, counted from 1.
    package let line: Int
    /// What is asked.
    package let kind: Kind
    /// Empty where the kind does not use it.
    package let pattern: [UInt8]
    /// Empty where the kind does not use it.
    package let subject: [UInt8]
    /// The answer in the file: `true` or `false`, or what a transform makes.
    package let expected: [UInt8]

    /// The same question with another answer.
    ///
    /// - Parameters:
    ///   - vector: The question.
    ///   - expected: The answer.
    package init(_ vector: SubjectVector, expected: [UInt8]) {
        (line, kind, pattern, subject) = (vector.line, vector.kind, vector.pattern, vector.subject)
        self.expected = expected
    }

    /// Whether our answer is the expected one, or rightly another.
    package var passes: Bool { (answer == expected) != (kind == .subsetUpstreamQuirk) }

    /// Our answer.
    package var answer: [UInt8] {
        if kind == .transform { return transformed }
        return Array((isTrue ? "true" : "false").utf8)
    }

    private var isTrue: Bool {
        switch kind {
        case .validSubject: isFilter(.nats)
        case .validSubjectRunes: isFilter(.natsText)
        case .validLiteral: SubjectTokens(subject).allSatisfy { $0.kind == .literal && !$0.bytes.isEmpty }
        case .validPublish: (try? Subject(bytes: subject)) != nil
        case .isLiteral: SubjectTokens(subject).allSatisfy { $0.kind == .literal }
        case .match: (try? SubjectFilter(bytes: pattern))?.matches(subject) ?? false
        case .subset, .subsetUpstreamQuirk: both { $0.includes($1) }
        case .collide: both { $0.intersects($1) }
        case .transformValid: (try? TransformText(pattern).transform()) != nil
        case .assetName: (try? AssetName(bytes: subject)) != nil
        case .transform: false
        }
    }

    private func isFilter(_ grammar: SubjectGrammar) -> Bool {
        (try? SubjectFilter(bytes: subject, grammar: grammar)) != nil
    }

    /// What is no filter matches nothing.
    private func both(_ relation: (SubjectFilter, SubjectFilter) -> Bool) -> Bool {
        guard let first = try? SubjectFilter(bytes: pattern) else { return false }
        guard let second = try? SubjectFilter(bytes: subject) else { return false }
        return relation(first, second)
    }

    private var transformed: [UInt8] {
        let text = TransformText(pattern)
        let transform: SubjectTransform
        do throws(SubjectError) {
            transform = try text.transform()
        } catch {
            return Array("ERR \(text.reason(for: error))".utf8)
        }
        do throws(SubjectError) {
            // What is expected of a random number can only be the one that there is.
            var generator = FixedGenerator()
            guard let result = try transform.apply(to: Subject(bytes: subject), using: &generator) else {
                return Array("ERR no matching transforms available".utf8)
            }
            return result.bytes
        } catch {
            return Array("ERR invalid subject".utf8)
        }
    }
}

/// Always the same numbers, but not one number for ever: choosing below a limit may throw some away, and ask again.
private struct FixedGenerator: RandomNumberGenerator {
    private var state: UInt64 = 0

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return state
    }
}
