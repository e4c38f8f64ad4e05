// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

/// Throughput, round trips, idle CPU, allocations and memory of the typed sockets, beside C.
struct ZeroMQSuite: Suite {
    let name = "zeromq"
    let seconds: Double
    let idleSeconds: Double
    let stoppedSeconds: Double
    /// Whom to compare with where it is installed.
    let pyzmq: PyZMQ?

    var bars: [Bar] { ZeroMQSuite.bars + (self.pyzmq == nil ? [] : ZeroMQSuite.pyzmqBars) }

    private static let pyzmqBars: [Bar] = [
        Bar("vs-pyzmq/tcp/64/async", .ratio, .atLeast, 3),
        Bar("vs-pyzmq-asyncio/tcp/64/async", .ratio, .atLeast, 10),
    ]

    private static let bars: [Bar] = [
        Bar("throughput/tcp/64/exclusive", .ratio, .atLeast, 0.95),
        Bar("throughput/tcp/1024/exclusive", .ratio, .atLeast, 0.95),
        Bar("throughput/inproc/64/exclusive", .ratio, .atLeast, 0.95),
        Bar("throughput/inproc/1024/exclusive", .ratio, .atLeast, 0.95),
        Bar("throughput/tcp/64/async", .ratio, .atLeast, 0.90),
        Bar("throughput/tcp/1024/async", .ratio, .atLeast, 0.95),
        Bar("throughput/tcp/64/batch", .ratio, .atLeast, 0.90),
        Bar("throughput/inproc/64/batch", .ratio, .atLeast, 0.65),
        Bar("roundtrip-p50/tcp/64/async", .ratio, .atMost, 1.4),
        Bar("roundtrip-p50/tcp/64/executor", .ratio, .atMost, 1.2),
        Bar("fan-out/tcp/64/exclusive", .ratio, .atLeast, 0.9),
        Bar("idle-cpu/tcp/0/async", .value, .below, 0.1),
        Bar("allocations/tcp/64/async", .surplus, .atMost, 0.25),
        Bar("allocations/tcp/64/batch", .surplus, .atMost, 0.25),
        Bar("allocations/tcp/64/exclusive", .surplus, .atMost, 0.25),
        Bar("stopped-accepted/inproc/64/async", .value, .equal, 2000),
        Bar("stopped-accepted/tcp/64/async", .ratio, .atMost, 1.5),
        Bar("stopped-accepted/ipc/64/async", .ratio, .atMost, 1.5),
        Bar("stopped-growth/inproc/64/async", .value, .atMost, 262_144),
        Bar("stopped-growth/tcp/64/async", .value, .atMost, 262_144),
        Bar("stopped-growth/ipc/64/async", .value, .atMost, 262_144),
    ]

    func contests() -> [Contest] {
        self.throughputContests() + self.roundTripContests() + self.fanOutContests() + self.echoContests()
            + self.pyzmqContests() + self.quietContests()
    }

    /// What this suite's child processes do, by name.
    static let children: [String: @Sendable (ChildOptions) throws -> Sample] =
        cChildren
        .merging(throughputChildren) { $1 }
        .merging(roundTripChildren) { $1 }
        .merging(fanOutChildren) { $1 }
        .merging(echoChildren) { $1 }
        .merging(quietChildren) { $1 }
}
