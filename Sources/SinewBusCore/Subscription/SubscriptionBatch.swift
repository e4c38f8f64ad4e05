// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Messages that a reader took out of a ``SubscriptionQueue`` at once, in order. Keep one and use it again: it keeps
/// its memory.
public struct SubscriptionBatch<Element> {
    @usableFromInline var ring = Ring<SubscriptionQueue<Element>.Entry>()

    /// Nothing taken.
    @inlinable
    public init() {}

    /// How many are left.
    @inlinable
    public var count: Int { ring.count }

    /// Whether none is left.
    @inlinable
    public var isEmpty: Bool { ring.count == 0 }

    /// Takes the first out.
    ///
    /// - Returns: The first, or nil when none is left.
    /// - Complexity: O(1).
    @inlinable
    public mutating func popFirst() -> Element? { ring.popFirst()?.element }
}

extension SubscriptionBatch: Sendable where Element: Sendable {}
