// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Simulations
import SinewCommandCore

/// What the runs of a simulation came to.
struct SimulationTotal {
    private let name: String
    private var passed = 0
    private(set) var failed = 0
    private var events = 0
    private var hash: String?
    private var duration = Duration.zero

    init(_ name: String) { self.name = name }

    /// Adds a run. The time that a failure's report takes counts for nothing: much of it is spent on other runs.
    mutating func add(_ run: SimulationRun, duration: Duration) {
        hash = passed + failed == 0 ? run.hash : nil
        guard run.failure == nil else {
            failed += 1
            return
        }
        passed += 1
        events += run.steps
        self.duration += duration
    }

    private var seconds: Double { duration / .seconds(1) }
    private var eventsPerSecond: Int { seconds > 0 ? Int(Double(events) / seconds) : 0 }

    /// One line.
    var text: String {
        let rate = failed > 0 && passed == 0 ? "" : "; \(events) events, \(eventsPerSecond) events/s"
        let run = hash.map { "; hash \($0)" } ?? ""
        return "\(name): \(passed) seeds passed, \(failed) failed\(rate)\(run)"
    }

    /// One line with an object.
    var json: [UInt8] {
        var members: [(String, [UInt8])] = [
            ("name", JSONText.string(name)),
            ("passed", Array("\(passed)".utf8)),
            ("failed", Array("\(failed)".utf8)),
            ("events", Array("\(events)".utf8)),
            ("eventsPerSecond", Array("\(eventsPerSecond)".utf8)),
        ]
        if let hash { members.append(("hash", JSONText.string(hash))) }
        return JSONText.object(members) + [0x0A]
    }
}
