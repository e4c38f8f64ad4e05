// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension Simulation {
    /// Runs to the end: faults, then recovery. Only the first call does anything.
    ///
    /// - Throws: The first promise that was broken.
    @inlinable
    public mutating func run() throws(Violation) {
        guard time == 0, stepsSoFar == 0 else { return }
        try begin()
        try runFaults()
        try heal()
    }

    /// Starts all nodes, and what happens by itself.
    @inlinable
    mutating func begin() throws(Violation) {
        var machines = ContiguousArray<Node>()
        for position in cast.positions {
            skewClock(of: position)
            machines.append(world.start(cast.peers[position], run: 0, at: .origin, using: &startRandom))
        }
        cast.machines = machines
        for position in cast.positions { schedule(position) }
        connectAll()
        beginEpisodes()
        if settings.maximumInputs > 0 { scheduleInput() }
        for position in cast.positions {
            cast.latestPosition = position
            try world.check(cast, after: cast.peers[position], at: now)
        }
    }

    /// The part with faults.
    @inlinable
    mutating func runFaults() throws(Violation) {
        let end = max(0, settings.longestRun.wholeNanoseconds)
        try runLoop(untilStep: settings.steps, time: end)
    }

    /// The loop: until there have been so many steps, or the next event would be later than the given time, or
    /// nothing will happen any more.
    @inlinable
    mutating func runLoop(untilStep stepLimit: Int, time end: Int64) throws(Violation) {
        var actions = Actions<Node.Action>()
        while stepsSoFar < stepLimit {
            let eventTime = queue.nextTime
            let deadline = deadlines.firstTime
            if min(eventTime, deadline) > end || min(eventTime, deadline) == .max { break }
            if deadline < eventTime {
                time = max(time, deadline)
                try tick(deadlines.first, &actions)
            } else {
                time = max(time, eventTime)
                try deliver(queue.popIndex(), &actions)
            }
        }
    }

    /// A node's deadline has come.
    @inlinable
    mutating func tick(_ position: Int, _ actions: inout Actions<Node.Action>) throws(Violation) {
        try step(position, .tick, from: -1, &actions)
        if deadlines.deadlines[position] > time {
            cast.states[position].idleTicks = 0
            return
        }
        // Its next tick would be at the same instant.
        cast.states[position].idleTicks += 1
        if cast.states[position].idleTicks >= 1000 { throw stuck(position) }
    }

    @usableFromInline
    func stuck(_ position: Int) -> Violation {
        let details = "\(cast.peers[position]) has been ticked 1000 times and still wants a tick at or before \(now)"
        return Violation("the next deadline moves on", details, code: .contract)
    }

    /// What the queue has next.
    @inlinable
    mutating func deliver(_ index: UInt32, _ actions: inout Actions<Node.Action>) throws(Violation) {
        let kind = queue.slots[Int(index)].kind
        guard kind.isForMachine else { return try handle(index, kind) }
        let from = Int(queue.slots[Int(index)].from)
        let to = Int(queue.slots[Int(index)].to)
        let number = queue.slots[Int(index)].number
        if !cast.states[to].isActive || kind != .message || usesConnections || !network.isOpen(from: from, to: to) {
            guard mayArrive(index, kind, from: from, to: to, number: number) else { return }
        }
        if kind != .local { network.ledger.tally.delivered &+= 1 }
        guard let event = queue.release(index) else { return }
        try step(to, event, from: from, &actions)
    }

    /// One step of one machine, and all that follows from it at once.
    @inlinable
    mutating func step(
        _ position: Int,
        _ event: consuming Node.Event,
        from sender: Int,
        _ actions: inout Actions<Node.Action>
    ) throws(Violation) {
        stepsSoFar &+= 1
        traceHash.combine(UInt64(bitPattern: time))
        traceHash.combine(UInt64(truncatingIfNeeded: position) << 32 | UInt64(UInt32(truncatingIfNeeded: sender)))
        world.trace(event, into: &traceHash)
        if recent != nil { recent?.append(event, step: stepsSoFar, time: time, from: sender, to: position) }
        let clock = Instant(nanoseconds: cast.states[position].clock.local(time))
        cast.machines[position].step(event, at: clock, into: &actions)
        cast.latestPosition = position
        if cast.states[position].isDoomed {
            try endWithinStep(position, &actions)
        } else {
            try perform(&actions, of: position)
            schedule(position)
        }
        try world.check(cast, after: cast.peers[position], at: now)
    }

    /// Sends the messages, and has the system do the rest.
    @inlinable
    mutating func perform(_ actions: inout Actions<Node.Action>, of position: Int) throws(Violation) {
        if actions.isEmpty { return }
        try actions.drain { (action) throws(Violation) in
            try perform(action, of: position)
        }
    }

    @inlinable
    mutating func perform(_ action: Node.Action, of position: Int) throws(Violation) {
        if let outgoing = action.outgoing {
            send(outgoing, from: position)
        } else {
            world.trace(action, into: &traceHash)
            try world.perform(action, of: cast.peers[position], at: now, events: &local)
            if !local.pending.isEmpty { scheduleLocal(position) }
        }
    }

    @inlinable
    mutating func send(_ outgoing: Outgoing<Node.Event.Peer, Node.Event.Message>, from position: Int) {
        guard let receiver = cast.position(of: outgoing.peer, from: position) else {
            network.ledger.tally.sentToUnknown &+= 1
            return
        }
        let delivery = network.send(from: position, to: receiver, at: now)
        if delivery.firstTime == .max { return }
        let connection = usesConnections ? connections[pair(position, receiver)] : 0
        if usesConnections && connection & 1 == 0 && position != receiver {
            network.ledger.tally.lostToBrokenConnections &+= 1
            return
        }
        let event = Node.Event.received(outgoing.message, from: cast.peers[position])
        if delivery.secondTime != .max {
            insert(
                .init(.message, event: event, from: position, to: receiver, number: connection),
                at: delivery.secondTime
            )
        }
        insert(.init(.message, event: event, from: position, to: receiver, number: connection), at: delivery.firstTime)
    }

    /// Puts something on its way, if not too much is.
    @inlinable
    mutating func insert(_ slot: consuming EventQueue<Node.Event>.Slot, at time: Int64) {
        guard queue.count < maximumInFlight else {
            network.ledger.tally.lostToLimit &+= 1
            return
        }
        queue.insert(slot, at: time)
    }

    /// Takes over when a node wants its next tick.
    @inlinable
    mutating func schedule(_ position: Int) {
        guard cast.states[position].isActive, let deadline = cast.machines[position].nextDeadline else {
            deadlines.set(position, to: .max)
            return
        }
        deadlines.set(position, to: cast.states[position].clock.global(deadline.nanoseconds))
    }

    /// The place of two nodes in ``connections``, whichever comes first.
    @inlinable
    func pair(_ left: Int, _ right: Int) -> Int {
        left < right ? left &* network.nodes &+ right : right &* network.nodes &+ left
    }
}
