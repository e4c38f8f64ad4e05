// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

/// Throughput, latency, failover and idle CPU of a node on the bus, beside nats-server and C against libzmq.
struct BusSuite: Suite {
    let name = "bus"
    let seconds: Double
    let idleSeconds: Double
    /// Whether each side's processes have a core each; else the system decides where they run.
    let isPinned: Bool
    /// Whom to compare with where it is installed.
    let nats: NatsServer?

    var bars: [Bar] {
        [
            Bar("publish/1/16B/node", .ratio, .atLeast, 2),
            Bar("publish/1/128B/node", .ratio, .atLeast, 2),
            Bar("publish/1/1KiB/node", .ratio, .atLeast, 1.5),
            Bar("publish/8/128B/node", .ratio, .atLeast, 1.5),
            Bar("request/128B/awake/node", .ratio, .atMost, 1.5),
            Bar("request-vs-nats/128B/awake/node", .ratio, .atMost, 1),
            Bar("one-way/128B/awake/node", .ratio, .atMost, 1.5),
            Bar("one-way-vs-nats/128B/awake/node", .ratio, .atMost, 1),
            Bar("requests/16/128B/node", .ratio, .atLeast, 2),
            Bar("requests-vs-16/16/128B/node", .ratio, .atLeast, 2),
            Bar("paced-batching/10k/awake/node-batching", .surplus, .atMost, 50),
            // "At once": what kernel and loopback need to tell of a broken connection, on a machine that is busy.
            Bar("kill/queue-member/node", .value, .atMost, 20),
            Bar("kill/hung-member/node", .value, .atMost, Double(BusSuite.timeToLive + 100)),
            Bar("idle/10-peers/node", .value, .below, 0.5),
        ]
    }

    /// The time-to-live of the nodes in the contests about a killed or hung member, in milliseconds.
    static let timeToLive = 1000

    func contests() -> [Contest] {
        self.publishContests() + self.requestContests() + self.oneWayContests() + self.killContests()
            + self.idleContests()
    }

    /// What this suite's child processes do, by name.
    static let children: [String: @Sendable (ChildOptions) throws -> Sample] =
        busCChildren.merging(natsChildren) { $1 }.merging(busNodeChildren) { $1 }
}
