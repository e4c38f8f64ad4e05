// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import Sinew

/// One who notes how long messages were on their way, and one who sends them.
let nodeOneWayChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "node-one-way-receive": { options in
        let (size, echo) = (try options.integer("size"), try options.echo() == 1)
        let (warmUp, count) = (try options.integer("warm-up"), try options.integer("count"))
        let node = try options.node("receiver")
        return try options.run(on: node) {
            let subscription = try await node.subscribe(benchFilter, options: SubscriptionOptions(policy: .wait))
            unsafe cb_announce(node.endpoint.description)
            var latencies: [UInt64] = []
            latencies.reserveCapacity(count)
            var left = warmUp + count
            let cpu = cb_cpu()
            for try await message in subscription {
                let now = cb_now_ns()
                guard message.payload.count == size else { throw HarnessError("a message has the wrong size") }
                if left <= count { latencies.append(now - message.stamp(0)) }
                if echo { try await node.publish("", to: backSubject) }
                left -= 1
                if left == 0 { break }
            }
            let used = cb_cpu() - cpu
            // The last echo is on its way: the node stays until the sender has it.
            await node.shutdown(within: .seconds(1))
            return percentiles(of: latencies, cpu: used)
        }
    },
    "node-one-way-send": { options in
        let (size, interval) = (try options.integer("size"), UInt64(try options.integer("interval")))
        let count = try options.countWithWarmUp()
        let node = try options.node("sender")
        let cpu = cb_cpu()
        try options.run(on: node) {
            try await node.ready(peers: 1, within: patience)
            let echoes = try await node.subscribe(backFilter)
            try await node.untilWanted(benchSubject)
            if interval == 0 {
                try await oneAtATime(node, echoes, size: size, count: count)
            } else {
                // It sleeps without leaving its thread, which is one that has nothing else to do.
                let pacer = try Context()
                try await Task(executorPreference: pacer.executor) {
                    try await paced(node, size: size, interval: interval, count: count)
                }.value
            }
        }
        cb_wait_for_parent()
        return Sample(["cpu": cb_cpu() - cpu])
    },
]

private func oneAtATime(_ node: Node, _ echoes: Subscription, size: Int, count: UInt64) async throws {
    var payload = [UInt8](repeating: 0, count: size)
    var iterator = echoes.makeAsyncIterator()
    for _ in 0..<count {
        stamp(&payload, cb_now_ns())
        try await node.publish(payload, to: benchSubject)
        _ = try await iterator.next()
    }
}

private func paced(_ node: Node, size: Int, interval: UInt64, count: UInt64) async throws {
    var payload = [UInt8](repeating: 0, count: size)
    var due = cb_now_ns()
    for _ in 0..<count {
        due += interval
        cb_sleep_until(due)
        stamp(&payload, cb_now_ns())
        try await node.publish(payload, to: benchSubject)
    }
}
