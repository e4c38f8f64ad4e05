// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Why ``Credit/take(bytes:)`` took nothing.
public struct CreditShortage: OptionSet, Hashable, Sendable {
    /// One bit for each reason.
    public let rawValue: UInt8

    /// Makes a set of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No further message may be in flight.
    public static let messages = CreditShortage(rawValue: 1)
    /// The message has more bytes than may be added to those in flight.
    public static let bytes = CreditShortage(rawValue: 2)
    /// The message fits into ``Credit/limit`` at no time: waiting is no use, make it smaller or the limit larger.
    public static let beyondLimit = CreditShortage(rawValue: 4)

    /// Whether a later grant or acknowledgement can help.
    public var isRetriable: Bool { !contains(.beyondLimit) }
}

extension CreditShortage: CustomStringConvertible {
    /// What is lacking, in words.
    public var description: String {
        var words: [String] = []
        if contains(.messages) { words.append("no credit for a message") }
        if contains(.bytes) { words.append("not enough credit in bytes") }
        if contains(.beyondLimit) { words.append("larger than can ever be in flight") }
        return words.isEmpty ? "nothing is lacking" : words.joined(separator: ", ")
    }
}
