// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// How far one peer has this node's interest, and what is under way to it.
struct InterestDelivery: Sendable {
    /// The session that the peer's answers belong to; 0 before the first.
    private(set) var session: UInt64 = 0
    /// The version that the peer is known to have; nil when it is not known.
    private(set) var confirmed: UInt64?
    /// Whether changes do not help the peer, so that it gets everything.
    var needsSnapshot = false
    /// The version that the peer has and doubts: the snapshot that it gets must not be older.
    var doubted: UInt64 = 0
    var underWay = UnderWay.nothing
    var backoff: Backoff

    enum UnderWay: Hashable, Sendable {
        case nothing
        case statement
        case delta(from: UInt64)
        case part(version: UInt64, offset: Int)
        /// The peer has refused this version: nothing more until there is another, or for a while.
        case refused(version: UInt64)
    }

    init(_ options: Backoff.Options) { backoff = Backoff(options) }

    /// Whether the peer's answer may change anything, given its session; a new one voids what was known.
    mutating func admits(_ session: UInt64) -> Bool {
        if session > self.session {
            self.session = session
            confirmed = nil
            needsSnapshot = false
            doubted = 0
            underWay = .nothing
        }
        return session == self.session
    }

    /// Notes that the peer has a version; false when that is no news.
    mutating func confirm(_ version: UInt64) -> Bool {
        if let confirmed, version <= confirmed { return false }
        confirmed = version
        needsSnapshot = false
        underWay = .nothing
        backoff.reset()
        return true
    }

    /// Whether a change is told at once: not while the peer still has to answer something that matters.
    var isReady: Bool {
        switch underWay {
        case .nothing, .refused: true
        case .statement: confirmed != nil
        case .delta, .part: false
        }
    }
}
