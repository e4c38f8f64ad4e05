// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
import SinewMembership
package import SinewTesting

extension MembershipSystem {
    /// After each step: what the node has claimed, and what it believes of one other node.
    package mutating func check(
        _ nodes: SimulatedNodes<MembershipNode>,
        after peer: NodeID,
        at now: Instant
    ) throws(Violation) {
        let position = nodes.latest
        if nodes[position].isDead { return }
        if let complaint = nodes[position].complaint { throw complaint }
        try checkCounters(position, nodes)
        // What a node believed when it left is of no interest to anybody.
        if nodes[position].membership.hasLeft { return }
        note(position, nodes, at: now)
        try checkBelief(position, nodes, at: now)
    }

    /// When this node last had a word of its own to say.
    private mutating func note(_ position: Int, _ nodes: SimulatedNodes<MembershipNode>, at now: Instant) {
        let incarnation = nodes[position].membership.incarnation.rawValue
        if lastSteps[position].moment.incarnation != incarnation { ended[position] = lastSteps[position] }
        let version = nodes[position].membership.own.version
        lastSteps[position] = (now.nanoseconds, MembershipMoment(incarnation, version))
    }

    private func checkCounters(_ position: Int, _ nodes: SimulatedNodes<MembershipNode>) throws(Violation) {
        let statistics = nodes[position].membership.statistics
        let received = nodes[position].received
        guard statistics.received == received, received == statistics.handled + statistics.dropped else {
            throw Violation("messages add up", "\(received) came to \(peers[position]): \(statistics)")
        }
        let members = nodes[position].membership.memberCount
        guard statistics.joined == UInt64(members) + statistics.left + statistics.died else {
            throw Violation("members add up", "\(members) at \(peers[position]): \(statistics)")
        }
    }

    /// What the node believes of the one that its latest event is about, or of the next one in turn.
    private func checkBelief(
        _ position: Int,
        _ nodes: SimulatedNodes<MembershipNode>,
        at now: Instant
    ) throws(Violation) {
        guard let (moment, status) = nodes[position].belief else { return }
        let other = nodes[position].touched
        guard moment >= nodes[position].believedBefore else {
            throw broken("incarnations and versions only grow", position, other, moment)
        }
        guard moment.incarnation >= nodes[position].sights[other].incarnation else {
            throw broken("nobody believes in an earlier process than it has heard", position, other, moment)
        }
        var source = lastSteps[other]
        if moment.incarnation < source.moment.incarnation { source = ended[other] }
        // Of two processes ago it is known only that they ended before the one after them.
        let isOlder = moment.incarnation < source.moment.incarnation
        guard isOlder || (moment.incarnation == source.moment.incarnation && moment <= source.moment) else {
            throw broken("nobody believes in what never was", position, other, moment)
        }
        let allowed = timesToLive[other] * Self.lifetimes / 2 * 3 + allowance + nodes[position].lateness
        guard now.nanoseconds - source.at <= allowed else {
            throw broken("nothing lives beyond its time", position, other, moment)
        }
        if status == .alive, !nodes[position].isFromPeer {
            try checkSilence(position, other, moment, nodes)
        }
    }

    /// Who has been silent for longer than it announced is suspected.
    private func checkSilence(
        _ position: Int,
        _ other: Int,
        _ moment: MembershipMoment,
        _ nodes: SimulatedNodes<MembershipNode>
    ) throws(Violation) {
        let sight = nodes[position].sights[other]
        let silence = nodes[position].now.nanoseconds - max(sight.heardAt, sight.joinedAt)
        // A ping may be sent each quarter of a time-to-live, and the table is swept each quarter of that.
        let late = nodes[position].lateness - sight.latenessThen
        guard silence > timesToLive[other] + timesToLive[position] / 8 + late else { return }
        throw broken("silence beyond what was announced is noticed", position, other, moment)
    }

    /// All views are equal: everybody alive, nobody else, in their newest processes and with their newest content.
    package mutating func checkHealed(
        _ nodes: SimulatedNodes<MembershipNode>,
        at now: Instant
    ) throws(Violation) {
        let living = nodes.positions.filter { !nodes[$0].isDead && !nodes[$0].membership.hasLeft }
        for position in living {
            let membership = nodes[position].membership
            guard membership.memberCount == living.count - 1 else {
                let details = "\(membership.memberCount) of \(living.count - 1) others at \(peers[position])"
                throw Violation("everybody alive is known, and nobody else", details)
            }
            for other in living where other != position {
                let own = nodes[other].membership.own
                guard let record = membership.view[own.id], record.incarnation == own.incarnation else {
                    let details = "\(peers[position]) lacks \(own.id)'s newest process"
                    throw Violation("everybody's newest process is known", details)
                }
                let told = nodes[position].toldContents[MembershipNode.position(of: own.id)]
                guard record.content == own.content, told == own.content, membership.status(of: own.id) == .alive else {
                    let details = "\(own.id) at \(peers[position]): \(record)"
                    throw Violation("everybody's newest content is known, and nobody is suspected", details)
                }
            }
        }
    }

    private func broken(_ name: String, _ position: Int, _ other: Int, _ moment: MembershipMoment) -> Violation {
        Violation(name, "\(peers[position]) believes in \(peers[other]) \(moment); last was \(lastSteps[other])")
    }
}
