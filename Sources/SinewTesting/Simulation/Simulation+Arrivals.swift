// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension Simulation {
    /// Whether an event comes to its machine now. If not, it is counted as lost, or set aside until its node goes on.
    @inlinable
    mutating func mayArrive(_ index: UInt32, _ kind: SlotKind, from: Int, to: Int, number: UInt32) -> Bool {
        let state = cast.states[to]
        if kind == .message {
            if !network.isOpen(from: from, to: to) {
                network.ledger.tally.lostToPartitions &+= 1
            } else if usesConnections && from != to && connections[pair(from, to)] != number {
                network.ledger.tally.lostToBrokenConnections &+= 1
            } else if !state.isRunning {
                network.ledger.tally.lostToCrashes &+= 1
            } else if state.pauses > 0 {
                park(index, to)
                return false
            } else {
                return true
            }
            _ = queue.release(index)
            return false
        }
        if !state.isRunning || state.run != number {
            forget(index)
            return false
        }
        if state.pauses > 0 {
            park(index, to)
            return false
        }
        return true
    }

    /// Sets an event aside that has come to a node that stands still.
    @inlinable
    mutating func park(_ index: UInt32, _ position: Int) {
        // It has arrived: what becomes of the link no longer matters, but the end of the process does.
        if queue.slots[Int(index)].kind == .message {
            queue.slots[Int(index)].kind = .arrived
            queue.slots[Int(index)].number = cast.states[position].run
        }
        parked[position].append(index)
    }

    /// Counts an event whose process has ended.
    @inlinable
    mutating func forget(_ index: UInt32) {
        if queue.slots[Int(index)].kind == .local {
            network.ledger.tally.eventsOfEndedRuns &+= 1
        } else {
            network.ledger.tally.lostToCrashes &+= 1
        }
        _ = queue.release(index)
    }

    /// A node goes on: all that came meanwhile comes now, in order, and before what comes at this very instant.
    @inlinable
    mutating func resume(_ position: Int) {
        for index in parked[position].reversed() { queue.putBack(index, at: time) }
        parked[position].removeAll()
        schedule(position)
    }

    /// Something that is not for a machine.
    @inlinable
    mutating func handle(_ index: UInt32, _ kind: SlotKind) throws(Violation) {
        let from = Int(queue.slots[Int(index)].from)
        let to = Int(queue.slots[Int(index)].to)
        let number = queue.slots[Int(index)].number
        _ = queue.release(index)
        switch kind {
        case .input: askForInput()
        case .faultBegins: beginEpisode(FaultKinds(rawValue: 1 << UInt32(from)), number)
        case .faultEnds: endEpisode(FaultKinds(rawValue: 1 << UInt32(from)), number, of: to)
        case .restart: try restart(to)
        case .message, .arrived, .local: break
        }
    }

    /// Asks the workload for one event.
    @inlinable
    mutating func askForInput() {
        if isHealing && !settings.hasInputsWhileHealing { return }
        if network.ledger.tally.inputs >= settings.maximumInputs { return }
        scheduleInput()
        guard let input = world.nextInput(at: now, using: &inputRandom) else { return }
        guard let position = cast.position(of: input.peer) else {
            network.ledger.tally.sentToUnknown &+= 1
            return
        }
        network.ledger.tally.inputs &+= 1
        guard cast.states[position].isRunning else {
            network.ledger.tally.inputsToStopped &+= 1
            return
        }
        insert(.init(.local, event: input.event, to: position, number: cast.states[position].run), at: time)
    }

    @inlinable
    mutating func scheduleInput() {
        let interval = UInt64(max(settings.inputInterval.wholeNanoseconds, 1000)) &* 2
        let gap = inputRandom.next().multipliedFullWidth(by: interval).high
        queue.insert(.init(.input), at: time.addingClamped(Int64(truncatingIfNeeded: gap) &+ 1))
    }

    /// Puts on their way the events that the system has for the node whose action it performed.
    @inlinable
    mutating func scheduleLocal(_ position: Int) {
        let run = cast.states[position].run
        for (event, delay) in local.pending {
            insert(.init(.local, event: event, to: position, number: run), at: time.addingClamped(delay))
        }
        local.pending.removeAll(keepingCapacity: true)
    }
}
