// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why a text is no subject, filter or transform: what, where, the rule, and what to do about it.
///
/// Switch over ``code-swift.property``, which is a struct so that later versions can add codes, and show
/// ``description`` to people.
public struct SubjectError: Error, Hashable, Sendable {
    /// The rule that is broken.
    public let code: Code
    /// The text, as it can be shown: bytes that cannot are escaped, and what is long is cut off.
    public let subject: String
    /// The byte where the trouble is, counted from 0; nil where it is in no one place.
    public let position: Int?
    /// The token where the trouble is, counted from 1; nil where it is in no one token.
    public let token: Int?
    /// What the caller can do about it.
    public let advice: String

    /// Makes an error; public so that tests of code that uses subjects can throw one.
    ///
    /// - Parameters:
    ///   - code: The rule that is broken.
    ///   - subject: The bytes that break it.
    ///   - position: The byte where the trouble is, counted from 0.
    ///   - token: The token where the trouble is, counted from 1.
    ///   - advice: What the caller can do about it.
    public init(
        _ code: Code,
        subject: some Collection<UInt8>,
        position: Int? = nil,
        token: Int? = nil,
        advice: String = ""
    ) {
        self.code = code
        self.subject = ShownText.text(of: subject)
        self.position = position
        self.token = token
        self.advice = advice
    }

    /// Whether the same call can succeed later: only in an index that is full, when entries have been removed. The
    /// other rules are broken by the same text each time.
    public var isRetriable: Bool { code == .tooManyEntries }
}

extension SubjectError: CustomStringConvertible {
    /// One line: the text, the place, the rule and the advice.
    public var description: String {
        var text = "'\(subject)': \(code.summary)"
        switch (token, position) {
        case (let token?, let position?): text += " (token \(token), byte \(position))"
        case (let token?, nil): text += " (token \(token))"
        case (nil, let position?): text += " (byte \(position))"
        case (nil, nil): break
        }
        return advice.isEmpty ? text : "\(text); \(advice)"
    }
}
