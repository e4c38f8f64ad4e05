// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a machine wants done, in order: a buffer that its shell empties after each step and uses again.
///
/// ```swift
/// machine.step(.tick, at: now, into: &actions)
/// actions.drain { perform($0) }
/// ```
public struct Actions<Action> {
    @usableFromInline var pending: ContiguousArray<Action> = []

    /// An empty buffer.
    @inlinable
    public init() {}

    /// How many wait to be done.
    @inlinable
    public var count: Int { pending.count }

    /// Whether nothing is to be done.
    @inlinable
    public var isEmpty: Bool { pending.isEmpty }

    /// Adds one after those there are.
    ///
    /// - Parameter action: What is to be done.
    /// - Complexity: O(1), amortised; allocates only until the buffer has grown to what its machine needs.
    @inlinable
    public mutating func append(_ action: Action) { pending.append(action) }

    /// Hands over each in order, and leaves the buffer empty with its memory kept.
    ///
    /// - Parameter body: What does one of them. When it throws, those after it are lost with the buffer's contents.
    @inlinable
    public mutating func drain<Failure: Error>(_ body: (Action) throws(Failure) -> Void) throws(Failure) {
        defer { pending.removeAll(keepingCapacity: true) }
        for action in pending { try body(action) }
    }
}

extension Actions: Sequence {
    /// Goes over what is to be done, and leaves it there.
    @inlinable
    public func makeIterator() -> ContiguousArray<Action>.Iterator { pending.makeIterator() }
}

extension Actions: Sendable where Action: Sendable {}
