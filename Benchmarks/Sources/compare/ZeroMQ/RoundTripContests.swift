// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

extension ZeroMQSuite {
    /// REQ to REP and back, one request at a time, in two processes.
    func roundTripContests() -> [Contest] {
        func contender(_ variant: String) -> Contender {
            Contender(variant) { try roundTrip(variant, size: 64, count: $0) }
        }
        let baseline = contender("c")
        let seconds = self.seconds
        return [
            Contest(
                measures: [
                    Measure("roundtrip-p50", unit: "µs"),
                    Measure("roundtrip-p99", unit: "µs"),
                    Measure("roundtrip-cpu", unit: "µs"),
                ],
                shape: "tcp/64",
                baseline: baseline,
                contenders: [contender("async"), contender("executor")],
                load: { max(Int(seconds * 1e6 / (try baseline.run(2_000)["roundtrip-p50"])), 2_000) }
            )
        ]
    }
}

private func roundTrip(_ variant: String, size: Int, count: Int) throws -> Sample {
    let pair = ChildPair(listening: "\(variant)-reply", connecting: "\(variant)-request", measuring: .connecting)
    let options = ["size": String(size), "count": String(count), "warm-up": "1000"]
    let (asked, answered) = try pair.run(options)
    return Sample([
        "roundtrip-p50": try asked["p50"] / 1e3,
        "roundtrip-p99": try asked["p99"] / 1e3,
        "roundtrip-cpu": (try asked["cpu"] + answered["cpu"]) / Double(count) * 1e6,
    ])
}
