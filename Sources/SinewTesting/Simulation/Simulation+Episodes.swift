// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// An episode of faults: when it begins after the one before, how long it lasts, and what its choices are drawn from.
@usableFromInline
struct Episode {
    @usableFromInline let gap: Int64
    @usableFromInline let duration: Int64
    @usableFromInline var random: SeededRandom

    /// The same for the same generator and number.
    @usableFromInline
    init(_ kind: FaultKinds, _ number: UInt32, settings: SimulationSettings, random: SeededRandom) {
        var random = random.split(UInt64(kind.rawValue)).split(UInt64(number))
        let timing = settings.timing(of: kind)
        gap = Int64.random(in: 0...Self.doubled(timing.interval), using: &random).addingClamped(1000)
        duration = Int64.random(in: 0...Self.doubled(timing.duration), using: &random)
        self.random = random
    }

    private static func doubled(_ duration: Duration) -> Int64 {
        let nanoseconds = max(0, duration.wholeNanoseconds)
        return nanoseconds.addingClamped(nanoseconds)
    }
}

extension Simulation {
    @usableFromInline
    func episode(_ kind: FaultKinds, _ number: UInt32) -> Episode {
        // Not the generator itself, from which other numbers have been drawn since.
        let random = SeededRandom(seed: settings.seed).split(0x6570_6973_6F64_65)
        return Episode(kind, number, settings: settings, random: random)
    }

    /// Gives a node's clock its rate.
    @usableFromInline
    mutating func skewClock(of position: Int) {
        let largest = Int64(min(max(settings.maximumSkew, 0), 500_000))
        guard settings.faults.contains(.clockSkew), largest > 0 else { return }
        var random = SeededRandom(seed: settings.seed).split(0x736B_6577).split(UInt64(position))
        let rate = Int64.random(in: -largest...largest, using: &random)
        guard network.ledger.admit(.clockSkew, from: position, to: 0, number: 0, at: 0) else { return }
        cast.states[position].clock.setRate(rate, at: 0)
    }

    /// The first episode of each kind.
    @usableFromInline
    mutating func beginEpisodes() {
        let lasting = settings.faults.subtracting(.ofMessages).subtracting(.clockSkew)
        for kind in lasting.each { scheduleEpisode(kind, 0) }
    }

    @inlinable
    mutating func scheduleEpisode(_ kind: FaultKinds, _ number: UInt32) {
        let gap = episode(kind, number).gap
        queue.insert(.init(.faultBegins, from: kind.position, number: number), at: time.addingClamped(gap))
    }

    /// An episode begins, if it may.
    @inlinable
    mutating func beginEpisode(_ kind: FaultKinds, _ number: UInt32) {
        if isHealing { return }
        scheduleEpisode(kind, number &+ 1)
        var episode = episode(kind, number)
        if !kind.isDisjoint(with: .partitions) {
            return beginPartition(kind, number, &episode)
        }
        let victim = Int.random(in: 0..<cast.count, using: &episode.random)
        let isForAll = kind == .fullRestart
        guard isForAll || cast.states[victim].isRunning else { return }
        let position = isForAll ? 0 : victim
        guard network.ledger.admit(kind, from: position, to: 0, number: UInt64(number), at: time) else { return }
        traceHash.combine(UInt64(kind.rawValue) << 32 | UInt64(number))
        let end = EventQueue<Node.Event>.Slot(.faultEnds, from: kind.position, to: victim, number: number)
        switch kind {
        case .slowNode:
            let extra = SimulatedNetwork.bounded(settings.slowness)
            network.slowness[victim] = network.slowness[victim].addingClamped(extra)
            queue.insert(end, at: time.addingClamped(episode.duration))
        case .pause:
            cast.states[victim].pauses &+= 1
            deadlines.set(victim, to: .max)
            // Its end names the process that stands still, as a crash forestalls it.
            let end = EventQueue<Node.Event>.Slot(
                .faultEnds,
                from: kind.position,
                to: victim,
                number: cast.states[victim].run
            )
            queue.insert(end, at: time.addingClamped(episode.duration))
        case .crash:
            stop(victim, using: &episode.random)
            scheduleRestart(victim, after: episode.duration, using: &episode.random)
        case .crashWithinStep:
            cast.states[victim].isDoomed = true
        case .fullRestart:
            for position in cast.positions where cast.states[position].isRunning {
                stop(position, using: &episode.random)
                let delay = Int64.random(in: 0...episode.duration, using: &episode.random)
                scheduleRestart(position, after: delay, using: &episode.random)
            }
        case .clockJump:
            cast.states[victim].clock.jump(by: episode.duration)
            schedule(victim)
        default: break
        }
    }

    @inlinable
    mutating func beginPartition(_ kind: FaultKinds, _ number: UInt32, _ episode: inout Episode) {
        guard network.ledger.admit(kind, from: 0, to: 0, number: UInt64(number), at: time) else { return }
        traceHash.combine(UInt64(kind.rawValue) << 32 | UInt64(number))
        for (from, to) in network.beginPartition(kind, using: &episode.random) { updateLink(from, to) }
        let end = EventQueue<Node.Event>.Slot(.faultEnds, from: kind.position, number: number)
        queue.insert(end, at: time.addingClamped(episode.duration))
    }

    /// An episode ends: that of a number or, where it is a pause, that of a process.
    @inlinable
    mutating func endEpisode(_ kind: FaultKinds, _ number: UInt32, of victim: Int) {
        if isHealing { return }
        switch kind {
        case .slowNode:
            let extra = SimulatedNetwork.bounded(settings.slowness)
            network.slowness[victim] = max(0, network.slowness[victim] &- extra)
        case .pause:
            // A crash meanwhile has ended it already, and the pauses of the next process are others.
            guard cast.states[victim].run == number, cast.states[victim].pauses > 0 else { return }
            cast.states[victim].pauses &-= 1
            if cast.states[victim].pauses == 0 { resume(victim) }
        default:
            var episode = episode(kind, number)
            for (from, to) in network.endPartition(kind, using: &episode.random) { updateLink(from, to) }
        }
    }
}
