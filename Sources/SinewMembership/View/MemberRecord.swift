// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What one process of a node says of itself, as of one version.
///
/// Only its owner makes a new version: when the content changes, and from time to time to say that it still lives. A
/// later incarnation is newer than any version of an earlier one.
public struct MemberRecord: Hashable, Sendable {
    /// Whose record it is.
    public let id: NodeID
    /// Which process of it.
    public let incarnation: Incarnation
    /// Which of its records: each is higher than those before. ``departure`` is the last there can be.
    public internal(set) var version: UInt64
    /// The version with which the content changed last.
    public internal(set) var contentVersion: UInt64
    /// How long the owner may be silent before it is suspected, in nanoseconds, as it announced.
    public let timeToLiveNanoseconds: Int64
    /// How long this version lives after its owner's word, in nanoseconds.
    public let lifetimeNanoseconds: Int64
    /// Where the owner can be reached, and what else it says.
    public internal(set) var content: MemberContent

    /// The version that says that its owner left on purpose; nothing is newer in the same incarnation.
    public static let departure = UInt64.max

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - id: Whose record it is.
    ///   - incarnation: Which process of it.
    ///   - version: Which of its records.
    ///   - contentVersion: The version with which the content changed last, at most `version`; nil for this one.
    ///   - timeToLive: How long the owner may be silent before it is suspected.
    ///   - lifetime: How long this version lives after its owner's word.
    ///   - content: Where the owner can be reached, and what else it says.
    public init(
        id: NodeID,
        incarnation: Incarnation,
        version: UInt64 = 1,
        contentVersion: UInt64? = nil,
        timeToLive: Duration = .seconds(5),
        lifetime: Duration = .seconds(15),
        content: MemberContent = .empty
    ) {
        self.id = id
        self.incarnation = incarnation
        self.version = version
        self.contentVersion = min(version, contentVersion ?? version)
        timeToLiveNanoseconds = timeToLive.wholeNanoseconds
        lifetimeNanoseconds = lifetime.wholeNanoseconds
        self.content = content
    }

    /// Whether it says that its owner left on purpose.
    public var isDeparture: Bool { version == Self.departure }

    /// How long the owner may be silent before it is suspected.
    public var timeToLive: Duration { .nanoseconds(timeToLiveNanoseconds) }

    /// How long this version lives after its owner's word.
    public var lifetime: Duration { .nanoseconds(lifetimeNanoseconds) }

    /// The last word of its owner: it left on purpose.
    var departed: MemberRecord {
        var record = self
        record.version = Self.departure
        record.contentVersion = Self.departure
        record.content = .empty
        return record
    }

    /// Whether this is newer than a version of an incarnation.
    func isNewer(than incarnation: Incarnation, _ version: UInt64) -> Bool {
        self.incarnation != incarnation ? self.incarnation > incarnation : self.version > version
    }
}
