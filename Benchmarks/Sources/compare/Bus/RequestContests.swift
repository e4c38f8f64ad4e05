// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

/// How many requests are sent before those that are measured.
private let warmUp = 1000
private let size = 128

extension BusSuite {
    /// One who asks and one who answers, in two processes: one request at a time, and sixteen.
    func requestContests() -> [Contest] {
        let c = Contender("c") { try self.direct("c", count: $0) }
        let node = self.nodes.map { variant in Contender(variant) { try self.direct(variant, count: $0) } }
        guard let nats else { return [self.request("request", c, node)] }
        let viaNats = Contender("nats") { try self.viaNats(nats, count: $0) }
        let versus = self.request("request-vs-nats", viaNats.renamed("request", "request-vs-nats"), node)
        return [self.request("request", c, node + [viaNats])] + (node.isEmpty ? [] : [versus])
            + [self.sixteen(nats)]
    }

    private func request(_ what: String, _ baseline: Contender, _ contenders: [Contender]) -> Contest {
        let seconds = self.seconds
        return Contest(
            measures: [
                Measure(what, unit: "µs"), Measure("\(what)-p99", unit: "µs"), Measure("\(what)-cpu", unit: "µs"),
            ],
            shape: "128B/awake",
            baseline: baseline,
            contenders: contenders.map { $0.renamed("request", what) },
            pairing: self.isPinned ? .strict : .lenient,
            load: { max(Int(seconds * 1e6 / (try baseline.run(2000)[what])), 2000) }
        )
    }

    /// A node whose tasks run on Swift's own threads, and one whose tasks run on its own.
    private var nodes: [String] { self.has("node-request") ? ["node", "node-executor"] : [] }

    /// REQ to REP, or a node to a node.
    private func direct(_ variant: String, count: Int) throws -> Sample {
        let (asked, answered) = try keepingCoresAwake {
            try self.pair(variant).run(options(count, outstanding: 1, variant))
        }
        return try oneAtATime(asked, cpu: asked["cpu"] + answered["cpu"], count)
    }

    private func pair(_ variant: String) -> ChildPair {
        let side = variant.hasPrefix("node") ? "node" : variant
        return ChildPair(
            listening: "\(side)-reply",
            connecting: "\(side)-request",
            measuring: .connecting,
            isPinned: self.isPinned
        )
    }

    private func viaNats(_ nats: NatsServer, count: Int) throws -> Sample {
        let (asked, cpu) = try keepingCoresAwake {
            try nats.run(
                listening: "nats-reply",
                connecting: "nats-request",
                measuring: .connecting,
                options(count, outstanding: 1)
            )
        }
        return try oneAtATime(asked, cpu: cpu, count)
    }

    /// Sixteen unanswered requests of one process: how many are answered a second. Here the cores are busy anyway.
    private func sixteen(_ nats: NatsServer) -> Contest {
        func viaNats(_ variant: String, connections: Int) -> Contender {
            Contender(variant) { count in
                let (asked, cpu) = try keepingCoresAwake {
                    try nats.run(
                        listening: "nats-reply",
                        connecting: "nats-request",
                        measuring: .connecting,
                        options(count, outstanding: 16, connections: connections)
                    )
                }
                return try manyAtATime(asked, cpu: cpu)
            }
        }
        let nodes = self.nodes.map { variant in
            Contender(variant) { count in
                let (asked, answered) = try keepingCoresAwake {
                    try self.pair(variant).run(options(count, outstanding: 16, variant))
                }
                return try manyAtATime(asked, cpu: asked["cpu"] + answered["cpu"])
            }
        }
        let baseline = viaNats("nats", connections: 1)
        let seconds = self.seconds
        return Contest(
            measures: [
                Measure("requests", unit: "requests/s"), Measure("requests-p50", unit: "µs"),
                Measure("requests-p99", unit: "µs"), Measure("requests-cpu", unit: "µs"),
            ],
            shape: "16/128B",
            baseline: baseline,
            contenders: nodes + [viaNats("nats-16-connections", connections: 16)],
            pairing: self.isPinned ? .strict : .lenient,
            load: { max(Int(try baseline.run(20_000)["requests"] * seconds), 20_000) / 16 * 16 }
        )
    }
}

private func options(
    _ count: Int,
    outstanding: Int,
    connections: Int = 1,
    _ variant: String = ""
) -> [String: String] {
    [
        "size": String(size), "count": String(count), "warm-up": String(warmUp), "outstanding": String(outstanding),
        "connections": String(connections), "executor": variant == "node-executor" ? "1" : "0",
    ]
}

private func oneAtATime(_ asked: Sample, cpu: Double, _ count: Int) throws -> Sample {
    Sample([
        "request": try asked["p50"] / 1e3,
        "request-p99": try asked["p99"] / 1e3,
        "request-cpu": cpu / Double(count) * 1e6,
    ])
}

private func manyAtATime(_ asked: Sample, cpu: Double) throws -> Sample {
    Sample([
        "requests": try asked["messages"] / asked["seconds"],
        "requests-p50": try asked["p50"] / 1e3,
        "requests-p99": try asked["p99"] / 1e3,
        "requests-cpu": cpu / (try asked["messages"]) * 1e6,
    ])
}

extension Contender {
    /// The same with other names for what it measured: "request", "request-p99" as "request-vs-nats", "….-p99".
    func renamed(_ old: String, _ new: String) -> Contender {
        guard old != new else { return self }
        return Contender(self.variant) { load in
            let sample = try self.run(load)
            return Sample(
                Dictionary(
                    uniqueKeysWithValues: sample.values.map { name, value in
                        (name.hasPrefix(old) ? new + name.dropFirst(old.count) : name, value)
                    }
                )
            )
        }
    }
}
