// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
package import SinewCore
package import SinewTesting

extension BusSystem {
    /// Everything is looked at where it happens: see ``perform(_:of:at:events:)``.
    package mutating func check(
        _ nodes: SimulatedNodes<BusNode>,
        after peer: NodeID,
        at now: Instant
    ) throws(Violation) {
        let position = nodes.latest
        if nodes.isRunning(position), nodes[position].control.isGone, !hasLeft[position] {
            hasLeft[position] = true
            tally.left += 1
        }
    }

    package mutating func checkHealed(_ nodes: SimulatedNodes<BusNode>, at now: Instant) throws(Violation) {
        switch phase {
        case .faults:
            phase = .converging
            throw Violation("everybody is linked with everybody", "the faults have only just ended")
        case .converging:
            try checkConverged(nodes)
            try checkLedgers()
            phase = .probing(left: 24)
            throw Violation("what is published in peace arrives", "it is about to be published")
        case .probing(let left):
            guard left == 0 else { throw Violation("what is published in peace arrives", "\(left) are left") }
            phase = .settling(since: now)
            throw Violation("what is published in peace arrives", "the last was just published")
        case .settling:
            try checkProbes(nodes)
            try checkConverged(nodes)
            try checkLedgers()
        }
    }

    /// Everybody is linked with everybody, and knows what everybody wants, and nothing of anybody else.
    private func checkConverged(_ nodes: SimulatedNodes<BusNode>) throws(Violation) {
        let living = nodes.positions.filter { !hasLeft[$0] }
        for position in living {
            guard nodes[position].control.linkedPeers == living.count - 1 else {
                let details = "\(nodes[position].control.linkedPeers) of \(living.count - 1) at \(processes[position])"
                throw Violation("everybody is linked with everybody", details)
            }
            let unconfirmed = nodes[position].control.unconfirmed(nodes[position].control.interestVersion)
            guard unconfirmed.isEmpty else {
                throw Violation("everybody confirms what one wants", "\(processes[position]): \(unconfirmed)")
            }
            guard nodes[position].control.isSynced || hasLeft.contains(true) else {
                throw Violation("whoever is linked with its seeds is synced", "\(processes[position])")
            }
            let others = living.filter { $0 != position }.map { processes[$0] }
            try checkKnown(nodes[position], others, nodes)
        }
    }

    private func checkKnown(
        _ node: BusNode,
        _ others: [ProcessID],
        _ nodes: SimulatedNodes<BusNode>
    ) throws(Violation) {
        let known = node.peers.compactMap { $0?.process }.sorted()
        guard known == others, node.senders.count == others.count, others.allSatisfy({ node.senders[$0] != nil }) else {
            let details = "\(node.process) knows \(known), \(node.senders.keys.sorted())"
            throw Violation("everybody knows the processes that there are, and no others", details)
        }
        for other in others {
            let position = BusSetting.position(of: other.node)
            guard node.followed[position] == nodes[position].wanted else {
                throw Violation("everybody knows what everybody wants", "\(node.process) of \(other)")
            }
        }
    }

    /// Nothing is lost in silence.
    private func checkLedgers() throws(Violation) {
        for (pair, ledger) in ledgers {
            let isSenderHere = isHere(pair.from)
            guard isSenderHere || isHere(pair.to) else { continue }
            if isSenderHere, let number = ledger.firstUntold {
                throw Violation("every message has arrived, or its sender tells", "\(number) from \(pair)")
            }
            guard isHere(pair.to) else { continue }
            if isSenderHere, ledger.hasSession, ledger.lastSeen != ledger.count {
                let details = "\(pair): \(ledger.lastSeen) of \(ledger.count)"
                throw Violation("a receiver knows of every message that is numbered for it", details)
            }
            if !isSenderHere, !ledger.isLost, let number = ledger.firstUnmentioned {
                throw Violation("of a publisher that is over the end is told", "\(number) from \(pair)")
            }
        }
    }

    private func isHere(_ process: ProcessID) -> Bool {
        let position = BusSetting.position(of: process.node)
        return processes[position] == process && !hasLeft[position]
    }

    /// What was published in peace reached every subscription, and one member of each group.
    private func checkProbes(_ nodes: SimulatedNodes<BusNode>) throws(Violation) {
        for probe in probes {
            var groups: UInt8 = 0
            for position in nodes.positions where !hasLeft[position] {
                var wanted = 0
                for number in nodes[position].subscriptions.compactMap(\.self)
                where universe.matches[probe.subject] >> UInt64(number) & 1 == 1 {
                    let group = BusUniverse.group(number)
                    if group == 0 { wanted += 1 } else { groups |= 1 << UInt8(group) }
                }
                guard probe.plain[position] == wanted || wasDropped(probe.id, at: position) else {
                    let details = "\(probe.plain[position]) of \(wanted) of \(whereabouts(of: probe.id, at: position))"
                    throw Violation("what is published in peace reaches every subscription", details)
                }
            }
            let isWhole = groupsOf[Int(probe.id)] == groups
            guard isWhole || nodes.positions.contains(where: { wasDropped(probe.id, at: $0) }) else {
                let details = "\(groupsOf[Int(probe.id)]), not \(groups) of message \(probe.id)"
                throw Violation("what is published in peace reaches one member of each group", details)
            }
        }
    }

    /// Whether a message had to be given up on its way to a node, and that was told.
    private func wasDropped(_ id: UInt64, at position: Int) -> Bool {
        ledgers.contains { pair, ledger in
            guard pair.to == processes[position], let place = ledger.ids.lastIndex(of: id) else { return false }
            return ledger.fates[place].contains(.dropped)
        }
    }

    /// What became of a message on its way to a node, for reports.
    private func whereabouts(of id: UInt64, at position: Int) -> String {
        var text = "message \(id) at \(processes[position])"
        for (pair, ledger) in ledgers where pair.to == processes[position] {
            guard let place = ledger.ids.firstIndex(of: id) else { continue }
            text += ", number \(place + 1) from \(pair.from), \(ledger.fates[place])"
        }
        return text
    }
}
