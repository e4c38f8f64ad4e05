// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// A seed with which a system breaks a promise: what happened, how to see it again, and the fewest faults it takes.
public struct SimulationFailure: Error, Hashable, Sendable {
    /// The name of the suite.
    public let suite: String
    /// What one does to run it again.
    public let howToRepeat: String
    /// The run in which it was found.
    public let found: SimulationResult
    /// The promise that was broken.
    public let violation: Violation
    /// The latest events before it, oldest first.
    public let recentEvents: [String]
    /// The smallest run in which the same promise is broken, if shrinking was wanted and possible.
    public internal(set) var smallest: ShrunkRun?

    @usableFromInline
    init(suite: String, howToRepeat: String, found: SimulationResult, violation: Violation, recentEvents: [String]) {
        self.suite = suite
        self.howToRepeat = howToRepeat
        self.found = found
        self.violation = violation
        self.recentEvents = recentEvents
    }

    @usableFromInline
    mutating func setSmallest(_ run: ShrunkRun?) { smallest = run }

    /// Whether running it again can give something else: only when the system is not a function of its seed.
    public var isRetriable: Bool { violation.code == .nondeterminism }
}

extension SimulationFailure: CustomStringConvertible {
    /// Everything that is known of it, on several lines.
    public var description: String {
        var lines = [
            "\(suite): \(violation)",
            "at step \(found.steps), \(found.end)\(found.hasHealed ? ", after the faults had ended" : "")",
            "settings: \(found.settings)",
            "counts: \(found.tally)",
            "run it again: \(howToRepeat)",
        ]
        if let smallest { lines += ["\(smallest)"] } else { lines += Self.listed(recentEvents) }
        return lines.joined(separator: "\n")
    }

    static func listed(_ events: [String]) -> [String] {
        ["the last \(events.count) events:"] + events.map { "    " + $0 }
    }
}

/// The smallest run that was found in which a promise is broken.
public struct ShrunkRun: Hashable, Sendable {
    /// The run. Its settings let only these faults happen, by kind or each by name: a ``Simulation`` repeats it.
    public let result: SimulationResult
    /// The faults that it takes; without any one of them, or with fewer inputs, the promise held, as far as the number
    /// of runs allowed to try. Inputs are left out from the last one on only: those before the last that matters stay.
    public let faults: [FaultOccurrence]
    /// When each of the faults happened, or its episode began.
    public let faultTimes: [Instant]
    /// The latest events before the promise was broken, oldest first.
    public let recentEvents: [String]
    /// How many runs were made to find it.
    public let attempts: Int
}

extension ShrunkRun: CustomStringConvertible {
    /// The faults and the last events, on several lines.
    public var description: String {
        let count = faults.isEmpty ? "no fault at all" : Self.counted(faults.count, "fault")
        let inputs = Self.counted(result.tally.inputs, "input")
        var lines = [
            "smallest run found, of \(attempts): \(count), \(inputs), \(Self.counted(result.steps, "step"))"
        ]
        lines += zip(faultTimes, faults).prefix(50).map { "    \($0): \($1)" }
        if faults.count > 50 { lines.append("    and \(faults.count - 50) more") }
        lines.append("its settings: \(result.settings)")
        if let violation = result.violation { lines.append("it breaks: \(violation)") }
        return (lines + SimulationFailure.listed(recentEvents)).joined(separator: "\n")
    }

    private static func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
}
