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
    /// What each node says of itself, as far as we were told.
    private(set) var toldContents: ContiguousArray<MemberContent>
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
        toldContents = ContiguousArray(repeating: .empty, count: timesToLive.count)
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
            if let deadline = membership.nextDeadline { wasLate(deadline.nanoseconds(to: now), isTick: event == .tick) }
        }
        membership.step(event, at: now, into: &actions)
        let statistics = membership.statistics
        let changes = statistics.recordsTaken &+ statistics.died &+ statistics.suspected &+ statistics.conflicts
        let found = membership.belief(about: Self.id(of: touched))
        // Nothing is told but with a change that is counted, or of who has just spoken.
        if changes != self.changes || !isTold(found) {
            self.changes = changes
            for action in actions { judge(action) }
        }
        look(found)
    }

    /// Nobody is to be blamed for a silence in which we did not run: as long as we can be silent ourselves, or half.
    private mutating func wasLate(_ late: Int64, isTick: Bool) {
        guard late > 0 else { return }
        lateness += late
        guard isTick, late > timesToLive[Self.position(of: membership.id)] / 2 else { return }
        for other in sights.indices {
            sights[other].excusedAt = min(now.nanoseconds, sights[other].excusedAt + late)
        }
    }

    private mutating func see(_ message: MembershipMessage) {
        if let destination = message.destination, destination != membership.incarnation { return }
        guard message.sender.rawValue >= sights[touched].incarnation else { return }
        sights[touched].incarnation = message.sender.rawValue
        sights[touched].heardAt = now.nanoseconds
        sights[touched].excusedAt = now.nanoseconds
        sights[touched].latenessThen = lateness
    }

    private typealias Belief = (incarnation: Incarnation, version: UInt64, status: PeerStatus)

    /// Whether what is believed of the touched node is what we were told.
    private func isTold(_ found: Belief?) -> Bool {
        guard let found else { return sights[touched].told == 0 }
        let isSuspect = found.status == .suspect
        return sights[touched].told == found.incarnation.rawValue && sights[touched].isToldSuspect == isSuspect
    }

    private mutating func look(_ found: Belief?) {
        believedBefore = sights[touched].believed
        belief = nil
        if !isTold(found), !membership.hasLeft {
            let told = sights[touched].told
            complain(
                "what is believed is what was told",
                "\(Self.id(of: touched)): \(told), \(String(describing: found))"
            )
        }
        guard let found else { return }
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
        follow(action)
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
            complain("no later process has a living one's name", "\(other)")
        case .send, .connect, .updated, .alive, .stalled, .movedOn: break
        }
    }

    private mutating func judge(_ what: String, _ id: NodeID, _ incarnation: Incarnation) {
        let other = Self.position(of: id)
        // Of who became a member by what others say, little may be left of its life.
        let sight = sights[other]
        guard sight.incarnation == incarnation.rawValue, sight.heardAt >= sight.joinedAt else { return }
        let silence = now.nanoseconds - sight.excusedAt
        guard silence <= timesToLive[other] else { return }
        complain("nobody is \(what) while heard within the time it announced", "\(id), heard \(silence) ns ago")
    }

    private mutating func judge(_ record: MemberRecord) {
        let other = Self.position(of: record.id)
        let moment = MembershipMoment(record)
        let gone = sights[other].gone
        let isOwnWord = isFromPeer && touched == other && moment.incarnation == gone.incarnation && gone.version < .max
        let isRemembered = now.nanoseconds - sights[other].goneAt < tombstoneLifetime
        if moment <= gone, isRemembered, !isOwnWord {
            complain("who is gone does not come back by old gossip", "\(record.id) \(moment), where \(gone) is gone")
        }
        sights[other].joinedAt = now.nanoseconds
        sights[other].latenessThen = lateness
    }

    private mutating func end(_ id: NodeID, _ moment: MembershipMoment) {
        let other = Self.position(of: id)
        sights[other].goneAt = now.nanoseconds
        sights[other].gone = max(sights[other].gone, moment)
    }

    /// Between two processes of a node that are told to be there is always the end of the earlier.
    private mutating func follow(_ action: MembershipAction) {
        switch action {
        case .joined(let record):
            let other = Self.position(of: record.id)
            expect(0, other, action)
            sights[other].told = record.incarnation.rawValue
            sights[other].isToldSuspect = false
            toldContents[other] = record.content
        case .updated(let record):
            let other = Self.position(of: record.id)
            expect(record.incarnation.rawValue, other, action)
            toldContents[other] = record.content
        case .suspected(let id, let incarnation), .alive(let id, let incarnation):
            let other = Self.position(of: id)
            expect(incarnation.rawValue, other, action)
            sights[other].isToldSuspect.toggle()
        case .died(let id, let incarnation, _):
            expect(incarnation.rawValue, Self.position(of: id), action)
            sights[Self.position(of: id)].told = 0
        case .left(let id, let incarnation):
            let other = Self.position(of: id)
            if sights[other].told != 0 { expect(incarnation.rawValue, other, action) }
            sights[other].told = 0
        case .send, .connect, .stalled, .movedOn, .superseded: break
        }
    }

    private mutating func expect(_ incarnation: UInt64, _ other: Int, _ action: MembershipAction) {
        guard sights[other].told != incarnation else { return }
        complain("what is told follows from what was told before", "\(sights[other].told) was there, now \(action)")
    }

    private mutating func complain(_ name: String, _ details: String) {
        if complaint == nil { complaint = Violation(name, "\(membership.id): \(details)") }
    }
}
