// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Makes a failing run smaller: takes away kinds of faults, single faults, inputs and steps while the same promise is
/// broken.
///
/// Delta debugging (Zeller, Hildebrandt: Simplifying and isolating failure-inducing input, 2002) over the faults that
/// happened. Deterministic, and bounded by a number of runs.
@usableFromInline
struct FaultShrinker {
    /// The smallest run so far.
    @usableFromInline private(set) var best: SimulationResult
    private let violation: Violation
    private let maximumAttempts: Int
    /// How many steps the part with faults had at first, and has at most.
    private let longest: Int
    private let attempt: (SimulationSettings) -> SimulationResult
    private var attempts = 0
    /// How many faults are tried alone: the latest before the violation.
    private static let alone = 64

    /// Starts with a run whose faults were recorded.
    @usableFromInline
    init(
        of first: SimulationResult,
        violation: Violation,
        maximumAttempts: Int,
        attempt: @escaping (SimulationSettings) -> SimulationResult
    ) {
        best = first
        longest = first.settings.steps
        self.violation = violation
        self.maximumAttempts = maximumAttempts
        self.attempt = attempt
    }

    /// Makes it as small as the number of runs allows.
    @usableFromInline
    mutating func shrink() {
        shorten()
        removeKinds()
        var size = Int.max
        // Fewer inputs can make a fault superfluous, and the other way round.
        while best.faults.count + best.tally.inputs < size, attempts < maximumAttempts {
            size = best.faults.count + best.tally.inputs
            findOneFault()
            removeFaults()
            removeInputs()
            shorten()
        }
        var settings = best.settings
        settings.faults = best.faults.reduce(into: []) { $0.formUnion($1.kind) }
        if settings != best.settings { _ = isEnough(settings) }
    }

    /// The report of the smallest run, made once more.
    @usableFromInline
    func shrunk(as result: SimulationResult) -> ShrunkRun? {
        guard let found = result.violation, found.isSame(as: violation) else { return nil }
        return ShrunkRun(
            result: result,
            faults: result.faults,
            faultTimes: result.faultTimes,
            recentEvents: result.recentEvents,
            attempts: attempts
        )
    }

    /// Tries settings; true, and the new best, when the same promise is broken with them.
    private mutating func isEnough(_ settings: SimulationSettings) -> Bool {
        guard attempts < maximumAttempts else { return false }
        attempts += 1
        let result = attempt(settings)
        guard let found = result.violation, found.isSame(as: violation) else { return false }
        best = result
        return true
    }

    /// Leaves out what came after the violation, or shortens the part with faults while the system still does not
    /// recover.
    private mutating func shorten() {
        guard best.hasHealed else {
            var settings = best.settings
            settings.steps = best.steps
            settings.healing = .zero
            if settings != best.settings { _ = isEnough(settings) }
            return
        }
        var isShorter = true
        while isShorter, best.settings.steps > 1 {
            var settings = best.settings
            settings.steps /= 2
            isShorter = isEnough(settings)
        }
    }

    private mutating func removeKinds() {
        var settings = best.settings
        settings.faults = []
        if isEnough(settings) { return }
        for kind in best.settings.faults.each {
            settings = withRoom()
            settings.faults.remove(kind)
            _ = isEnough(settings)
        }
    }

    /// Often one fault is enough by itself, and then most of the others need not be tried in turn.
    private mutating func findOneFault() {
        guard best.faults.count > 1 else { return }
        for fault in best.faults.suffix(Self.alone).reversed() {
            var settings = withRoom()
            settings.onlyFaults = [fault]
            if isEnough(settings) { return }
        }
    }

    /// Tries to do without ever smaller parts of the faults, down to single ones.
    private mutating func removeFaults() {
        var size = max(best.faults.count / 2, 1)
        while !best.faults.isEmpty, attempts < maximumAttempts {
            var isSmaller = false
            var start = 0
            while start < best.faults.count, attempts < maximumAttempts {
                let faults = best.faults
                let rest = faults[..<start] + faults[min(start + size, faults.count)...]
                var settings = withRoom()
                settings.onlyFaults = rest.sorted()
                if isEnough(settings) {
                    isSmaller = true
                    // Others may have gone with them, so begin again a little before.
                    start = max(0, min(start, best.faults.count - size))
                    if best.faults.isEmpty { break }
                } else {
                    start += size
                }
            }
            if size == 1 && !isSmaller { return }
            size = max(size / 2, 1)
        }
    }

    private mutating func removeInputs() {
        var low = 0
        var high = best.tally.inputs
        while low < high, attempts < maximumAttempts {
            let middle = (low + high) / 2
            var settings = withRoom()
            settings.maximumInputs = middle
            if isEnough(settings) { high = min(middle, best.tally.inputs) } else { low = middle + 1 }
        }
    }

    /// The best settings, with some more steps than it took: what is taken away can also delay the violation.
    private func withRoom() -> SimulationSettings {
        var settings = best.settings
        guard !best.hasHealed else {
            // Inputs end with the faults: with one fault less it may take more steps until as many have come.
            settings.steps = settings.steps > longest / 2 ? longest : settings.steps * 2
            return settings
        }
        let (room, overflow) = best.steps.multipliedReportingOverflow(by: 2)
        settings.steps = overflow ? best.steps : room.advanced(by: 100)
        return settings
    }
}
