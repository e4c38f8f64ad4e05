// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Harness

extension BusSuite {
    /// A node with ten peers, all in another process, nobody of them having anything to say.
    func idleContests() -> [Contest] {
        let seconds = self.idleSeconds
        let times = ["seconds": String(seconds), "limit": String(Int(seconds) + 60)]
        // C has ten connections, with somebody waiting on each.
        let baseline = Contender("c") { peers in
            try share(ChildProcess("c-idle", times.merging(["pairs": String(peers)]) { $1 }).report())
        }
        let node = Contender("node") { peers in
            let pair = ChildPair(
                listening: "node-idle",
                connecting: "node-idle-peers",
                measuring: .listening,
                isPinned: self.isPinned
            )
            return try share(pair.run(times.merging(["peers": String(peers)]) { $1 }).measured)
        }
        return [
            Contest(
                measures: [Measure("idle", unit: "% of a core")],
                shape: "10-peers",
                baseline: baseline,
                contenders: [node],
                pairing: .once,
                load: { 10 }
            )
        ]
    }
}

private func share(_ report: Sample) throws -> Sample {
    Sample(["idle": try report["cpu"] / report["seconds"] * 100])
}
