// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// One record of a data frame, as the places of its parts in the frame: reading one allocates nothing.
public struct Record: Hashable, Sendable {
    /// What a record is, as a number on the wire.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The number on the wire.
        public let rawValue: UInt8

        /// Makes a kind of its number.
        ///
        /// - Parameter rawValue: The number on the wire.
        @inlinable
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Something that was published, or asked.
        @inlinable
        public static var message: Self { Self(rawValue: 1) }
        /// An answer to a request.
        @inlinable
        public static var reply: Self { Self(rawValue: 2) }
        /// Whoever asked wants no more answers.
        @inlinable
        public static var cancel: Self { Self(rawValue: 3) }
    }

    /// What is in a record, and what it means; the bits are those on the wire.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits on the wire.
        public let rawValue: UInt8

        /// Makes flags of their bits.
        ///
        /// - Parameter rawValue: The bits on the wire.
        @inlinable
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Of a message: queue groups are named.
        @inlinable
        public static var groups: Self { Self(rawValue: 1) }
        /// Of a message or a reply: there are headers.
        @inlinable
        public static var headers: Self { Self(rawValue: 2) }
        /// Of a message: it is a request.
        @inlinable
        public static var request: Self { Self(rawValue: 4) }
        /// Of a message: it is for the queue groups that are named, and for nobody else.
        @inlinable
        public static var groupsOnly: Self { Self(rawValue: 8) }
        /// Of a reply: this process sends no more to this request.
        @inlinable
        public static var last: Self { Self(rawValue: 16) }
        /// Of a reply: there is no answer, and the payload says why.
        @inlinable
        public static var failure: Self { Self(rawValue: 32) }

        static var ofMessages: Self { [.groups, .headers, .request, .groupsOnly] }
        static var ofReplies: Self { [.headers, .last, .failure] }
    }

    /// How a request went, as a number on the wire. 0 to 5 are the bus's own, and all others the users'.
    public struct Status: RawRepresentable, Hashable, Sendable {
        /// The number on the wire.
        public let rawValue: UInt64

        /// Makes a status of its number.
        ///
        /// - Parameter rawValue: The number on the wire.
        @inlinable
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// There is an answer.
        @inlinable
        public static var ok: Self { Self(rawValue: 0) }
        /// Nobody answers to this subject here: nothing was done.
        @inlinable
        public static var noResponder: Self { Self(rawValue: 1) }
        /// The responder failed.
        @inlinable
        public static var responderFailed: Self { Self(rawValue: 2) }
        /// The responder has as many requests as it takes: nothing was done.
        @inlinable
        public static var responderBusy: Self { Self(rawValue: 3) }
        /// The responder was cancelled.
        @inlinable
        public static var cancelled: Self { Self(rawValue: 4) }
        /// The responder has said all: such a reply is the last, and no answer itself.
        @inlinable
        public static var end: Self { Self(rawValue: 5) }

        /// Whether it is one of the bus's own failures: such a reply always has ``Record/Flags/failure``.
        @inlinable
        public var isFailureOfTheBus: Bool { rawValue >= 1 && rawValue <= 4 }
    }

    /// The longest subject in bytes.
    public static let maximumSubjectBytes = 4096
    /// The most queue groups that one message can be for.
    public static let maximumGroups = 64
    /// The longest time that a request can have, in microseconds: 2^63 nanoseconds.
    public static let maximumRemainingMicroseconds = UInt64(Int64.max) / 1000

    /// What it is.
    public internal(set) var kind: Kind
    /// What is in it; none for kinds without flags.
    public internal(set) var flags: Flags = []
    /// How many queue groups ``groups`` has.
    public internal(set) var groupCount: UInt8 = 0
    /// Of a message: its subject; 1 to 4096 bytes, not yet looked at whether they are one.
    public internal(set) var subject = FrameRange.none
    /// Of a message: the names of the queue groups; see ``QueueGroupReader``.
    public internal(set) var groups = FrameRange.none
    /// The headers in their encoded form; see ``headers(in:)`` and ``HeaderReader``.
    public internal(set) var headers = FrameRange.none
    /// The rest: of a message or reply its payload, of an unknown kind all of its body.
    public internal(set) var payload = FrameRange.none
    /// The request that it is, answers, or ends: a number that whoever asks has chosen.
    public internal(set) var requestID: UInt64 = 0
    /// Of a request: how many microseconds were left for it when it was sent.
    public internal(set) var remainingMicroseconds: UInt64 = 0
    /// Of a reply: how it went.
    public internal(set) var status = Status.ok

    init(_ kind: Kind) { self.kind = kind }

    /// Whether it is a message that wants an answer.
    @inlinable
    public var isRequest: Bool { flags.contains(.request) }
}
