// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// When something is due for each of many keys: the deadlines of one machine.
///
/// A ``DeadlineHeap`` and where in it each key is, so a deadline that is replaced or cancelled leaves nothing behind.
/// What is due at the same instant comes in the order of the keys, hence the same history always gives the same order.
///
/// It holds one deadline for each key: its size is bounded by whatever bounds the keys.
///
/// ```swift
/// deadlines.set(peer, at: now.advanced(by: .seconds(3)))
/// while let due = deadlines.popExpired(at: now) { suspect(due.key) }
/// ```
public struct Deadlines<Key: Comparable & Hashable> {
    @usableFromInline var heap = DeadlineHeap<Key>()
    /// Only looked up, never iterated over: its order is another in each process.
    @usableFromInline var tickets: [Key: Int] = [:]

    /// No deadlines.
    @inlinable
    public init() {}

    /// How many keys have a deadline.
    @inlinable
    public var count: Int { heap.count }

    /// Whether no key has a deadline.
    @inlinable
    public var isEmpty: Bool { heap.isEmpty }

    /// The earliest deadline, or nil when there is none: what a machine answers for ``Machine/nextDeadline``.
    ///
    /// - Complexity: O(1).
    @inlinable
    public var next: Instant? { heap.next }

    /// The deadline of a key, or nil when it has none.
    ///
    /// - Parameter key: Whose deadline.
    /// - Complexity: O(1).
    @inlinable
    public subscript(key: Key) -> Instant? {
        tickets[key].map { heap[$0] }
    }

    /// Gives a key a deadline in place of the one it has.
    ///
    /// - Parameters:
    ///   - key: Whose deadline.
    ///   - instant: When it is due; may be in the past.
    /// - Complexity: O(log *n*) for *n* keys; one look-up where the key has a deadline already.
    @inlinable
    public mutating func set(_ key: Key, at instant: Instant) {
        if let ticket = tickets[key] {
            heap.move(ticket, to: instant)
        } else {
            tickets[key] = heap.insert(key, at: instant)
        }
    }

    /// Takes a key's deadline away.
    ///
    /// - Parameter key: Whose deadline.
    /// - Returns: When it was due, or nil when the key had none.
    /// - Complexity: O(log *n*).
    @inlinable
    @discardableResult
    public mutating func cancel(_ key: Key) -> Instant? {
        tickets.removeValue(forKey: key).map { heap.remove($0) }
    }

    /// Takes the earliest deadline away if it is due.
    ///
    /// Ask again until nothing comes, and set new deadlines later than `now`: one that is due at once comes at once.
    ///
    /// - Parameter now: The instant at which everything up to it, and at it, is due.
    /// - Returns: The key and when it was due, or nil when nothing is due. By instant, then by key.
    /// - Complexity: O(log *n*).
    @inlinable
    public mutating func popExpired(at now: Instant) -> (key: Key, instant: Instant)? {
        guard let due = heap.popExpired(at: now) else { return nil }
        tickets[due.key] = nil
        return due
    }

    /// Takes all deadlines away, and keeps the memory.
    @inlinable
    public mutating func removeAll() {
        heap.removeAll()
        tickets.removeAll(keepingCapacity: true)
    }
}

extension Deadlines: Sendable where Key: Sendable {}
