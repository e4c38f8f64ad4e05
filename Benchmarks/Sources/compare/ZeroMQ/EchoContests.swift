// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

extension ZeroMQSuite {
    /// 100 DEALERs in one process keep ten messages each on the way to a ROUTER in another, which sends them back.
    func echoContests() -> [Contest] {
        func contender(_ variant: String, _ router: ChildKind, _ dealers: ChildKind) -> Contender {
            Contender(variant) { try echo(router, dealers, count: $0) }
        }
        let baseline = contender("c", "c-router", "c-dealers")
        let seconds = self.seconds
        return [
            Contest(
                measures: [Measure("echo-100-peers", unit: "round trips/s"), Measure("cpu-per-echo", unit: "ns")],
                shape: "tcp/64",
                baseline: baseline,
                contenders: [
                    contender("async", "async-router", "async-dealers"),
                    contender("async-router", "async-router", "c-dealers"),
                    contender("batch-router", "batch-router", "c-dealers"),
                    contender("exclusive-router", "exclusive-router", "c-dealers"),
                    contender("async-dealers", "c-router", "async-dealers"),
                ],
                load: { max(Int(try baseline.run(50_000)["echo-100-peers"] * seconds), 50_000) }
            )
        ]
    }
}

private func echo(_ router: ChildKind, _ dealers: ChildKind, count: Int) throws -> Sample {
    let pair = ChildPair(listening: router, connecting: dealers, measuring: .connecting)
    let options = ["size": "64", "count": String(count), "peers": "100", "window": "10"]
    let (asked, answered) = try pair.run(options)
    let messages = try asked["messages"]
    return Sample([
        "echo-100-peers": messages / (try asked["seconds"]),
        "cpu-per-echo": (try asked["cpu"] + answered["cpu"]) / messages * 1e9,
    ])
}
