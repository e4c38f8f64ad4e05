// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewMembership

/// Why a ``BusControl`` cannot be made: what is wrong, and what to do about it.
public struct BusControlError: Error, Hashable, Sendable {
    /// A rule that was broken. New codes may be added: give every `switch` a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as it is spelled in Swift.
        public let description: String

        /// The name of the cluster is empty or too long.
        public static let invalidCluster = Self(description: "invalidCluster")
        /// The name of the node is empty or too long.
        public static let invalidName = Self(description: "invalidName")
        /// What others are to know of the node, its seeds or its incarnation cannot be.
        public static let invalidMembership = Self(description: "invalidMembership")
    }

    /// The rule that was broken.
    public let code: Code
    /// What it is about, and what to do.
    public let advice: String

    init(_ code: Code, _ advice: String) {
        self.code = code
        self.advice = advice
    }

    init(_ error: MembershipError) { self.init(.invalidMembership, error.description) }

    /// False: the same values are as wrong the next time.
    public var isRetriable: Bool { false }
}

extension BusControlError: CustomStringConvertible {
    /// One line: the rule, and what to do.
    public var description: String { "\(code): \(advice)" }
}
