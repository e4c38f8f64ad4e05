// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

extension ZeroMQSuite {
    /// PUSH to PULL over tcp beside pyzmq, blocking and with asyncio; none when pyzmq is not installed.
    func pyzmqContests() -> [Contest] {
        guard let pyzmq else { return [] }
        return [
            self.contest("vs-pyzmq", pyzmq, "blocking", ["exclusive", "async"]),
            self.contest("vs-pyzmq-asyncio", pyzmq, "asyncio", ["async"]),
        ]
    }

    private func contest(_ what: String, _ pyzmq: PyZMQ, _ mode: String, _ variants: [String]) -> Contest {
        let size = 64
        let baseline = Contender("pyzmq-\(mode)") { count in
            let (receiver, sender) = (pyzmq.child("pull", mode), pyzmq.child("push", mode))
            return try renamed(twoProcesses(receiver: receiver, sender: sender, size: size, count: count), what)
        }
        let seconds = self.seconds
        return Contest(
            measures: [Measure(what, unit: "messages/s")],
            shape: "tcp/\(size)",
            baseline: baseline,
            contenders: variants.map { variant in
                // As many messages as in the contests with C: what pyzmq moves in a second is too few to tell.
                Contender(variant) { count in
                    let (receiver, sender) = (ChildKind("\(variant)-pull"), ChildKind("\(variant)-push"))
                    let count = max(count, 2_000_000)
                    return try renamed(twoProcesses(receiver: receiver, sender: sender, size: size, count: count), what)
                }
            },
            // asyncio scatters too widely to be held against the contest; the ratios are far from their bars.
            pairing: .lenient,
            load: { max(Int(try baseline.run(20_000)[what] * seconds), 20_000) }
        )
    }
}

private func renamed(_ sample: Sample, _ what: String) throws -> Sample {
    Sample([what: try sample["throughput"]])
}
