// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
package import SinewMembership
import SinewTesting

/// A node of the simulated membership: the machine itself, and beside it an onlooker, who knows only which messages
/// came and when, what the rules say, and what the machine claims.
package struct MembershipNode: PeerMachine, Sendable {
    package typealias Event = MembershipEvent
    package typealias Action = MembershipAction

    var membership: Membership
    /// Whether this process never does anything: it is dead, and nobody starts another.
    let isDead: Bool
    private(set) var sights: ContiguousArray<MembershipSight>
    /// The position of who sent the latest event; of the next node in turn for an event that nobody sent.
    private(set) var touched = 0
    private(set) var isFromPeer = false
    /// What the node believes of that one, and the newest that it had believed before.
    private(set) var belief: (moment: MembershipMoment, status: PeerStatus)?
    private(set) var believedBefore = MembershipMoment()
    private(set) var received: UInt64 = 0
    /// How late our ticks have been in all: time in which this node did not run itself.
    private(set) var lateness: Int64 = 0
    private(set) var now: Instant
    /// What the machine claimed in its latest step and must not have.
    private(set) var complaint: Violation?
    private let timesToLive: [Int64]
    private let tombstoneLifetime: Int64
    private var turn = 0
    private var changes: UInt64 = 0

    init(_ membership: Membership, timesToLive: [Int64], tombstoneLifetime: Duration, isDead: Bool, at now: Instant) {
        self.membership = membership
        self.isDead = isDead
        self.now = now
        self.timesToLive = timesToLive
        self.tombstoneLifetime = tombstoneLifetime.wholeNanoseconds
        sights = ContiguousArray(repeating: MembershipSight(), count: timesToLive.count)
    }

    package var nextDeadline: Instant? { isDead ? nil : membership.nextDeadline }

    package mutating func step(_ event: Event, at now: Instant, into actions: inout Actions<Action>) {
        guard !isDead else { return }
        self.now = now
        if case .received(let message, let peer) = event {
            received += 1
            touched = Self.position(of: peer)
            isFromPeer = true
            see(message)
        } else {
            turn = turn + 1 < sights.count ? turn + 1 : 0
            touched = turn
            isFromPeer = false
            if let deadline = membership.nextDeadline { lateness += max(0, deadline.nanoseconds(to: now)) }
        }
        membership.step(event, at: now, into: &actions)
        let statistics = membership.statistics
        let changes = statistics.recordsTaken &+ statistics.died &+ statistics.suspected &+ statistics.conflicts
        if changes != self.changes {
            self.changes = changes
            for action in actions { judge(action) }
        }
        look()
    }

    private mutating func see(_ message: MembershipMessage) {
        if let destination = message.destination, destination != membership.incarnation { return }
        guard message.sender.rawValue >= sights[touched].incarnation else { return }
        sights[touched].incarnation = message.sender.rawValue
        sights[touched].heardAt = now.nanoseconds
        sights[touched].latenessThen = lateness
    }

    private mutating func look() {
        believedBefore = sights[touched].believed
        belief = nil
        guard let found = membership.belief(about: Self.id(of: touched)) else { return }
        let moment = MembershipMoment(found.incarnation.rawValue, found.version)
        belief = (moment, found.status)
        sights[touched].believed = max(moment, believedBefore)
    }

    static func id(of position: Int) -> NodeID { NodeID(high: 0, low: UInt64(position) + 1) }

    static func position(of id: NodeID) -> Int { Int(truncatingIfNeeded: id.low) - 1 }
}

extension MembershipNode {
    /// Holds what the machine claims against what the onlooker knows.
    private mutating func judge(_ action: MembershipAction) {
        switch action {
        case .joined(let record): judge(record)
        case .suspected(let id, let incarnation): judge("suspected", id, incarnation)
        case .died(let id, let incarnation, let death):
            if death == .silence { judge("declared dead", id, incarnation) }
            let believed = sights[Self.position(of: id)].believed
            let version = believed.incarnation == incarnation.rawValue ? believed.version : 0
            end(id, MembershipMoment(incarnation.rawValue, version))
        case .left(let id, let incarnation): end(id, MembershipMoment(incarnation.rawValue, .max))
        case .superseded(let other):
            complaint = Violation("no later process has a living one's name", "\(membership.id): \(other)")
        case .send, .connect, .updated, .alive, .stalled, .movedOn: break
        }
    }

    private mutating func judge(_ what: String, _ id: NodeID, _ incarnation: Incarnation) {
        let other = Self.position(of: id)
        // Of who became a member by what others say, little may be left of its life.
        let sight = sights[other]
        guard sight.incarnation == incarnation.rawValue, sight.heardAt >= sight.joinedAt else { return }
        let silence = now.nanoseconds - sight.heardAt
        guard silence <= timesToLive[other] else { return }
        let details = "\(id) by \(membership.id), who heard it \(silence) ns ago"
        complaint = Violation("nobody is \(what) while heard within the time it announced", details)
    }

    private mutating func judge(_ record: MemberRecord) {
        let other = Self.position(of: record.id)
        let moment = MembershipMoment(record)
        let gone = sights[other].gone
        let isOwnWord = isFromPeer && touched == other && moment.incarnation == gone.incarnation && gone.version < .max
        let isRemembered = now.nanoseconds - sights[other].goneAt < tombstoneLifetime
        if moment <= gone, isRemembered, !isOwnWord {
            let details = "\(record.id) \(moment) at \(membership.id), where \(gone) is gone"
            complaint = Violation("who is gone does not come back by old gossip", details)
        }
        sights[other].joinedAt = now.nanoseconds
        sights[other].latenessThen = lateness
    }

    private mutating func end(_ id: NodeID, _ moment: MembershipMoment) {
        let other = Self.position(of: id)
        sights[other].goneAt = now.nanoseconds
        sights[other].gone = max(sights[other].gone, moment)
    }
}
