// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore

/// A message of the tests: which one it is, of what subject, and how large.
struct TestMessage: Hashable, Sendable {
    let source: MessageSource
    let subject: UInt8
    let bytes: Int

    var entry: SubscriptionQueue<TestMessage>.Entry { .init(self, bytes: bytes, source: source) }
}

/// What a subscription queue has to do, said as plainly as possible: an array, and a list of all that was dropped.
struct NaiveSubscription {
    let limits: SubscriptionLimits
    let policy: SlowPolicy
    var waiting: [TestMessage] = []
    var taken: [TestMessage] = []
    var dropped: [TestMessage] = []
    var isEnded = false

    init(_ limits: SubscriptionLimits, _ policy: SlowPolicy) {
        self.limits = limits
        self.policy = policy
    }

    var bytes: Int { waiting.reduce(0) { $0 + $1.bytes } }

    private func fits(_ message: TestMessage, among others: [TestMessage]) -> Bool {
        let factor = policy == .wait ? 2 : 1
        let bytes = others.reduce(message.bytes) { $0 + $1.bytes }
        return others.count < limits.messages * factor && bytes <= limits.bytes * factor
    }

    mutating func append(_ message: TestMessage) -> Appended {
        let before = (waiting: waiting, dropped: dropped.count, isEnded: isEnded)
        switch policy {
        case .dropOldest: appendNewest(message)
        case .latest: appendLatest(message)
        case .disconnect:
            isEnded = isEnded || !fits(message, among: waiting)
            if isEnded { dropped.append(message) } else { waiting.append(message) }
        default:
            if fits(message, among: waiting) { waiting.append(message) } else { dropped.append(message) }
        }
        var appended: Appended = []
        if waiting != before.waiting {
            appended.insert(.queued)
            if before.waiting.isEmpty { appended.insert(.first) }
            let isFull = waiting.count >= limits.messages || bytes >= limits.bytes
            if policy == .wait, isFull { appended.insert(.reachedLimit) }
        }
        if dropped.count > before.dropped { appended.insert(.dropped) }
        if isEnded != before.isEnded { appended.insert(.ended) }
        return appended
    }

    private mutating func appendNewest(_ message: TestMessage) {
        guard fits(message, among: []) else { return dropped.append(message) }
        while !fits(message, among: waiting) { dropped.append(waiting.removeFirst()) }
        waiting.append(message)
    }

    private mutating func appendLatest(_ message: TestMessage) {
        guard fits(message, among: []) else { return dropped.append(message) }
        while true {
            let others = waiting.filter { $0.subject != message.subject }
            if fits(message, among: others) {
                if let place = waiting.firstIndex(where: { $0.subject == message.subject }) {
                    dropped.append(waiting[place])
                    waiting[place] = message
                } else {
                    waiting.append(message)
                }
                return
            }
            dropped.append(waiting.removeFirst())
        }
    }

    mutating func take(atMost limit: Int) -> [TestMessage] {
        let batch = Array(waiting.prefix(limit))
        waiting.removeFirst(batch.count)
        taken += batch
        return batch
    }
}
