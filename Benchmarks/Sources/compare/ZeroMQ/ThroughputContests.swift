// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// What a throughput run measures.
private let throughputMeasures = [
    Measure("throughput", unit: "messages/s"),
    Measure("cpu-per-message", unit: "ns"),
]

extension ZeroMQSuite {
    /// PUSH to PULL, in every transport and size.
    func throughputContests() -> [Contest] {
        let sizes = [64, 1024, 65_536]
        return sizes.map { self.tcp($0) } + sizes.map { self.inproc($0, pinned: true) }
            + sizes.map { self.inproc($0, pinned: false) }
    }

    private func tcp(_ size: Int) -> Contest {
        func contender(_ variant: String, _ receiver: ChildKind, _ sender: ChildKind) -> Contender {
            Contender(variant) { try twoProcesses(receiver: receiver, sender: sender, size: size, count: $0) }
        }
        let baseline = contender("c", "c-pull", "c-push")
        return Contest(
            measures: throughputMeasures,
            shape: "tcp/\(size)",
            baseline: baseline,
            contenders: [
                contender("exclusive", "exclusive-pull", "exclusive-push"),
                contender("async", "async-pull", "async-push"),
                contender("async-send", "c-pull", "async-push"),
                contender("async-receive", "async-pull", "c-push"),
                contender("batch", "batch-pull", "async-push"),
                contender("batch-receive", "batch-pull", "c-push"),
            ],
            load: self.load(of: baseline, size: size)
        )
    }

    private func inproc(_ size: Int, pinned: Bool) -> Contest {
        func contender(_ variant: String) -> Contender {
            Contender(variant) { try oneProcess("\(variant)-inproc", size: size, count: $0, pinned: pinned) }
        }
        let baseline = contender("c")
        return Contest(
            measures: throughputMeasures,
            shape: "\(pinned ? "inproc" : "inproc-free")/\(size)",
            baseline: baseline,
            contenders: [contender("exclusive"), contender("async"), contender("batch")],
            // Where two free threads land is chance: their rate says nothing about the machine's mood.
            pairing: pinned ? .strict : .lenient,
            load: self.load(of: baseline, size: size)
        )
    }

    /// As many messages as the baseline moves in the time asked for; small messages at least two million.
    private func load(of baseline: Contender, size: Int) -> () throws -> Int {
        let least = size <= 64 ? 2_000_000 : 2_000
        let trial = size <= 64 ? 400_000 : size <= 1024 ? 100_000 : 5_000
        let seconds = self.seconds
        return {
            let rate = try baseline.run(trial)["throughput"]
            return max(Int(rate * seconds), seconds < 0.5 ? least / 4 : least)
        }
    }
}

func twoProcesses(receiver: ChildKind, sender: ChildKind, size: Int, count: Int) throws -> Sample {
    let pair = ChildPair(listening: receiver, connecting: sender, measuring: .listening)
    let (received, sent) = try pair.run(["size": String(size), "count": String(count)])
    return try throughput(of: received, cpu: received["cpu"] + sent["cpu"])
}

private func oneProcess(_ name: String, size: Int, count: Int, pinned: Bool) throws -> Sample {
    let options = ["size": String(size), "count": String(count), "core": pinned ? "0" : "-1"]
    let report = try ChildProcess(ChildKind(name), options).report()
    return try throughput(of: report, cpu: report["cpu"])
}

private func throughput(of report: Sample, cpu: Double) throws -> Sample {
    let messages = try report["messages"]
    return Sample([
        "throughput": messages / (try report["seconds"]),
        "cpu-per-message": cpu / messages * 1e9,
    ])
}
