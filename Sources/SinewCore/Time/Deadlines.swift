// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// When something is due for each of many keys: the deadlines of one machine.
///
/// A heap that knows where each key is (Sedgewick, Wayne: Algorithms, 4th edition, §2.4, "Index priority queue"), so a
/// deadline that is replaced or cancelled leaves nothing behind. What is due at the same instant comes in the order of
/// the keys, hence the same history always gives the same order.
///
/// It holds one deadline for each key: its size is bounded by whatever bounds the keys.
///
/// ```swift
/// deadlines.set(peer, at: now.advanced(by: .seconds(3)))
/// while let due = deadlines.popExpired(at: now) { suspect(due.key) }
/// ```
public struct Deadlines<Key: Comparable & Hashable> {
    @usableFromInline
    struct Entry {
        @usableFromInline var instant: Instant
        @usableFromInline let key: Key
        /// Which element of ``places`` says where in the heap this is.
        @usableFromInline let slot: Int

        @inlinable
        init(instant: Instant, key: Key, slot: Int) {
            self.instant = instant
            self.key = key
            self.slot = slot
        }

        @inlinable
        func precedes(_ other: Entry) -> Bool {
            instant != other.instant ? instant < other.instant : key < other.key
        }
    }

    /// A binary heap, the earliest first.
    @usableFromInline var heap: [Entry] = []
    /// Where in the heap the entry of each slot is. Moving an entry writes here, and hashes nothing.
    @usableFromInline var places: [Int] = []
    @usableFromInline var freeSlots: [Int] = []
    /// Only looked up, never iterated over: its order is another in each process.
    @usableFromInline var slots: [Key: Int] = [:]

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
    public var next: Instant? { heap.first?.instant }

    /// The deadline of a key, or nil when it has none.
    ///
    /// - Parameter key: Whose deadline.
    /// - Complexity: O(1).
    @inlinable
    public subscript(key: Key) -> Instant? {
        guard let slot = slots[key] else { return nil }
        return heap[places[slot]].instant
    }

    /// Gives a key a deadline in place of the one it has.
    ///
    /// - Parameters:
    ///   - key: Whose deadline.
    ///   - instant: When it is due; may be in the past.
    /// - Complexity: O(log *n*) for *n* keys; one look-up where the key has a deadline already.
    @inlinable
    public mutating func set(_ key: Key, at instant: Instant) {
        if let slot = slots[key] {
            let place = places[slot]
            let previous = heap[place].instant
            heap[place].instant = instant
            if instant < previous { siftUp(place) } else { siftDown(place) }
        } else {
            let slot = freeSlots.popLast() ?? places.count
            if slot == places.count { places.append(heap.count) } else { places[slot] = heap.count }
            slots[key] = slot
            heap.append(Entry(instant: instant, key: key, slot: slot))
            siftUp(heap.count - 1)
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
        guard let slot = slots.removeValue(forKey: key) else { return nil }
        return remove(at: places[slot]).instant
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
        guard let first = heap.first, first.instant <= now else { return nil }
        slots[first.key] = nil
        _ = remove(at: 0)
        return (first.key, first.instant)
    }

    /// Takes all deadlines away, and keeps the memory.
    @inlinable
    public mutating func removeAll() {
        heap.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        freeSlots.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
    }
}

extension Deadlines: Sendable where Key: Sendable {}
extension Deadlines.Entry: Sendable where Key: Sendable {}
