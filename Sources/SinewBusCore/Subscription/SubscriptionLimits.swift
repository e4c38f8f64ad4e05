// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How much a subscription keeps for its reader. NATS clients allow 524 288 messages and 64 MiB.
public struct SubscriptionLimits: Hashable, Sendable {
    /// The most messages that wait for the reader; at least 1.
    public let messages: Int
    /// The most bytes that wait for the reader; at least 1.
    public let bytes: Int

    /// Makes the limits; what is below 1 counts as 1.
    ///
    /// - Parameters:
    ///   - messages: The most messages that wait for the reader: 65 536.
    ///   - bytes: The most bytes that wait for the reader: 64 MiB.
    public init(messages: Int = 65_536, bytes: Int = 64 << 20) {
        self.messages = max(1, messages)
        self.bytes = max(1, bytes)
    }

    private init(exactly number: Int) {
        messages = number
        bytes = number
    }

    /// Room for nothing.
    @usableFromInline static let none = SubscriptionLimits(exactly: 0)

    /// Twice as much of both.
    var doubled: SubscriptionLimits {
        let double = { (number: Int) in number > .max / 2 ? Int.max : number * 2 }
        return SubscriptionLimits(messages: double(messages), bytes: double(bytes))
    }
}
