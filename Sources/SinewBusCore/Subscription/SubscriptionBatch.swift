// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Messages that a reader took out of a ``SubscriptionQueue`` at once, in order. Keep one and use it again: it keeps
/// its memory.
public struct SubscriptionBatch<Element: QueueElement> {
    @usableFromInline var ring = Ring<MessageRun<Element>>()

    /// Nothing taken.
    @inlinable
    public init() {}

    /// Whether none is left.
    @inlinable
    public var isEmpty: Bool { ring.count == 0 }

    /// Takes those out that came together and are first.
    ///
    /// - Returns: One or more messages, or nil when none is left.
    /// - Complexity: O(1).
    @inlinable
    public mutating func popFirst() -> MessageRun<Element>? { ring.popFirst() }
}

extension SubscriptionBatch: Sendable where Element: Sendable, Element.Origin: Sendable {}
