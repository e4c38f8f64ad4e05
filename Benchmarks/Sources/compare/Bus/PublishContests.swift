// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

extension BusSuite {
    /// One publisher, one subscriber or eight, each in a process of its own, every message to every one of them.
    func publishContests() -> [Contest] {
        guard let nats else { return [] }
        return [
            self.publish(nats, subscribers: 1, size: 16, "1/16B"),
            self.publish(nats, subscribers: 1, size: 128, "1/128B"),
            self.publish(nats, subscribers: 1, size: 1024, "1/1KiB"),
            self.publish(nats, subscribers: 8, size: 128, "8/128B"),
        ]
    }

    private func publish(_ nats: NatsServer, subscribers: Int, size: Int, _ shape: String) -> Contest {
        func options(_ count: Int) -> [String: String] {
            ["size": String(size), "count": String(count), "subscribers": String(subscribers)]
        }
        func contender(_ variant: String) -> Contender {
            Contender(variant) { count in
                let group = ChildGroup(
                    listening: "\(variant)-publish",
                    connecting: "\(variant)-subscribe",
                    connectors: subscribers,
                    isPinned: self.isPinned
                )
                let (received, sent) = try group.run(options(count))
                return try deliveries(received, otherCPU: sent["cpu"])
            }
        }
        let baseline = Contender("nats") { count in
            let ((received, sent), cpu) = try nats.run { clients in
                let listeners = try (0..<subscribers).map { _ in
                    try clients.listener("nats-subscribe", options(count))
                }
                let publisher = try clients.connector("nats-publish", options(count))
                let received = try listeners.map { try $0.report() }
                publisher.release()
                return (received, try publisher.report())
            }
            return try deliveries(received, otherCPU: sent["cpu"] + cpu)
        }
        let seconds = self.seconds
        let least = 100_000 / subscribers
        return Contest(
            measures: [Measure("publish", unit: "deliveries/s"), Measure("publish-cpu", unit: "ns")],
            shape: shape,
            baseline: baseline,
            contenders: ["node", "c"].map(contender),
            pairing: self.isPinned ? .strict : .lenient,
            load: { max(Int(try baseline.run(least)["publish"] / Double(subscribers) * seconds), least) }
        )
    }
}

/// From the first message anywhere to the last one anywhere: all processes read one clock.
private func deliveries(_ received: [Sample], otherCPU: Double) throws -> Sample {
    let began = try received.map { sample throws in try sample["began"] }.min() ?? 0
    let ended = try received.map { sample throws in try sample["ended"] }.max() ?? 0
    let messages = try received.reduce(0) { sum, sample in sum + (try sample["messages"]) }
    let cpu = try received.reduce(otherCPU) { sum, sample in sum + (try sample["cpu"]) }
    return Sample(["publish": messages / (ended - began), "publish-cpu": cpu / messages * 1e9])
}
