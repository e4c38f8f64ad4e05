// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with what a node is to say of itself, or with how it is set up.
public struct MembershipError: Error, Hashable, Sendable {
    /// What is wrong.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as words.
        public let description: String

        /// More endpoints, attributes or bytes than a record may have.
        public static let overLimit = Code(description: "over its limit")
        /// An attribute's name is there twice.
        public static let duplicateAttribute = Code(description: "an attribute that is there twice")
        /// The incarnation 0 stands for nobody.
        public static let invalidIncarnation = Code(description: "not an incarnation")
    }

    /// What is wrong.
    public let code: Code
    /// Where, and what to do about it.
    public let advice: String

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - advice: Where, and what to do about it.
    public init(code: Code, advice: String) {
        self.code = code
        self.advice = advice
    }

    /// False: the same values are as wrong the next time.
    public var isRetriable: Bool { false }
}

extension MembershipError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var description: String { "\(code): \(advice)" }
}
