// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Runs a contest: baseline and contenders in turn, so that both see the machine in the same mood.
package struct Rounds {
    /// The rows of a contest, and whether the baseline agreed with itself while they were measured.
    package struct Outcome: Sendable {
        package var rows: [Row]
        package var void: Bool
    }

    /// What the median of "baseline again" may be.
    package static let tolerance: ClosedRange<Double> = 0.95...1.05

    /// How well the median of a metric that has a bar must be known before the contest ends, and how many times the
    /// pairs asked for may be run for that. Whether the bar is met has no say in it.
    package static let precision = 0.015
    package static let patience = 4

    package let suite: String
    package let pairs: Int
    /// Whether a metric has a bar.
    package let isJudged: (String) -> Bool
    /// Told about every run as it ends.
    package let progress: (String) -> Void

    package init(
        suite: String,
        pairs: Int,
        isJudged: @escaping (String) -> Bool = { _ in false },
        progress: @escaping (String) -> Void
    ) {
        self.suite = suite
        self.pairs = pairs
        self.isJudged = isJudged
        self.progress = progress
    }

    /// One run of the baseline and one of each contender when the contest says so; else one run of the baseline before
    /// and after every run of a contender: A B A C A, A B A C A, …
    package func run(_ contest: Contest) throws -> Outcome {
        let load = try contest.load()
        let once = contest.pairing == .once
        var baseline = [try self.run(contest, contest.baseline, load)]
        var samples: [[Sample]] = Array(repeating: [], count: contest.contenders.count)
        // The baseline's run just before each contender's; the one just after is the next.
        var places: [[Int]] = Array(repeating: [], count: contest.contenders.count)
        for round in 0..<(once ? 1 : self.pairs * Rounds.patience) {
            if round >= self.pairs, try self.isPrecise(contest, baseline, samples, places) { break }
            for (index, contender) in contest.contenders.enumerated() {
                places[index].append(baseline.count - 1)
                samples[index].append(try self.run(contest, contender, load))
                if !once { baseline.append(try self.run(contest, contest.baseline, load)) }
            }
        }
        return try self.outcome(contest, baseline, samples, places)
    }

    private func run(_ contest: Contest, _ contender: Contender, _ load: Int) throws -> Sample {
        let sample = try contender.run(load)
        let measure = contest.measures[0]
        let value = compact(try sample[measure.what])
        self.progress("\(contest.metric(measure, contender.variant))  \(value) \(measure.unit)")
        return sample
    }

    /// Whether the ratios of all metrics with a bar are known well enough.
    private func isPrecise(
        _ contest: Contest,
        _ baseline: [Sample],
        _ samples: [[Sample]],
        _ places: [[Int]]
    ) throws -> Bool {
        let measure = contest.measures[0]
        let yardstick = try baseline.map { sample throws in try sample[measure.what] }
        for (index, contender) in contest.contenders.enumerated()
        where self.isJudged(contest.metric(measure, contender.variant)) {
            let values = try samples[index].map { sample throws in try sample[measure.what] }
            let ratios = Rounds.ratios(values, places[index], yardstick)
            guard errorOfMedian(ratios) <= Rounds.precision else { return false }
        }
        return true
    }

    private func outcome(
        _ contest: Contest,
        _ baseline: [Sample],
        _ samples: [[Sample]],
        _ places: [[Int]]
    ) throws -> Outcome {
        var outcome = Outcome(rows: [], void: false)
        for (number, measure) in contest.measures.enumerated() {
            let yardstick = try baseline.map { sample throws in try sample[measure.what] }
            for (index, contender) in contest.contenders.enumerated() {
                let values = try samples[index].map { sample throws in try sample[measure.what] }
                let ratios = Rounds.ratios(values, places[index], yardstick)
                outcome.rows.append(self.row(contest, measure, contender.variant, values, yardstick, ratios))
            }
            guard contest.pairing != .once else { continue }
            let again = zip(yardstick, yardstick.dropFirst()).compactMap { Rounds.ratio($1, to: $0) }
            let name = "\(contest.baseline.variant)-again"
            let row = self.row(contest, measure, name, Array(yardstick.dropFirst()), yardstick, again)
            outcome.rows.append(row)
            if number == 0, contest.pairing == .strict {
                outcome.void = !(row.ratio.map { Rounds.tolerance.contains($0.median) } ?? false)
            }
        }
        return outcome
    }

    private func row(
        _ contest: Contest,
        _ measure: Measure,
        _ variant: String,
        _ values: [Double],
        _ yardstick: [Double],
        _ ratios: [Double]
    ) -> Row {
        Row(
            suite: self.suite,
            metric: contest.metric(measure, variant),
            value: median(values),
            unit: measure.unit,
            baseline: contest.baseline.variant,
            baselineValue: median(yardstick),
            ratio: Spread(ratios),
            pairs: values.count
        )
    }

    /// The ratio of each value to the mean of the baseline's before and after it.
    private static func ratios(_ values: [Double], _ places: [Int], _ yardstick: [Double]) -> [Double] {
        zip(values, places).compactMap { value, place in
            let after = min(place + 1, yardstick.count - 1)
            return Rounds.ratio(value, to: (yardstick[place] + yardstick[after]) / 2)
        }
    }

    private static func ratio(_ value: Double, to yardstick: Double) -> Double? {
        yardstick > 0 ? value / yardstick : nil
    }
}
