// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

/// How many subscribers the publisher has, each in a process of its own.
private let subscribers = 8

extension ZeroMQSuite {
    /// PUB to eight SUBs, deliveries counted; nothing is dropped on either side.
    func fanOutContests() -> [Contest] {
        func contender(_ variant: String, _ publisher: ChildKind, _ subscriber: ChildKind) -> Contender {
            Contender(variant) { try fanOut(publisher, subscriber, size: 64, count: $0) }
        }
        let baseline = contender("c", "c-publish", "c-subscribe")
        let seconds = self.seconds
        return [
            Contest(
                measures: [Measure("fan-out", unit: "deliveries/s"), Measure("cpu-per-delivery", unit: "ns")],
                shape: "tcp/64",
                baseline: baseline,
                contenders: [
                    contender("exclusive", "exclusive-publish", "exclusive-subscribe"),
                    contender("async", "async-publish", "async-subscribe"),
                    contender("async-publish", "async-publish", "c-subscribe"),
                    contender("async-subscribe", "c-publish", "async-subscribe"),
                    contender("batch", "async-publish", "batch-subscribe"),
                ],
                load: { max(Int(try baseline.run(50_000)["fan-out"] / Double(subscribers) * seconds), 50_000) }
            )
        ]
    }
}

private func fanOut(_ publisher: ChildKind, _ subscriber: ChildKind, size: Int, count: Int) throws -> Sample {
    let group = ChildGroup(listening: publisher, connecting: subscriber, connectors: subscribers)
    let options = ["size": String(size), "count": String(count), "subscribers": String(subscribers)]
    let (received, sent) = try group.run(options)
    // All processes read one clock: the first message anywhere to the last one anywhere.
    let began = try received.map { sample throws in try sample["began"] }.min() ?? 0
    let ended = try received.map { sample throws in try sample["ended"] }.max() ?? 0
    let deliveries = try received.reduce(0) { sum, sample in sum + (try sample["messages"]) }
    let cpu = try received.reduce(try sent["cpu"]) { sum, sample in sum + (try sample["cpu"]) }
    return Sample(["fan-out": deliveries / (ended - began), "cpu-per-delivery": cpu / deliveries * 1e9])
}
