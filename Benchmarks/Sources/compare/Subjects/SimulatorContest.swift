// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// How many events a second the simulator runs of this package's own machines, with their invariants.
///
/// The simulations are internal to the package, so `sinew` runs them: a process, one thread, the seeds from 0 on.
struct SimulatorContest {
    private let tool: URL
    private let seeds: Int

    /// nil when `sinew` is not built for release.
    init?(seeds: Int = 8) {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../..")
        tool = root.appending(path: ".build/release/sinew").standardizedFileURL
        self.seeds = seeds
        guard FileManager.default.isExecutableFile(atPath: tool.path) else { return nil }
    }

    /// Both simulations; the first stands where others have C.
    var contest: Contest {
        func contender(_ name: String) -> Contender {
            Contender(name) { seeds in Sample(["events": try eventsPerSecond(of: name, seeds)]) }
        }
        let seeds = seeds
        return Contest(
            measures: [Measure("events", unit: "events/s")],
            shape: "simulator/50-nodes",
            baseline: contender("interest"),
            contenders: [contender("membership")],
            pairing: .lenient,
            load: { seeds }
        )
    }

    private struct Report: Decodable {
        let failed: Int
        let eventsPerSecond: Double
    }

    private func eventsPerSecond(of name: String, _ seeds: Int) throws -> Double {
        let process = Process()
        let output = Pipe()
        process.executableURL = tool
        process.arguments = ["sim", name, "--nodes", "50", "--seeds", String(seeds), "--json"]
        process.standardOutput = output
        try process.run()
        let lines = output.fileHandleForReading.readDataToEndOfFile().split(separator: 0x0A)
        process.waitUntilExit()
        guard let last = lines.last, let report = try? JSONDecoder().decode(Report.self, from: Data(last)) else {
            throw HarnessError("'sinew sim \(name)' ended with \(process.terminationStatus) and no figures")
        }
        guard report.failed == 0 else { throw HarnessError("'sinew sim \(name)' found a promise broken") }
        return report.eventsPerSecond
    }
}
