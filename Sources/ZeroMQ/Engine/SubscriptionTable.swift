// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What the subscribers of a publisher have asked for: prefixes with the number of times each was asked for. Pure.
struct SubscriptionTable {
    /// What became of a message from a subscriber.
    enum Outcome { case recorded, beyondLimit, notASubscription }

    private var counts: [[UInt8]: Int] = [:]
    /// How many prefixes have each length, so that a topic is compared at those lengths only.
    private var lengths: [Int: Int] = [:]
    private var bytes = 0
    /// More than this is not recorded: a peer must not be able to fill the memory.
    static let (prefixLimit, byteLimit) = (100_000, 16 << 20)

    /// Takes in what XPUB received: one byte, 1 to subscribe and 0 to unsubscribe, and the prefix.
    mutating func apply(_ message: Message) -> Outcome {
        guard !message.isMultipart, message.byteCount <= Self.byteLimit else { return .notASubscription }
        let bytes = message.array
        switch bytes.first {
        case 1: return add(Array(bytes.dropFirst())) ? .recorded : .beyondLimit
        case 0:
            remove(Array(bytes.dropFirst()))
            return .recorded
        default: return .notASubscription
        }
    }

    /// How many subscriptions a message that begins with `topic` would match.
    func count(matching topic: [UInt8]) -> Int {
        var sum = 0
        for length in lengths.keys where length <= topic.count { sum += counts[Array(topic.prefix(length))] ?? 0 }
        return sum
    }

    private mutating func add(_ prefix: [UInt8]) -> Bool {
        if let count = counts[prefix] {
            counts[prefix] = count + 1
            return true
        }
        guard counts.count < Self.prefixLimit, bytes + prefix.count <= Self.byteLimit else { return false }
        counts[prefix] = 1
        lengths[prefix.count, default: 0] += 1
        bytes += prefix.count
        return true
    }

    private mutating func remove(_ prefix: [UInt8]) {
        guard let count = counts[prefix] else { return }
        counts[prefix] = count > 1 ? count - 1 : nil
        guard count == 1 else { return }
        bytes -= prefix.count
        lengths[prefix.count] = lengths[prefix.count].flatMap { $0 > 1 ? $0 - 1 : nil }
    }
}
