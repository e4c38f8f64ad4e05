// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
package import SinewCore
package import SinewTesting

/// What the nodes say, held against what happened.
extension BusSystem {
    package mutating func perform(
        _ action: BusNode.Action,
        of peer: NodeID,
        at now: Instant,
        events: inout LocalEvents<BusNode.Event>
    ) throws(Violation) {
        guard case .note(let note) = action else { return }
        let position = BusSetting.position(of: peer)
        do throws(Violation) {
            try take(note, of: position)
        } catch {
            throw Violation(error.name, "\(processes[position]), \(note): \(error.details)", code: error.code)
        }
    }

    private mutating func take(_ note: BusNote, of position: Int) throws(Violation) {
        let own = processes[position]
        count(note)
        switch note {
        case .assigned(let number, let other, let id): try ledgers[place(own, other)].ledger.assign(number, id)
        case .dropped(let range, let other, _): try ledgers[place(own, other)].ledger.mark(range, .dropped)
        case .inDoubt(let range, let other): try ledgers[place(own, other)].ledger.mark(range, .inDoubt)
        case .resolved(let range, let other): try ledgers[place(own, other)].ledger.resolve(range)
        case .lost(let range, let other): try ledgers[place(own, other)].ledger.lose(range)
        case .confirmed(let number, let other): try ledgers[place(own, other)].ledger.confirm(number)
        case .linkEnded(let other): try ledgers[place(own, other)].ledger.linkEnded()
        case .delivered(let number, let other, let id, let plain, let groups):
            try delivered(number, from: other, id, plain, groups, at: position)
        case .missed(let range, let other): try ledgers[place(other, own)].ledger.miss(range)
        case .publisherLost(let other, let last):
            try ledgers[place(other, own)].ledger.lost(last: last, isOver: isOver(other))
        case .began(let incarnation): processes[position] = ProcessID(own.node, incarnation)
        case .broken(let violation): throw violation
        }
    }

    private mutating func delivered(
        _ number: UInt64,
        from other: ProcessID,
        _ id: UInt64,
        _ plain: Int,
        _ groups: UInt8,
        at position: Int
    ) throws(Violation) {
        let own = processes[position]
        if other != own {
            let place = place(other, own)
            if ledgers[place].ledger.isLost, !ledgers[place].ledger.hasSession { tally.returned += 1 }
            try ledgers[place].ledger.deliver(number, id)
        }
        guard groupsOf[Int(id)] & groups == 0 else {
            throw Violation("of a queue group at most one member gets a message", "\(id)")
        }
        groupsOf[Int(id)] |= groups
        guard let probe = probes.firstIndex(where: { $0.id == id }) else { return }
        probes[probe].plain[position] += plain
    }

    private mutating func count(_ note: BusNote) {
        switch note {
        case .assigned: tally.assigned += 1
        case .delivered(_, _, _, _, let groups):
            tally.delivered += 1
            if groups > 0 { tally.grouped += 1 }
        case .dropped(let range, _, _): tally.dropped += range.count
        case .inDoubt(let range, _): tally.inDoubt += range.count
        case .resolved(let range, _): tally.resolved += range.count
        case .lost(let range, _): tally.lost += range.count
        case .missed(let range, _): tally.missed += range.count
        case .publisherLost: tally.publishersLost += 1
        case .linkEnded: tally.linksEnded += 1
        case .began: tally.restarted += 1
        case .confirmed, .broken: break
        }
    }

    /// Whether a process has ended, or left.
    private func isOver(_ process: ProcessID) -> Bool {
        let position = BusSetting.position(of: process.node)
        return processes[position] != process || hasLeft[position]
    }
}
