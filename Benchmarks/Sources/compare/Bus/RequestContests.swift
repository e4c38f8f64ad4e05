// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

/// How many requests are sent before those that are measured.
private let warmUp = 1000
private let size = 128
/// A node whose tasks run on Swift's own threads, and one whose tasks run on its own.
private let nodes = ["node", "node-executor"]

extension BusSuite {
    /// One who asks and one who answers, in two processes: one request at a time, and sixteen.
    func requestContests() -> [Contest] {
        let c = Contender("c") { try self.direct("c", count: $0) }
        let node = nodes.map { variant in Contender(variant) { try self.direct(variant, count: $0) } }
        guard let nats else { return [self.request("request", c, node)] }
        let viaNats = Contender("nats") { try self.viaNats(nats, count: $0) }
        let versus = self.request("request-vs-nats", viaNats.renamed("request", "request-vs-nats"), node)
        return [self.request("request", c, node + [viaNats]), versus] + self.sixteen(nats)
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

    /// Sixteen unanswered requests of one process: how many are answered a second.
    ///
    /// Against one connection to nats-server that has all sixteen under way, which no client does faster; against
    /// sixteen connections with one each, which is about what nats.go does for sixteen goroutines; and what libzmq
    /// itself does without anything on top.
    private func sixteen(_ nats: NatsServer) -> [Contest] {
        let one = self.many("nats", nats, connections: 1)
        let each = self.many("nats-16-connections", nats, connections: 16)
        let nodes = nodes.map { variant in
            Contender(variant) { count in
                let (asked, answered) = try keepingCoresAwake {
                    try self.pair(variant).run(options(count, outstanding: 16, variant))
                }
                return try manyAtATime(asked, cpu: asked["cpu"] + answered["cpu"])
            }
        }
        let versus = each.renamed("requests", "requests-vs-16")
        let bare = [bareDealers("c", sockets: 1), bareDealers("c-16-sockets", sockets: 16)]
        return [
            self.sixteen("requests", one, nodes + [each]),
            self.sixteen("requests-vs-16", versus, nodes.map { $0.renamed("requests", "requests-vs-16") }),
            Contest(
                measures: [Measure("requests-bare", unit: "requests/s"), Measure("requests-bare-cpu", unit: "µs")],
                shape: "16/128B",
                baseline: one.renamed("requests", "requests-bare"),
                contenders: bare,
                pairing: self.isPinned ? .strict : .lenient,
                load: self.load(one)
            ),
        ]
    }

    private func sixteen(_ what: String, _ baseline: Contender, _ contenders: [Contender]) -> Contest {
        Contest(
            measures: [
                Measure(what, unit: "requests/s"), Measure("\(what)-p50", unit: "µs"),
                Measure("\(what)-p99", unit: "µs"), Measure("\(what)-cpu", unit: "µs"),
            ],
            shape: "16/128B",
            baseline: baseline,
            contenders: contenders,
            pairing: self.isPinned ? .strict : .lenient,
            load: self.load(baseline, what)
        )
    }

    private func load(_ baseline: Contender, _ what: String = "requests") -> () throws -> Int {
        let seconds = self.seconds
        return { max(Int(try baseline.run(20_000)[what] * seconds), 20_000) / 16 * 16 }
    }

    private func many(_ variant: String, _ nats: NatsServer, connections: Int) -> Contender {
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
}

/// DEALERs that have sixteen messages under way to a ROUTER, which sends them back: C, and nothing on top.
private func bareDealers(_ variant: String, sockets: Int) -> Contender {
    Contender(variant) { count in
        let (asked, answered) = try keepingCoresAwake {
            try ChildPair(listening: "c-router", connecting: "c-dealers", measuring: .connecting).run([
                "size": String(size), "count": String(count), "peers": String(sockets), "window": String(16 / sockets),
            ])
        }
        return Sample([
            "requests-bare": try asked["messages"] / asked["seconds"],
            "requests-bare-cpu": try (asked["cpu"] + answered["cpu"]) / asked["messages"] * 1e6,
        ])
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
