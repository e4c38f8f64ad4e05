// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A message as a ``SubscriptionQueue`` has to know it.
public protocol QueueElement {
    /// What it has in common with the other messages that came with it: its frame, its publisher.
    associatedtype Origin

    /// What it counts for, in bytes; a negative number counts as 0.
    var size: Int { get }

    /// Which message it is.
    ///
    /// - Parameter origin: What it came with.
    func source(from origin: Origin) -> MessageSource
}

/// Messages that came together, in order: those of one frame that are for one subscription.
///
/// They wait and are read together, so that none of them is moved once it has been laid out, and nothing is counted or
/// referred to for each.
public struct MessageRun<Element: QueueElement> {
    /// What they have in common.
    public let origin: Element.Origin
    @usableFromInline let elements: ContiguousArray<Element>
    /// The first that has not been taken.
    @usableFromInline var next: Int
    @usableFromInline var end: Int

    /// Makes it of messages.
    ///
    /// - Parameters:
    ///   - origin: What they have in common.
    ///   - elements: The messages, in order.
    @inlinable
    public init(_ origin: Element.Origin, _ elements: ContiguousArray<Element>) {
        self.origin = origin
        self.elements = elements
        next = 0
        end = elements.count
    }

    /// How many are left.
    @inlinable
    public var count: Int { end &- next }

    /// The first that is left.
    @inlinable
    public var first: Element? { next < end ? elements[next] : nil }

    /// Takes the first out.
    ///
    /// - Returns: The first, or nil when none is left.
    /// - Complexity: O(1).
    @inlinable @inline(__always)
    public mutating func popFirst() -> Element? {
        guard next < end else { return nil }
        defer { next &+= 1 }
        return elements[next]
    }

    /// Takes the first ones out.
    ///
    /// - Parameter number: How many, of those that are left.
    /// - Complexity: O(1).
    @inlinable
    mutating func split(_ number: Int) -> MessageRun {
        var first = self
        first.end = next &+ number
        next &+= number
        return first
    }
}

extension MessageRun: Sendable where Element: Sendable, Element.Origin: Sendable {}

extension QueueElement {
    /// What it counts for.
    @inlinable @inline(__always)
    var cost: Int { max(0, size) }
}
