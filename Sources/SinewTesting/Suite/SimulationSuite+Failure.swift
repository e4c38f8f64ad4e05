// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension SimulationSuite {
    /// Makes the same run again, which must go the same way.
    @inlinable
    func repeated(_ settings: SimulationSettings, hash: TraceHash) throws(SimulationFailure) -> SimulationResult {
        let result = outcome(of: settings)
        if result.hash != hash || result.violation != nil { throw notRepeated(result) }
        return result
    }

    /// The report of a failure: the run is made again with the last events kept, and then made smaller.
    @inlinable
    func failure(_ result: SimulationResult, _ violation: Violation) -> SimulationFailure {
        let again = outcome(of: result.settings, recentEvents: recentEvents, isRecording: true)
        guard again.hash == result.hash, again.violation == violation else { return notRepeated(result) }
        var failure = SimulationFailure(
            suite: name,
            howToRepeat: howToRepeat(result.settings.seed),
            found: result,
            violation: violation,
            recentEvents: again.recentEvents
        )
        guard shrinkingRuns > 0 else { return failure }
        var shrinker = FaultShrinker(of: again, violation: violation, maximumAttempts: shrinkingRuns) { settings in
            outcome(of: settings, recentEvents: 0, isRecording: true)
        }
        shrinker.shrink()
        let smallest = outcome(of: shrinker.best.settings, recentEvents: recentEvents, isRecording: true)
        failure.setSmallest(shrinker.shrunk(as: smallest))
        return failure
    }

    /// The report of a run that went another way the second time: where they part, as far as that can be seen again.
    @inlinable
    func notRepeated(_ result: SimulationResult) -> SimulationFailure {
        var one = Simulation(of: system(result.settings), settings: result.settings, recentEvents: recentEvents)
        var other = Simulation(of: system(result.settings), settings: result.settings, recentEvents: recentEvents)
        let parting = Simulation.parting(&one, &other)
        let details =
            switch parting {
            case .step(let step)?: "two runs part at step \(step)"
            case .healing(let step)?: "two runs part after step \(step), when the faults have ended"
            case nil: "two runs differ, though the next two parted nowhere"
            }
        return SimulationFailure(
            suite: name,
            howToRepeat: howToRepeat(result.settings.seed),
            found: result,
            violation: Violation("the same seed gives the same run", details, code: .nondeterminism),
            recentEvents: one.recentEvents + ["in the other run:"] + other.recentEvents.suffix(3)
        )
    }
}

extension Simulation {
    /// Runs two side by side until they differ.
    ///
    /// - Returns: Where they differ; nil when they do not.
    @inlinable
    static func parting(_ one: inout Simulation, _ other: inout Simulation) -> Parting? {
        let isBegun = Violation.caught { () throws(Violation) in try one.begin() }
        let isOtherBegun = Violation.caught { () throws(Violation) in try other.begin() }
        guard isBegun == nil, isOtherBegun == nil else { return isBegun == isOtherBegun ? nil : .step(0) }
        let end = max(0, one.settings.longestRun.wholeNanoseconds)
        for step in stride(from: 1, through: one.settings.steps, by: 1) {
            let violation = Violation.caught { () throws(Violation) in try one.runLoop(untilStep: step, time: end) }
            let otherViolation = Violation.caught { () throws(Violation) in
                try other.runLoop(untilStep: step, time: end)
            }
            if one.hash != other.hash || violation != otherViolation { return .step(step) }
            if violation != nil { return nil }
            if one.steps < step { break }
        }
        let step = one.steps
        let violation = Violation.caught { () throws(Violation) in try one.heal() }
        let otherViolation = Violation.caught { () throws(Violation) in try other.heal() }
        return one.hash != other.hash || violation != otherViolation ? .healing(after: step) : nil
    }
}

/// Where two runs of the same settings part.
@usableFromInline
enum Parting {
    /// With this step, in the part with faults.
    case step(Int)
    /// In the part after the faults, which begins after this step.
    case healing(after: Int)
}

extension Violation {
    /// What a body throws.
    @inlinable
    static func caught(_ body: () throws(Violation) -> Void) -> Violation? {
        do throws(Violation) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}
