// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// A version of an incarnation: all there is to say which of two records is newer.
struct MembershipMoment: Comparable, Sendable, CustomStringConvertible {
    var incarnation: UInt64 = 0
    var version: UInt64 = 0

    init() {}

    init(_ incarnation: UInt64, _ version: UInt64) {
        self.incarnation = incarnation
        self.version = version
    }

    init(_ record: MemberRecord) { self.init(record.incarnation.rawValue, record.version) }

    static func < (left: MembershipMoment, right: MembershipMoment) -> Bool {
        left.incarnation != right.incarnation
            ? left.incarnation < right.incarnation : left.version < right.version
    }

    var description: String { "(incarnation \(incarnation), version \(version))" }
}

/// What an onlooker at the place of one node has seen of another.
struct MembershipSight: Sendable {
    /// The latest process that spoke to us.
    var incarnation: UInt64 = 0
    /// When it last did, by our clock, and when it last became a member.
    var heardAt: Int64 = 0
    var joinedAt: Int64 = 0
    /// When it was heard, moved on by the time in which we did not run ourselves and could not have heard it.
    var excusedAt: Int64 = 0
    /// Which process of it is a member, as far as we were told; 0 for none. And whether it is suspected.
    var told: UInt64 = 0
    var isToldSuspect = false
    /// How late our ticks had been in all by the later of both.
    var latenessThen: Int64 = 0
    /// The newest that was ever in the view.
    var believed = MembershipMoment()
    /// The newest that is gone from the view, and since when.
    var gone = MembershipMoment()
    var goneAt: Int64 = 0
}
