// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A version of a node's interest, with what tells whether somebody else has the same: the count and the hash.
public struct InterestSummary: Hashable, Sendable {
    /// How many changes there were since the node's start; 0 is the empty set.
    public let version: UInt64
    /// How many different interests there are.
    public let count: Int
    /// The sum, modulo 2^64, of a 64-bit hash of each of them and of the version. Good against accident, not against
    /// malice.
    public let hash: UInt64

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - version: How many changes there were.
    ///   - count: How many interests there are.
    ///   - hash: The hash over them and the version.
    public init(version: UInt64, count: Int, hash: UInt64) {
        self.version = version
        self.count = count
        self.hash = hash
    }
}

/// One step from a version to the next: an interest that was not there came, or one that was there went.
public struct InterestChange: Hashable, Sendable {
    /// Whether it came; else it went.
    public let isAddition: Bool
    /// Which.
    public let interest: Interest

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - isAddition: Whether the interest came; else it went.
    ///   - interest: Which.
    public init(isAddition: Bool, _ interest: Interest) {
        self.isAddition = isAddition
        self.interest = interest
    }
}

/// How what a peer wants has changed.
public struct InterestDifference: Hashable, Sendable {
    /// What it wants now and did not before, in no particular order, which is the same in each run.
    public var added: [Interest]
    /// What it wanted before and does not now, in no particular order, which is the same in each run.
    public var removed: [Interest]

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - added: What is wanted now and was not before.
    ///   - removed: What was wanted before and is not now.
    public init(added: [Interest] = [], removed: [Interest] = []) {
        self.added = added
        self.removed = removed
    }

    /// Whether nothing has changed.
    public var isEmpty: Bool { added.isEmpty && removed.isEmpty }
}
