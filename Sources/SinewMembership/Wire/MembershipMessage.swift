// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What one node says to another about who is there.
public struct MembershipMessage: Hashable, Sendable {
    /// What is said.
    public enum Body: Hashable, Sendable {
        /// The sender lives. See ``Ping``.
        case ping(Ping)
        /// The sender is new to the receiver: here is its record; who else is there?
        case hello(GossipRecord)
        /// What the sender knows within a range of names: the receiver sends what is newer with it, and pulls what it
        /// lacks.
        case digest(Digest)
        /// The sender wants these records.
        case pull([NodeID])
        /// Records, of the sender or of others.
        case records([GossipRecord])
    }

    /// Which process says it.
    public let sender: Incarnation
    /// Which process it is for; nil when the sender does not know, which only a hello may. Another process drops it.
    public let destination: Incarnation?
    /// What is said.
    public let body: Body

    /// Makes a message.
    ///
    /// - Parameters:
    ///   - sender: Which process says it.
    ///   - destination: Which process it is for, or nil when that is not known.
    ///   - body: What is said.
    public init(from sender: Incarnation, to destination: Incarnation?, _ body: Body) {
        self.sender = sender
        self.destination = destination
        self.body = body
    }
}

/// A record on its way, with what is left of its life.
public struct GossipRecord: Hashable, Sendable {
    /// The record.
    public let record: MemberRecord
    /// How long it lives from now on, in nanoseconds: all of its lifetime when its owner says it, and what is left of
    /// that when others do. (Of a departure: how long it is to be remembered.)
    public let remainingNanoseconds: Int64

    /// Makes it of its two parts.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - remaining: How long it lives from now on.
    public init(_ record: MemberRecord, remaining: Duration) {
        self.init(record, remaining.wholeNanoseconds)
    }

    init(_ record: MemberRecord, _ remaining: Int64) {
        self.record = record
        remainingNanoseconds = remaining
    }
}

/// Which version of each record within a range of names a node has.
public struct Digest: Hashable, Sendable {
    /// One record that is there.
    public struct Entry: Hashable, Sendable {
        /// Whose.
        public let id: NodeID
        /// Of which process.
        public let incarnation: Incarnation
        /// Which version.
        public let version: UInt64

        /// Makes an entry.
        ///
        /// - Parameters:
        ///   - id: Whose record.
        ///   - incarnation: Of which process.
        ///   - version: Which version.
        public init(_ id: NodeID, _ incarnation: Incarnation, _ version: UInt64) {
            self.id = id
            self.incarnation = incarnation
            self.version = version
        }
    }

    /// The first name of the range; nil from the beginning of all names.
    public let lower: NodeID?
    /// The name at which the range ends, which is not in it; nil to the end of all names.
    public let upper: NodeID?
    /// What is there, in the order of the names: what is not listed here the sender does not have.
    public let entries: [Entry]

    /// Makes a digest.
    ///
    /// - Parameters:
    ///   - lower: The first name of the range; nil from the beginning.
    ///   - upper: The name at which the range ends; nil to the end.
    ///   - entries: What is there, in ascending order of the names, all within the range.
    public init(from lower: NodeID? = nil, until upper: NodeID? = nil, _ entries: [Entry]) {
        self.lower = lower
        self.upper = upper
        self.entries = entries
    }
}
