// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why an interest or a peer was not taken in: what, and what to do about it.
public struct InterestError: Error, Hashable, Sendable {
    /// A rule that was broken. New codes may be added: give every `switch` a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as it is spelled in Swift.
        public let description: String
    }

    /// The rule that was broken.
    public let code: Code
    /// Whom or what it is about.
    public let subject: String
    /// What the caller can do about it.
    public let advice: String

    init(_ code: Code, _ subject: String, _ advice: String) {
        self.code = code
        self.subject = subject
        self.advice = advice
    }

    /// Whether the same can succeed later, once other interests or peers have gone.
    public var isRetriable: Bool { [.tooManyInterests, .tooManyBytes, .tooManyPeers].contains(code) }
}

extension InterestError.Code {
    /// A queue group's name is empty, too long, or has white space.
    public static let invalidQueueGroup = Self(description: "invalidQueueGroup")
    /// The node has as many different interests as it may have.
    public static let tooManyInterests = Self(description: "tooManyInterests")
    /// The node's interests have as many bytes as they may have.
    public static let tooManyBytes = Self(description: "tooManyBytes")
    /// One interest alone is longer than a message may be.
    public static let tooLong = Self(description: "tooLong")
    /// Nobody here has this interest, so that it cannot be withdrawn.
    public static let notSubscribed = Self(description: "notSubscribed")
    /// As many peers are connected as there may be.
    public static let tooManyPeers = Self(description: "tooManyPeers")
    /// The peer's incarnation is older than one that was here before, or its name is the node's own.
    public static let notAPeer = Self(description: "notAPeer")
}

extension InterestError: CustomStringConvertible {
    /// One line: the rule, what it is about, and the advice.
    public var description: String { "\(code): \(subject); \(advice)" }
}
