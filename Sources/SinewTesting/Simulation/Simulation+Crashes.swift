// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension Simulation {
    /// A node ends. What it had under way in itself is lost; what it has sent is not.
    @inlinable
    mutating func stop(_ position: Int, using random: inout SeededRandom) {
        cast.states[position].isRunning = false
        cast.states[position].pauses = 0
        cast.states[position].isDoomed = false
        deadlines.set(position, to: .max)
        for index in parked[position] { forget(index) }
        parked[position].removeAll()
        world.stopped(cast.peers[position], node: cast.machines[position], at: now, using: &random)
        updateLinks(of: position)
    }

    /// Lets a node that has ended start again after about as long as crashes last, or much sooner.
    @inlinable
    mutating func scheduleRestart(_ position: Int, after delay: Int64, using random: inout SeededRandom) {
        let isFast = random.next() & 3 == 0
        queue.insert(.init(.restart, to: position), at: time.addingClamped(isFast ? delay / 100 : delay))
    }

    /// A node starts again, as another process.
    @inlinable
    mutating func restart(_ position: Int) throws(Violation) {
        guard !cast.states[position].isRunning else { return }
        cast.states[position].isRunning = true
        cast.states[position].run &+= 1
        cast.states[position].idleTicks = 0
        let clock = cast.clock(of: position, at: now)
        let run = cast.run(position)
        cast.machines[position] = world.start(cast.peers[position], run: run, at: clock, using: &startRandom)
        cast.latestPosition = position
        traceHash.combine(UInt64(truncatingIfNeeded: position) << 32 | UInt64(truncatingIfNeeded: run))
        schedule(position)
        updateLinks(of: position)
        try world.check(cast, after: cast.peers[position], at: now)
    }

    /// A node ends after the first of the actions of its step.
    @inlinable
    mutating func endWithinStep(_ position: Int, _ actions: inout Actions<Node.Action>) throws(Violation) {
        let identity = UInt64(truncatingIfNeeded: position) << 32 | UInt64(cast.states[position].run)
        var random = faultRandom.split(UInt64(FaultKinds.crashWithinStep.rawValue)).split(identity)
        var left = Int.random(in: 0...actions.count, using: &random)
        try actions.drain { (action) throws(Violation) in
            if left > 0 { try perform(action, of: position) }
            left -= 1
        }
        let longest = max(0, settings.crashes.duration.wholeNanoseconds)
        let delay = Int64.random(in: 0...longest, using: &random)
        stop(position, using: &random)
        scheduleRestart(position, after: delay, using: &random)
    }

    /// All links come up, as far as nothing is in their way.
    @inlinable
    mutating func connectAll() {
        for position in cast.positions { updateLinks(of: position, from: position + 1) }
    }

    /// Looks at the links of a node to the nodes from a position on.
    @inlinable
    mutating func updateLinks(of position: Int, from first: Int = 0) {
        for other in first..<max(first, cast.count) { updateLink(position, other) }
    }

    /// Tells both ends when their link has come or gone.
    @inlinable
    mutating func updateLink(_ left: Int, _ right: Int) {
        if left == right { return }
        let isOpen = network.isOpen(from: left, to: right) && network.isOpen(from: right, to: left)
        let isUp = isOpen && cast.states[left].isRunning && cast.states[right].isRunning
        if isUp == (connections[pair(left, right)] & 1 == 1) { return }
        connections[pair(left, right)] &+= 1
        if usesConnections && !isUp {
            forgetOrder(from: left, to: right)
            forgetOrder(from: right, to: left)
        }
        tell(left, of: right, isUp: isUp)
        tell(right, of: left, isUp: isUp)
    }

    /// What comes over the next connection does not wait for what was under way on the one that broke, but for the
    /// notices that are under way.
    @inlinable
    mutating func forgetOrder(from sender: Int, to receiver: Int) {
        let index = sender &* network.nodes &+ receiver
        network.links[index].lastArrival = lastNotices[index]
    }

    @inlinable
    mutating func tell(_ position: Int, of other: Int, isUp: Bool) {
        guard cast.states[position].isRunning else { return }
        let peer = cast.peers[position]
        guard let event = world.linkChanged(of: peer, to: cast.peers[other], isUp: isUp, at: now) else { return }
        let longest = UInt64(max(settings.linkNotice.wholeNanoseconds, 0))
        let delay = Int64(truncatingIfNeeded: faultRandom.next().multipliedFullWidth(by: longest).high)
        let time = network.arrivalInOrder(from: other, to: position, notBefore: time.addingClamped(delay))
        if usesConnections { lastNotices[other &* network.nodes &+ position] = time }
        insert(.init(.local, event: event, from: other, to: position, number: cast.states[position].run), at: time)
    }
}
