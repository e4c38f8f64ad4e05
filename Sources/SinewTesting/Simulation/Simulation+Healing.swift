// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension Simulation {
    /// The part after the faults: everything works again, and the system has a limited time to recover.
    @inlinable
    mutating func heal() throws(Violation) {
        let length = settings.healing.wholeNanoseconds
        guard length > 0 else { return }
        try endFaults()
        let start = time
        // Messages that take no time could go round for ever.
        let (product, overflow) = max(settings.steps, 25_000).multipliedReportingOverflow(by: 4)
        let limit = overflow ? Int.max : stepsSoFar.advanced(by: product)
        for look in Int64(1)...32 {
            let end = start.addingClamped(length / 32 &* look)
            try runLoop(untilStep: limit, time: end)
            let hasEnded = look == 32 || stepsSoFar >= limit
            if stepsSoFar < limit { time = max(time, end) }
            do throws(Violation) {
                try world.checkHealed(cast, at: now)
                return
            } catch {
                if hasEnded { throw notHealed(error, steps: stepsSoFar >= limit) }
            }
        }
    }

    /// Ends all faults: links are open, nodes run at the right pace.
    @inlinable
    mutating func endFaults() throws(Violation) {
        isHealing = true
        network.heal()
        for position in cast.positions {
            cast.states[position].isDoomed = false
            cast.states[position].clock.setRate(0, at: time)
            if cast.states[position].pauses > 0 {
                cast.states[position].pauses = 0
                resume(position)
            }
            schedule(position)
        }
        for position in cast.positions { try restart(position) }
        connectAll()
    }

    @usableFromInline
    func notHealed(_ problem: Violation, steps: Bool) -> Violation {
        let end = steps ? "the steps that healing has were over" : "\(settings.healing) after the last fault"
        return Violation(problem.name, "\(problem.details) (\(end))", code: .liveness)
    }
}
