// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A place in a flow of messages: how many there were, and how many bytes, since it began. Also a distance between two.
public struct FlowPosition: Hashable, Sendable {
    /// The number of messages.
    public let messages: UInt64
    /// The sum of their sizes, in bytes.
    public let bytes: UInt64

    /// Makes a position; without arguments, the beginning.
    ///
    /// - Parameters:
    ///   - messages: The number of messages.
    ///   - bytes: The sum of their sizes, in bytes.
    public init(messages: UInt64 = 0, bytes: UInt64 = 0) {
        self.messages = messages
        self.bytes = bytes
    }

    /// The larger number of each.
    ///
    /// - Parameter other: The other position.
    public func union(_ other: FlowPosition) -> FlowPosition {
        FlowPosition(messages: max(messages, other.messages), bytes: max(bytes, other.bytes))
    }

    /// How far this lies behind another; zero, in each of both, where it does not.
    ///
    /// - Parameter other: The earlier position.
    public func subtracting(_ other: FlowPosition) -> FlowPosition {
        FlowPosition(
            messages: messages > other.messages ? messages - other.messages : 0,
            bytes: bytes > other.bytes ? bytes - other.bytes : 0
        )
    }

    /// This position moved on by a distance; stays at the largest number there is.
    ///
    /// What a receiver grants is the position of what it has, advanced by the room it has left.
    ///
    /// - Parameter distance: How many messages and bytes.
    public func advanced(by distance: FlowPosition) -> FlowPosition {
        let messages = messages.addingReportingOverflow(distance.messages)
        let bytes = bytes.addingReportingOverflow(distance.bytes)
        return FlowPosition(
            messages: messages.overflow ? .max : messages.partialValue,
            bytes: bytes.overflow ? .max : bytes.partialValue
        )
    }
}
