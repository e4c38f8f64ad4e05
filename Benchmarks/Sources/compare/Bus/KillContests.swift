// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Foundation
import Harness

/// How often a member is killed in one run; the slowest counts.
private let repetitions = 5
/// Nanoseconds between two messages, and how many are sent before the member is killed and after.
private let interval = 100_000
private let before = 5000

extension BusSuite {
    /// Two members of a queue group, one of which is killed, or hangs: for how long messages to the group did not
    /// reach the other one.
    func killContests() -> [Contest] {
        let killed = self.node("node", after: before) { $0.end() }
        // Long enough to see the end also when it takes the whole lifetime, three times as long as the time-to-live.
        let hung = self.node("node", after: before + BusSuite.timeToLive * 40) { $0.stop() }
        let baseline = self.nats.map(self.viaNats) ?? Contender("node-killed", run: killed.run)
        return [
            self.kill("queue-member", baseline, killed),
            self.kill("hung-member", Contender("node-killed", run: killed.run), hung),
        ]
    }

    private func kill(_ shape: String, _ baseline: Contender, _ contender: Contender) -> Contest {
        Contest(
            measures: [Measure("kill", unit: "ms")],
            shape: shape,
            baseline: baseline,
            contenders: [contender],
            pairing: .once
        )
    }

    /// The publisher listens, both members connect to it, and it begins when it knows of both.
    private func node(_ variant: String, after: Int, _ blow: @escaping (ChildProcess) -> Void) -> Contender {
        Contender(variant) { _ in
            try longest {
                let options = killOptions(count: before + after)
                let publisher = try ChildProcess("node-queue-publish", options)
                let address = options.merging(["endpoint": try publisher.endpoint()]) { $1 }
                let (victim, survivor) = try members { try ChildProcess("node-queue-member", address) }
                // It says so once more when it begins.
                _ = try publisher.endpoint()
                return try outage(victim, survivor, publisher, blow)
            }
        }
    }

    func viaNats(_ nats: NatsServer) -> Contender {
        Contender("nats") { _ in
            try longest {
                try nats.run { clients in
                    let options = killOptions(count: 2 * before)
                    let (victim, survivor) = try members { try clients.listener("nats-queue-member", options) }
                    let publisher = try clients.connector("nats-queue-publish", options)
                    return try outage(victim, survivor, publisher) { $0.end() }
                }.result
            }
        }
    }
}

private func killOptions(count: Int) -> [String: String] {
    [
        "size": "128", "count": String(count), "interval": String(interval), "subscribers": "2",
        "time-to-live": String(BusSuite.timeToLive),
    ]
}

private func members(_ member: () throws -> ChildProcess) throws -> (ChildProcess, ChildProcess) {
    (try member(), try member())
}

private func longest(_ run: () throws -> Double) throws -> Sample {
    Sample(["kill": try (0..<repetitions).map { _ in try run() }.max() ?? 0])
}

/// Deals the blow half a second after the start, when both members have messages; waits for the survivor.
///
/// - Returns: milliseconds from the blow until the last message was sent that did not reach the survivor. Both members
///   get about half of the messages, so the resolution is about two intervals.
private func outage(
    _ victim: ChildProcess,
    _ survivor: ChildProcess,
    _ publisher: ChildProcess,
    _ blow: (ChildProcess) -> Void
) throws -> Double {
    Thread.sleep(forTimeInterval: Double(before * interval) * 1e-9)
    let moment = cb_now()
    blow(victim)
    let received = try survivor.report()
    victim.end()
    publisher.release()
    _ = try publisher.report()
    guard try received["messages"] > 0 else { throw HarnessError("the member that was left got no message") }
    guard try received["missing"] > 0 else { throw HarnessError("the member that was killed had no messages") }
    return max(0, (try received["unbroken"] - moment) * 1e3)
}
