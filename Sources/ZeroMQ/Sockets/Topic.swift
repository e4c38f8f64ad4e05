// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The bytes that the first frame of a published message begins with.
public struct Topic: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The bytes of the prefix.
    public let bytes: [UInt8]

    /// A topic of these bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A topic of the text's UTF-8 bytes.
    public init(_ text: String) { self.init(Array(text.utf8)) }

    /// A topic of a literal's UTF-8 bytes.
    public init(stringLiteral value: String) { self.init(value) }

    /// All messages.
    public static let all = Topic([])

    /// The prefix as text, or in hexadecimal.
    public var description: String { unsafe bytes.withUnsafeBytes { unsafe summary(of: $0) } }
}

/// A subscriber's wish, as an XPUB socket receives it.
public struct SubscriptionChange: Sendable, Hashable {
    /// True for a subscription, false for one that is taken back.
    public let isSubscribed: Bool
    /// The prefix.
    public let topic: Topic
}

extension Message {
    /// The wish that this message is, when an XPUB socket received it; nil when it is something else.
    public var subscriptionChange: SubscriptionChange? {
        let bytes = array
        guard !isMultipart, let verb = bytes.first, verb <= 1 else { return nil }
        return SubscriptionChange(isSubscribed: verb == 1, topic: Topic(Array(bytes.dropFirst())))
    }
}
