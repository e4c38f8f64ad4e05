// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which message it is: who published it, and which of his messages to this process.
public struct MessageSource: Hashable, Sendable {
    /// The process that published it.
    public let publisher: ProcessID
    /// Its number among the messages of that process to this one; they are numbered from 1 on.
    public let sequence: UInt64

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - publisher: The process that published the message.
    ///   - sequence: Its number.
    @inlinable
    public init(_ publisher: ProcessID, sequence: UInt64) {
        self.publisher = publisher
        self.sequence = sequence
    }
}

extension MessageSource: Comparable {
    /// By publisher, then number.
    @inlinable
    public static func < (left: MessageSource, right: MessageSource) -> Bool {
        left.publisher != right.publisher ? left.publisher < right.publisher : left.sequence < right.sequence
    }
}

extension MessageSource: CustomStringConvertible {
    /// The publisher and the number.
    public var description: String { "\(publisher)#\(sequence)" }
}
