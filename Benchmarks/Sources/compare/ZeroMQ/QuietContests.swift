// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Foundation
import Harness

extension ZeroMQSuite {
    /// What the sockets cost beside time: allocations, CPU at rest, memory behind a stopped receiver.
    func quietContests() -> [Contest] {
        [self.allocations(), self.idle()] + self.stopped()
    }

    /// Heap allocations in the receiving process, a C sender opposite.
    private func allocations() -> Contest {
        func contender(_ variant: String) -> Contender {
            Contender(variant) { count in
                guard cb_can_count_allocations() != 0 else {
                    throw HarnessError("allocations can be counted with glibc only; leave them out with --filter")
                }
                let pair = ChildPair(listening: "\(variant)-pull", connecting: "c-push", measuring: .listening)
                let options = ["size": "64", "count": String(count), "allocations": "1"]
                let report = try pair.run(options).measured
                return Sample(["allocations": try report["allocations"] / report["counted"]])
            }
        }
        return Contest(
            measures: [Measure("allocations", unit: "per message")],
            shape: "tcp/64",
            baseline: contender("c"),
            contenders: ["exclusive", "async", "batch"].map { contender($0) },
            pairing: .once,
            load: { 1_000_000 }
        )
    }

    /// 100 connected sockets in one process, somebody waiting on every receiving one.
    private func idle() -> Contest {
        let seconds = self.idleSeconds
        func contender(_ variant: String) -> Contender {
            Contender(variant) { pairs in
                let limit = Int(seconds) + 60
                let options = ["pairs": String(pairs), "seconds": String(seconds), "limit": String(limit)]
                let report = try ChildProcess("\(variant)-idle", options).report()
                return Sample(["idle-cpu": try report["cpu"] / report["seconds"] * 100])
            }
        }
        return Contest(
            measures: [Measure("idle-cpu", unit: "% of a core")],
            shape: "tcp/0",
            baseline: contender("c"),
            contenders: [contender("async")],
            pairing: .once,
            load: { 50 }
        )
    }

    /// A PUSH whose PULL never receives: how many messages it takes, and how memory grows afterwards.
    private func stopped() -> [Contest] {
        let watch = StoppedWatch(seconds: self.stoppedSeconds)
        return StoppedWatch.transports.map { transport in
            func contender(_ variant: String) -> Contender {
                Contender(variant) { _ in try watch.report(transport, variant) }
            }
            return Contest(
                measures: [
                    Measure("stopped-accepted", unit: "messages"),
                    Measure("stopped-growth", unit: "bytes"),
                    Measure("stopped-peak", unit: "bytes"),
                ],
                shape: "\(transport)/\(StoppedWatch.size)",
                baseline: contender("c"),
                contenders: [contender("async")],
                pairing: .once
            )
        }
    }
}

/// Watches the stopped receivers of all transports and both sides at the same time: each spends its minute asleep.
private final class StoppedWatch {
    static let transports = ["inproc", "tcp", "ipc"]
    static let size = 64

    private let seconds: Double
    private var children: [String: ChildProcess] = [:]

    init(seconds: Double) {
        self.seconds = seconds
    }

    /// What the child of that transport and variant saw. The first call starts them all.
    func report(_ transport: String, _ variant: String) throws -> Sample {
        if self.children.isEmpty { try self.start() }
        guard let child = self.children["\(variant)/\(transport)"] else {
            throw HarnessError("nobody watches \(variant) over \(transport)")
        }
        let report = try child.report()
        return Sample([
            "stopped-accepted": try report["accepted"],
            "stopped-growth": try report["growth"],
            "stopped-peak": try report["peak"],
        ])
    }

    private func start() throws {
        for transport in Self.transports {
            for variant in ["c", "async"] {
                let options = [
                    "transport": transport,
                    "size": String(Self.size),
                    "seconds": String(self.seconds),
                    "limit": String(Int(self.seconds) + 60),
                ]
                self.children["\(variant)/\(transport)"] = try ChildProcess("\(variant)-stopped", options)
            }
        }
    }
}
