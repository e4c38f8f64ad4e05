// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

/// How many messages are sent before those that are measured.
private let warmUp = 1000
private let size = 128
/// Nanoseconds between two messages of 10 000 a second.
private let interval = 100_000

extension BusSuite {
    /// How long a message is on its way from one process to another: one at a time, and at 10 000 a second.
    func oneWayContests() -> [Contest] {
        self.oneAtATime() + self.paced()
    }

    /// Each message is sent when the one before was echoed by an empty one.
    private func oneAtATime() -> [Contest] {
        let c = self.direct("c", interval: 0)
        let variants = ["node", "node-executor"]
        let node = variants.map { self.direct($0, interval: 0) }
        let seconds = self.seconds
        func contest(_ what: String, _ baseline: Contender, _ contenders: [Contender]) -> Contest {
            let baseline = baseline.renamed("one-way", what)
            return Contest(
                measures: [Measure(what, unit: "µs"), Measure("\(what)-p99", unit: "µs")],
                shape: "128B/awake",
                baseline: baseline,
                contenders: contenders.map { $0.renamed("one-way", what) },
                pairing: self.isPinned ? .strict : .lenient,
                // There and back.
                load: { max(Int(seconds * 1e6 / (try baseline.run(2000)[what]) / 2), 2000) }
            )
        }
        guard let nats else { return [contest("one-way", c, node)] }
        let viaNats = self.viaNats(nats, interval: 0)
        return [contest("one-way", c, node + [viaNats]), contest("one-way-vs-nats", viaNats, node)]
    }

    /// The 99th percentile decides: what batching may cost those who send little.
    private func paced() -> [Contest] {
        let variants = ["node-inline", "node-batching"]
        let nodes = variants.map { self.direct($0, interval: interval) }
        let viaNats = [self.nats].compactMap { $0 }.map { self.viaNats($0, interval: interval) }
        let count = max(Int(self.seconds * 1e9) / interval, 2000)
        func contest(_ what: String, _ baseline: Contender, _ contenders: [Contender]) -> Contest {
            Contest(
                measures: [Measure(what, unit: "µs"), Measure("\(what)-p50", unit: "µs")],
                shape: "10k/awake",
                baseline: pacedNames(baseline, what),
                contenders: contenders.map { pacedNames($0, what) },
                pairing: .lenient,
                load: { count }
            )
        }
        return [
            contest("paced", self.direct("c", interval: interval), nodes + viaNats),
            contest("paced-batching", nodes[0], [nodes[1]]),
        ]
    }

    /// DEALER to ROUTER, or a node to a node. The variant of a node says whether it batches, and where its tasks run.
    private func direct(_ variant: String, interval: Int) -> Contender {
        let side = variant.hasPrefix("node") ? "node" : variant
        return Contender(variant) { count in
            let pair = ChildPair(
                listening: "\(side)-one-way-receive",
                connecting: "\(side)-one-way-send",
                measuring: .listening,
                isPinned: self.isPinned
            )
            let how = [
                "batching": variant == "node-inline" ? "0" : "1", "executor": variant == "node-executor" ? "1" : "0",
            ]
            return try keepingCoresAwake {
                let merged = options(count, interval: interval).merging(how) { $1 }
                return try oneWay(pair.run(merged).measured)
            }
        }
    }

    private func viaNats(_ nats: NatsServer, interval: Int) -> Contender {
        Contender("nats") { count in
            try keepingCoresAwake {
                let run = try nats.run(
                    listening: "nats-one-way-receive",
                    connecting: "nats-one-way-send",
                    measuring: .listening,
                    options(count, interval: interval)
                )
                return try oneWay(run.measured)
            }
        }
    }
}

private func options(_ count: Int, interval: Int) -> [String: String] {
    ["size": String(size), "count": String(count), "warm-up": String(warmUp), "interval": String(interval)]
}

private func oneWay(_ received: Sample) throws -> Sample {
    Sample(["one-way": try received["p50"] / 1e3, "one-way-p99": try received["p99"] / 1e3])
}

/// The same run with its 99th percentile as the first measure.
private func pacedNames(_ contender: Contender, _ what: String) -> Contender {
    Contender(contender.variant) { load in
        let sample = try contender.run(load)
        return Sample([what: try sample["one-way-p99"], "\(what)-p50": try sample["one-way"]])
    }
}
