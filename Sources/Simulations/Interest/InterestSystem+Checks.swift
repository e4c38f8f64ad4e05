// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore
import SinewMembership
package import SinewTesting

extension InterestSystem {
    // MARK: What must hold

    package mutating func check(
        _ nodes: SimulatedNodes<InterestNode>,
        after peer: NodeID,
        at now: Instant
    ) throws(Violation) {
        let position = nodes.latest
        try checkOwner(nodes, position)
        let touched = nodes[position].touched
        guard touched >= 0 else { return }
        try checkBelief(nodes, of: position, about: touched)
        try checkConfirmed(nodes, of: position, by: touched)
    }

    /// Versions grow by one with each change of the subscriptions, and only then.
    private mutating func checkOwner(_ nodes: SimulatedNodes<InterestNode>, _ position: Int) throws(Violation) {
        let run = nodes.run(position)
        let wanted = nodes[position].wanted
        let version = nodes[position].exchange.version
        guard watchesOwners else {
            while UInt64(history[position][run].count) <= version { history[position][run].append(wanted) }
            history[position][run][Int(version)] = wanted
            return
        }
        guard let last = history[position][run].last, wanted != last else {
            guard version == UInt64(history[position][run].count) - 1 else {
                throw Violation("versions follow the subscriptions", "node \(position): \(version), nothing changed")
            }
            return
        }
        guard version == UInt64(history[position][run].count) else {
            throw Violation("versions follow the subscriptions", "node \(position): \(version) after a change")
        }
        history[position][run].append(wanted)
    }

    /// What a node believes of a peer is what the peer wanted at that version, and what it was told adds up to it.
    private func checkBelief(
        _ nodes: SimulatedNodes<InterestNode>,
        of position: Int,
        about touched: Int
    ) throws(Violation) {
        let followed = nodes[position].followed[touched]
        guard nodes[position].hasFollowed else {
            throw Violation("changes add up", "node \(position) was told of \(touched) what cannot be")
        }
        guard let held = nodes[position].exchange.heldVersion(of: peers[touched]) else {
            guard followed == 0 else { throw Violation("changes add up", "a stranger's interest is left") }
            return
        }
        let run = Int(held.incarnation.rawValue) - 1
        guard history[touched].indices.contains(run), held.version < UInt64(history[touched][run].count) else {
            throw Violation(
                "beliefs were true",
                "node \(position) has version \(held.version) of \(touched), run \(run)"
            )
        }
        guard followed == history[touched][run][Int(held.version)] else {
            let details = "node \(position) has version \(held.version) of node \(touched), but not what it wanted then"
            throw Violation("beliefs were true", details)
        }
    }

    /// What a peer has confirmed it has and trusts, as long as both are the same processes, and it has not begun
    /// another session, which voids what it said before.
    private func checkConfirmed(
        _ nodes: SimulatedNodes<InterestNode>,
        of position: Int,
        by touched: Int
    ) throws(Violation) {
        guard nodes[position].areConfirmationsTold else {
            throw Violation("what is told to be confirmed is", "node \(position) was told something else of \(touched)")
        }
        guard let (session, confirmed) = nodes[position].exchange.confirmation(by: peers[touched]), confirmed > 0,
            let known = nodes[position].exchange.heldVersion(of: peers[touched]),
            known.incarnation == Self.incarnation(nodes.run(touched)), nodes.isRunning(touched)
        else { return }
        let held = nodes[touched].exchange.heldState(of: peers[position])
        if held == nil, nodes[touched].forgotten[position] { return }
        if let held, held.session > session { return }
        guard let held, held.incarnation == nodes[position].exchange.incarnation, held.version >= confirmed,
            held.session == session, !held.isDoubted
        else {
            let has = held.map { "\($0)" } ?? "nothing"
            let details = "node \(touched) confirmed version \(confirmed) of node \(position), and has \(has)"
            throw Violation("what is confirmed is there", details)
        }
    }

    // MARK: What must come

    package mutating func checkHealed(_ nodes: SimulatedNodes<InterestNode>, at now: Instant) throws(Violation) {
        for owner in nodes.positions {
            let version = nodes[owner].exchange.version
            let unconfirmed = nodes[owner].exchange.unconfirmed(version)
            guard unconfirmed.isEmpty else {
                throw Violation("everybody confirms", "\(unconfirmed.count) peers have not confirmed node \(owner)'s")
            }
            for holder in nodes.positions where holder != owner {
                let held = nodes[holder].exchange.interest(of: peers[owner])
                guard let held, held.isConnected, !held.isDoubted, held.version == version,
                    universe.mask(of: held.interests) == nodes[owner].wanted
                else { throw Violation("everybody knows", "node \(holder) does not know what node \(owner) wants") }
            }
        }
    }
}
