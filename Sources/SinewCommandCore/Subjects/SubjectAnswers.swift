// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewSubjects

/// What the command `subject` answers to its arguments.
package enum SubjectAnswers {
    /// Whether a filter matches a subject, whose bytes are not checked.
    ///
    /// - Throws: When the filter is none.
    package static func matches(filter: String, subject: String) throws(ArgumentFault) -> Bool {
        try checkText(subject)
        return try self.filter(filter).matches(Array(subject.utf8))
    }

    /// Whether two filters match a subject in common.
    ///
    /// - Throws: When one of them is no filter.
    package static func intersect(_ first: String, _ second: String) throws(ArgumentFault) -> Bool {
        try filter(first).intersects(filter(second))
    }

    /// Why a text is no subject, or no filter; nil when it is one.
    ///
    /// - Throws: When the text does not say which bytes are meant.
    package static func fault(of text: String, isFilter: Bool, isStrict: Bool) throws(ArgumentFault) -> ArgumentFault? {
        try checkText(text)
        let grammar = isStrict ? SubjectGrammar.strict : .nats
        do throws(SubjectError) {
            if isFilter {
                _ = try SubjectFilter(text, grammar: grammar)
            } else {
                _ = try Subject(text, grammar: grammar)
            }
            return nil
        } catch {
            return ArgumentFault(error.description)
        }
    }

    /// What a transform makes of a subject; nil when its source does not match.
    ///
    /// - Throws: When there is no such transform, the subject is none, or the result is none.
    package static func transform(
        from source: String,
        to destination: String,
        _ subject: String,
        using generator: inout some RandomNumberGenerator
    ) throws(ArgumentFault) -> String? {
        for text in [source, destination, subject] { try checkText(text) }
        do throws(SubjectError) {
            let transform = try SubjectTransform(from: source, to: destination)
            return try transform.apply(to: Subject(subject), using: &generator)?.description
        } catch {
            throw ArgumentFault(error.description)
        }
    }

    /// The partition of a subject.
    ///
    /// - Throws: When a number is out of range, or the subject is none.
    package static func partition(_ subject: String, of count: Int, tokens: [Int]?) throws(ArgumentFault) -> Int {
        try checkText(subject)
        do throws(SubjectError) {
            return try SubjectPartitioner(count: count, tokens: tokens).partition(of: Subject(subject))
        } catch {
            throw ArgumentFault(error.description)
        }
    }

    /// Numbers with commas between them.
    ///
    /// - Throws: When there is anything else.
    package static func numbers(_ text: String) throws(ArgumentFault) -> [Int] {
        var numbers: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int(part) else {
                throw ArgumentFault("'\(text)' is not a list of tokens; write their numbers as 1,2")
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func filter(_ text: String) throws(ArgumentFault) -> SubjectFilter {
        try checkText(text)
        do throws(SubjectError) {
            return try SubjectFilter(text)
        } catch {
            throw ArgumentFault(error.description)
        }
    }

    /// Refuses what is not known for sure: arguments that were not UTF-8 come with U+FFFD in place of what was wrong.
    /// Different ones look alike then, and an answer would be one about other bytes.
    private static func checkText(_ text: String) throws(ArgumentFault) {
        guard text.unicodeScalars.contains("\u{FFFD}") else { return }
        throw ArgumentFault(
            "'\(text)' has U+FFFD, which stands for bytes that are not UTF-8; write them as \\xff in a file for "
                + "'sinew subject check'"
        )
    }
}
