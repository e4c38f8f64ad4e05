// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Harness

/// What every suite's command takes.
struct SuiteOptions: ParsableArguments {
    @Flag(help: "Print one JSON object a line instead of the table.")
    var json = false

    @Option(help: "Measure only the metrics whose name contains this text.")
    var filter: String?

    @Option(
        help: """
            How many pairs of runs each ratio is the median of at least; 5 or more for figures to rely on. Where there \
            is a bar, up to four times as many are run until the median is known to 1.5 %.
            """
    )
    var pairs = 5

    @Option(help: "About how many seconds one throughput run takes.")
    var seconds = 1.0

    @Option(help: "How often a contest is measured before a baseline that disagrees with itself makes it void.")
    var attempts = 2

    func validate() throws {
        guard self.pairs >= 1 else { throw ValidationError("--pairs must be 1 or more") }
        guard self.attempts >= 1 else { throw ValidationError("--attempts must be 1 or more") }
        guard self.seconds > 0, self.seconds <= 60 else { throw ValidationError("--seconds must be in 0…60") }
    }

    /// Measures what the filter leaves of the suite and prints it; exits with 3 when a contest stayed void, and with 1
    /// when a bar was missed.
    func measure(_ suite: some Suite, about: String) throws {
        let contests = suite.contests().compactMap { $0.filtered(by: self.filter) }
        guard !contests.isEmpty else { throw ValidationError("no metric's name contains '\(self.filter ?? "")'") }
        let bars = Dictionary(suite.bars.map { ($0.metric, $0) }) { first, _ in first }
        let rounds = Rounds(suite: suite.name, pairs: self.pairs, isJudged: { bars[$0] != nil }, progress: { note($0) })
        var table = Table()
        var voided: [String] = []
        // A bar whose metric is not measured is missed, unless it was filtered out.
        var missed = self.filter == nil ? Set(bars.keys) : []
        for contest in contests {
            let outcome = try self.measure(contest, rounds)
            if outcome.void { voided.append(contest.metric(contest.measures[0], "*")) }
            for row in outcome.rows {
                if self.json { print(row.json) }
                table.add(row, bar: bars[row.metric], void: outcome.void)
                guard let bar = bars[row.metric] else { continue }
                missed.remove(row.metric)
                if !outcome.void, !bar.passes(row) { missed.insert(row.metric) }
            }
            fflush(nil)
        }
        if !self.json {
            print("\(machineDescription()); \(about)\n\n\(table.text)\n")
            if self.pairs < 5 { print("Fewer than 5 pairs: a quick look, not figures to rely on.") }
        }
        guard voided.isEmpty else {
            note("void: the baseline disagreed with itself by more than 5 % in \(voided.joined(separator: ", "))")
            throw ExitCode(3)
        }
        guard missed.isEmpty else {
            note("missed: the bars of \(missed.sorted().joined(separator: ", "))")
            throw ExitCode(1)
        }
    }

    private func measure(_ contest: Contest, _ rounds: Rounds) throws -> Rounds.Outcome {
        var outcome = try rounds.run(contest)
        for _ in 1..<max(self.attempts, 1) where outcome.void {
            note("the baseline disagreed with itself: once more")
            outcome = try rounds.run(contest)
        }
        return outcome
    }
}

/// Writes a line to standard error.
func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
