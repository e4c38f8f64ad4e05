// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PipelineCore

/// Counts again, sequentially, compares, prints, and fails when anything is not as it should be.
func conclude(_ harvest: Sink.Harvest, since began: ContinuousClock.Instant, _ output: OutputOptions) async throws {
    let elapsed = ContinuousClock.now - began
    var bar = ProgressBar()
    let sequential = try await FileReading.countSequentially(harvest.tally.paths) { bytes in
        bar.draw("checking", done: bytes, of: harvest.tally.announced?.totalBytes)
    }
    bar.clear()
    let report = Report(
        tally: harvest.tally,
        verdict: Verdict(of: harvest.tally, against: sequential),
        failure: harvest.failure,
        badMessages: harvest.badMessages,
        elapsed: elapsed
    )
    for line in report.complaints { note(line) }
    print(output.json ? report.json : report.text(top: output.top))
    if !report.isGood { throw ExitCode.failure }
}

extension ProgressBar {
    /// Draws how far a run has come.
    mutating func draw(_ tally: Tally) {
        let jobs = tally.announced.map { " of \($0.jobs)" } ?? ""
        draw("counting", done: tally.bytesDone, of: tally.announced?.totalBytes, "\(tally.outcomes.count)\(jobs) files")
    }
}
