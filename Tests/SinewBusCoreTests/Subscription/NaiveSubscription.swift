// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore

/// A message of the tests: which one it is, of what subject, and how large.
struct TestMessage: Hashable, Sendable {
    let source: MessageSource
    let subject: UInt8
    let size: Int
}

extension TestMessage: QueueElement {
    /// What came together has in common which frame it was.
    func source(from frame: Int) -> MessageSource { source }
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

    var bytes: Int { waiting.reduce(0) { $0 + $1.size } }

    private func fits(_ message: TestMessage, among others: [TestMessage]) -> Bool {
        let factor = policy == .wait ? 2 : 1
        let bytes = others.reduce(message.size) { $0 + $1.size }
        return others.count < limits.messages * factor && bytes <= limits.bytes * factor
    }

    mutating func append(_ messages: [TestMessage]) -> Appended {
        let before = (waiting: waiting, dropped: dropped.count, isEnded: isEnded)
        if policy == .dropOldest { appendNewest(messages) } else { for message in messages { append(message) } }
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

    private mutating func append(_ message: TestMessage) {
        switch policy {
        case .latest: appendLatest(message)
        case .disconnect:
            isEnded = isEnded || !fits(message, among: waiting)
            if isEnded { dropped.append(message) } else { waiting.append(message) }
        default:
            if fits(message, among: waiting) { waiting.append(message) } else { dropped.append(message) }
        }
    }

    /// What came together is in the queue before anything leaves it because of that.
    private mutating func appendNewest(_ messages: [TestMessage]) {
        dropped += messages.filter { !fits($0, among: []) }
        waiting += messages.filter { fits($0, among: []) }
        while waiting.count > limits.messages || bytes > limits.bytes { dropped.append(waiting.removeFirst()) }
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
