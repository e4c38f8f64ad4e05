// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which of the prefixes that a subscriber asked for a message begins with.
package struct TopicMatch: Sendable {
    /// The longest first.
    private let topics: [[UInt8]]

    /// - Parameter topics: The prefixes; none stands for all messages.
    package init(_ topics: [[UInt8]]) { self.topics = topics.sorted { $0.count > $1.count } }

    /// The longest prefix that fits; empty when none does, or none was asked for.
    package func topic(of frame: [UInt8]) -> [UInt8] { topics.first { frame.starts(with: $0) } ?? [] }
}
