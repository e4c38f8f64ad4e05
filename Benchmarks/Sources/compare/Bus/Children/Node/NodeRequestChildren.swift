// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import Sinew

/// One who answers with what was asked, and one who asks, from one task or from several.
let nodeRequestChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "node-reply": { options in
        let node = try options.node("responder")
        let isOnExecutor = try options.integer("executor", default: 0) == 1
        let cpu = cb_cpu()
        let responding = Task {
            try await node.respond(to: benchFilter, on: isOnExecutor ? node.executor : nil) {
                Response($0.payload.array)
            }
        }
        unsafe cb_announce(node.endpoint.description)
        cb_wait_for_parent()
        responding.cancel()
        return Sample(["cpu": cb_cpu() - cpu])
    },
    "node-request": { options in
        let node = try options.node("requester")
        let (count, outstanding) = (try options.integer("count"), try options.integer("outstanding"))
        let (size, warmUp) = (try options.integer("size"), try options.integer("warm-up"))
        return try options.run(on: node) {
            try await node.ready(peers: 1, within: patience)
            try await node.untilWanted(benchSubject)
            let asker = Asker(node: node, size: size)
            _ = try await asker.run(warmUp)
            let (began, cpu) = (cb_now(), cb_cpu())
            let latencies = try await asker.run(count, from: outstanding)
            let seconds = cb_now() - began
            var sample = percentiles(of: latencies, cpu: cb_cpu() - cpu)
            sample.values.merge(["messages": Double(latencies.count), "seconds": seconds]) { $1 }
            return sample
        }
    },
]

/// Sends requests and notes how long each answer takes.
private struct Asker: Sendable {
    let node: Node
    let size: Int

    /// One task sends one request at a time.
    func run(_ count: Int) async throws -> [UInt64] {
        let payload = [UInt8](repeating: 0, count: self.size)
        var latencies: [UInt64] = []
        latencies.reserveCapacity(count)
        for _ in 0..<count {
            let began = cb_now_ns()
            let reply = try await self.node.request(payload, to: benchSubject, timeout: patience)
            latencies.append(cb_now_ns() - began)
            guard reply.payload.count == self.size else { throw HarnessError("an answer has the wrong size") }
        }
        return latencies
    }

    /// Several tasks do so at the same time.
    func run(_ count: Int, from tasks: Int) async throws -> [UInt64] {
        guard tasks > 1 else { return try await self.run(count) }
        return try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<tasks { group.addTask { try await self.run(count / tasks) } }
            var latencies: [UInt64] = []
            for try await part in group { latencies += part }
            return latencies
        }
    }
}
