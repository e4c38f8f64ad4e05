// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import Sinew

/// A member of a queue group, which may be killed, and the publisher, which listens.
let nodeQueueChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "node-queue-member": { options in
        let others = try options.integer("subscribers")
        let node = try options.node("member-\(cb_now_ns())")
        return try options.run(on: node) {
            try await node.ready(peers: others, within: patience)
            let work = try await node.subscribe(benchFilter, queue: QueueGroup("members"))
            let done = try await node.subscribe(doneFilter)
            guard done.unconfirmed.isEmpty, work.unconfirmed.isEmpty else {
                throw HarnessError("the subscriptions were not confirmed")
            }
            try await node.sayReady()
            // What has come until then can still be read.
            let ending = Task {
                for try await _ in done { break }
                work.unsubscribe()
            }
            let sample = try await countMissing(work)
            try await ending.value
            return sample
        }
    },
    "node-queue-publish": { options in
        let (size, interval) = (try options.integer("size"), UInt64(try options.integer("interval")))
        let (count, members) = (try options.count(), try options.integer("subscribers"))
        let node = try options.node("publisher")
        let cpu = cb_cpu()
        try options.run(on: node) {
            let ready = try await node.subscribe(readyFilter)
            unsafe cb_announce(node.endpoint.description)
            try await node.awaitReady(ready, members)
            unsafe cb_announce("started")
            // It sleeps without leaving its thread, which is one that has nothing else to do.
            let pacer = try Context()
            try await Task(executorPreference: pacer.executor) {
                try await publishNumbered(node, size: size, interval: interval, count: count)
            }.value
        }
        cb_wait_for_parent()
        return Sample(["cpu": cb_cpu() - cpu])
    },
]

private func publishNumbered(_ node: Node, size: Int, interval: UInt64, count: UInt64) async throws {
    var payload = [UInt8](repeating: 0, count: size)
    var due = cb_now_ns()
    for number in 0..<count {
        due += interval
        cb_sleep_until(due)
        stamp(&payload, number, cb_now_ns())
        try await node.publish(payload, to: benchSubject)
    }
    try await node.publish("", to: doneSubject)
}

/// Reads numbered messages; see `cn_queue_member`.
private func countMissing(_ work: Subscription) async throws -> Sample {
    var (expected, missing, messages, unbroken) = (UInt64(0), UInt64(0), 0, 0.0)
    for try await message in work {
        let number = message.stamp(0)
        if number != expected {
            missing += number - expected
            unbroken = Double(message.stamp(1)) * 1e-9
        }
        expected = number + 1
        messages += 1
    }
    return Sample(["messages": Double(messages), "missing": Double(missing), "unbroken": unbroken])
}
