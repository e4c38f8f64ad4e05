// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What happens to a subscription's messages when its reader is slower than they come.
public struct SlowPolicy: Hashable, Sendable {
    @usableFromInline
    enum Kind: UInt8, CaseIterable, Sendable {
        case dropNewest, dropOldest, latest, disconnect, wait
    }

    @usableFromInline let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// What comes while the queue is full is dropped: the reader sees the beginning of a burst. As NATS clients do.
    public static let dropNewest = SlowPolicy(.dropNewest)
    /// The oldest messages are dropped to make room: the reader sees the end of a burst.
    public static let dropOldest = SlowPolicy(.dropOldest)
    /// Only the newest message of each subject is kept, in the place of the older one: for values that replace each
    /// other. A reader sees each subject's messages in order; messages of different subjects are not ordered. When
    /// there are more subjects than the limits allow, the messages that have waited longest are dropped.
    public static let latest = SlowPolicy(.latest)
    /// The subscription ends with an error at the first message that has no room: what was queued before can still be
    /// read.
    public static let disconnect = SlowPolicy(.disconnect)
    /// The publishers are held up: while the queue has reached its limits, this node grants them no more bytes. Up to
    /// twice the limits are queued for what was granted before; what goes beyond is dropped as with ``dropNewest``.
    ///
    /// All subscriptions of a node share what is granted to a publisher: one slow reader holds up the others too.
    public static let wait = SlowPolicy(.wait)

    /// All policies.
    public static let all: [SlowPolicy] = Kind.allCases.map(SlowPolicy.init)
}

extension SlowPolicy: LosslessStringConvertible {
    /// Reads the name of a policy as it is spelled in Swift: `dropOldest`; nil when there is none of that name.
    ///
    /// - Parameter description: The name.
    public init?(_ description: String) {
        guard let policy = Self.all.first(where: { $0.description == description }) else { return nil }
        self = policy
    }

    /// The policy's name as it is spelled in Swift.
    public var description: String { "\(kind)" }
}
