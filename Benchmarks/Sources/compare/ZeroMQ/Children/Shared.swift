// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Foundation
import Harness
import Histogram

/// The median and the 99th percentile of latencies in nanoseconds, as a child's report.
func percentiles(of latencies: [UInt64], cpu: Double) -> Sample {
    var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
    for latency in latencies { histogram.record(latency) }
    return Sample([
        "p50": Double(histogram.valueAtPercentile(50)),
        "p99": Double(histogram.valueAtPercentile(99)),
        "cpu": cpu,
    ])
}

/// Where a sender with a stopped receiver connects to.
func stoppedEndpoint(_ transport: String) -> String {
    switch transport {
    case "inproc": "inproc://stopped"
    case "ipc": "ipc://*"
    default: "tcp://127.0.0.1:*"
    }
}

/// Waits until a sender has got stuck, then watches this process's memory.
func watchStopped(seconds: Double, accepted: () -> UInt64) throws -> Sample {
    var last: UInt64 = 0
    var quiet = 0
    while quiet < 20 {
        Thread.sleep(forTimeInterval: 0.1)
        let now = accepted()
        quiet = now == last && now > 0 ? quiet + 1 : 0
        last = now
    }
    let before = cb_resident()
    Thread.sleep(forTimeInterval: seconds)
    return Sample([
        "accepted": Double(accepted()),
        "growth": Double(cb_resident()) - Double(before),
        "peak": Double(cb_peak()),
    ])
}
