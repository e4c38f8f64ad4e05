// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import Sinew

/// A publisher that listens, and its subscribers, which find it.
let nodePublishChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "node-publish": { options in
        let (size, count) = (try options.integer("size"), try options.integer("count"))
        let subscribers = try options.integer("subscribers")
        let node = try options.node("publisher")
        let cpu = cb_cpu()
        try options.run(on: node) {
            let ready = try await node.subscribe(readyFilter)
            unsafe cb_announce(node.endpoint.description)
            try await node.awaitReady(ready, subscribers)
            let payload = [UInt8](repeating: 0, count: size)
            for _ in 0..<count {
                let receipt = try await node.publish(payload, to: benchSubject)
                guard receipt.peers == subscribers else { throw HarnessError("\(receipt.peers) peers got a message") }
            }
        }
        cb_wait_for_parent()
        return Sample(["cpu": cb_cpu() - cpu])
    },
    "node-subscribe": { options in
        let (size, count) = (try options.integer("size"), try options.integer("count"))
        let others = try options.integer("subscribers")
        let node = try options.node("subscriber-\(cb_now_ns())")
        return try options.run(on: node) {
            try await node.ready(peers: others, within: patience)
            let subscription = try await node.subscribe(benchFilter, options: SubscriptionOptions(policy: .wait))
            guard subscription.unconfirmed.isEmpty else { throw HarnessError("the subscription was not confirmed") }
            try await node.sayReady()
            return try await receive(subscription, size: size, count: count)
        }
    },
]

/// Receives so many messages, looks at each as the C side does, and measures from the first to the last.
private func receive(_ subscription: Subscription, size: Int, count: Int) async throws -> Sample {
    var (received, began, cpu) = (0, 0.0, 0.0)
    for try await message in subscription {
        guard message.payload.count == size else { throw HarnessError("a message has the wrong size") }
        received += 1
        if received == 1 { (began, cpu) = (cb_now(), cb_cpu()) }
        if received == count { break }
    }
    guard received == count else { throw HarnessError("\(received) of \(count) messages came") }
    let ended = cb_now()
    return Sample([
        "began": began, "ended": ended, "seconds": ended - began, "cpu": cb_cpu() - cpu, "messages": Double(count - 1),
    ])
}
