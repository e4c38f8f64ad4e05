// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership

/// What the control half of the bus knows of one process of another node: there is never a second one of the node.
struct PeerEntry: Sendable {
    let id: NodeID
    let incarnation: Incarnation
    /// What it says of itself; nil while it is no member.
    var record: MemberRecord?
    /// Who it is and what it takes, once a hello or a welcome has said so.
    var peer: BusPeer?

    /// Its link to us that is let in.
    var inbound: InboundLink?
    /// The highest number of its links that were let in; an earlier one comes too late.
    var lastInbound: UInt32 = 0
    /// The number of our link to it, whatever that link's state is.
    var outbound: UInt32?

    var backoff: Backoff
    /// How many links to it in a row could not be made.
    var failures: UInt64 = 0
    /// Which of its endpoints is tried next.
    var nextEndpoint = 0
    /// Whether the next hello is for whichever process is there, as another one than this was found.
    var asksAnybody = false

    /// Whether the shell was told to keep how far it is with this process, and not yet to forget it.
    var isReceivedFrom = false
    var isSentTo = false
    /// Whether its interest was here whole at some time.
    var isSynced = false
    /// When something last came from it.
    var heardAt: Instant

    init(_ id: NodeID, _ incarnation: Incarnation, record: MemberRecord?, _ backoff: Backoff.Options, at now: Instant) {
        self.id = id
        self.incarnation = incarnation
        self.record = record
        self.backoff = Backoff(backoff)
        heardAt = now
    }

    var inboundLink: LinkID? { inbound.map { LinkID(id, incarnation, number: $0.number) } }
}
