// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What nodes say to each other about their interest.
///
/// An *owner* tells what it wants, by ``Body-swift.enum/statement(_:)``, ``Body-swift.enum/delta(_:)`` and
/// ``Body-swift.enum/snapshot(_:)``; a *holder* answers with the others. Each node is both.
public struct InterestMessage: Hashable, Sendable {
    /// Which process of the sender says it.
    public let sender: Incarnation
    /// Which process of the receiver it is for; another one drops it.
    public let destination: Incarnation
    /// What is said.
    public let body: Body

    /// What is said.
    ///
    /// A *session* is a number that a holder gives to what it keeps of an owner, a higher one whenever it has lost or
    /// doubts something of it: answers of an earlier session are void. Within a session a holder only gains.
    public enum Body: Hashable, Sendable {
        /// What the owner has, without the interests: for noticing that something was lost.
        case statement(InterestSummary)
        /// The changes from one version to a later one.
        case delta(InterestDelta)
        /// A part of all interests at one version.
        case snapshot(InterestSnapshotPart)
        /// The holder has this version whole.
        case confirmation(session: UInt64, version: UInt64)
        /// The holder has so many interests of the snapshot of this version.
        case progress(session: UInt64, version: UInt64, offset: Int)
        /// The holder wants what comes after the version that it has; or all anew, as it does not trust what it has.
        case repair(session: UInt64, held: UInt64, isDoubted: Bool)
        /// The holder does not take this version, because it is larger than what it allows.
        case refusal(session: UInt64, version: UInt64)
    }

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - body: What is said.
    ///   - sender: Which process of the sender says it.
    ///   - destination: Which process of the receiver it is for.
    public init(_ body: Body, from sender: Incarnation, to destination: Incarnation) {
        self.sender = sender
        self.destination = destination
        self.body = body
    }
}

/// The changes from one version to a later one.
public struct InterestDelta: Hashable, Sendable {
    /// The version before the first change.
    public let from: UInt64
    /// The changes in order: as many as there are versions in between.
    public let changes: [InterestChange]
    /// What the set is after the last.
    public let result: InterestSummary

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - from: The version before the first change.
    ///   - changes: The changes in order.
    ///   - result: What the set is after the last.
    public init(from: UInt64, changes: [InterestChange], result: InterestSummary) {
        self.from = from
        self.changes = changes
        self.result = result
    }
}

/// A part of all interests at one version.
public struct InterestSnapshotPart: Hashable, Sendable {
    /// What the whole is.
    public let whole: InterestSummary
    /// How many interests come before this part.
    public let offset: Int
    /// Those of this part.
    public let interests: [Interest]

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - whole: What the whole is.
    ///   - offset: How many interests come before this part.
    ///   - interests: Those of this part.
    public init(whole: InterestSummary, offset: Int, interests: [Interest]) {
        self.whole = whole
        self.offset = offset
        self.interests = interests
    }
}
