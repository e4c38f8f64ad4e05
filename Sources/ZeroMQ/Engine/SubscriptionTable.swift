// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What the subscribers of a publisher have asked for: prefixes with the number of times each was asked for. Pure.
struct SubscriptionTable {
    private var counts: [[UInt8]: Int] = [:]
    /// Prefixes beyond this many are not recorded; a peer must not be able to fill the memory.
    static let limit = 100_000
    private(set) var unrecorded: UInt64 = 0

    /// Takes in what XPUB received: one byte, 1 to subscribe and 0 to unsubscribe, and the prefix. False when it is
    /// something else.
    mutating func apply(_ message: Message) -> Bool {
        guard !message.isMultipart else { return false }
        let bytes = message.array
        switch bytes.first {
        case 1: add(Array(bytes.dropFirst()))
        case 0: remove(Array(bytes.dropFirst()))
        default: return false
        }
        return true
    }

    /// How many subscriptions a message that begins with `topic` would match.
    func count(matching topic: [UInt8]) -> Int {
        var sum = 0
        for length in 0...topic.count { sum += counts[Array(topic[..<length])] ?? 0 }
        return sum
    }

    private mutating func add(_ prefix: [UInt8]) {
        guard counts.count < Self.limit || counts[prefix] != nil else {
            unrecorded += 1
            return
        }
        counts[prefix, default: 0] += 1
    }

    private mutating func remove(_ prefix: [UInt8]) {
        guard let count = counts[prefix] else { return }
        counts[prefix] = count > 1 ? count - 1 : nil
    }
}
