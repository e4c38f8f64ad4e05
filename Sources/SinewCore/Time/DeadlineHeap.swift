// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// When something is due for each of many keys, for whoever keeps something for each of them anyway: what is kept there
/// finds the deadline, and nothing is hashed. ``Deadlines`` looks its keys up itself.
///
/// A heap that knows where each entry is (Sedgewick, Wayne: Algorithms, 4th edition, §2.4, "Index priority queue"), so
/// a deadline that is moved or removed leaves nothing behind. What is due at the same instant comes in the order of the
/// keys, hence the same history always gives the same order.
///
/// ```swift
/// request.ticket = deadlines.insert(id, at: deadline)
/// deadlines.remove(request.ticket)                          // it was answered
/// ```
public struct DeadlineHeap<Key: Comparable> {
    @usableFromInline
    struct Entry {
        @usableFromInline var instant: Instant
        @usableFromInline let key: Key
        /// Which element of ``places`` says where in the heap this is.
        @usableFromInline let ticket: Int

        @inlinable
        init(instant: Instant, key: Key, ticket: Int) {
            self.instant = instant
            self.key = key
            self.ticket = ticket
        }

        @inlinable
        func precedes(_ other: Entry) -> Bool {
            instant != other.instant ? instant < other.instant : key < other.key
        }
    }

    /// A binary heap, the earliest first.
    @usableFromInline var heap: [Entry] = []
    /// Where in the heap the entry of each ticket is.
    @usableFromInline var places: [Int] = []
    @usableFromInline var freeTickets: [Int] = []

    /// No deadlines.
    @inlinable
    public init() {}

    /// How many deadlines there are.
    @inlinable
    public var count: Int { heap.count }

    /// Whether there is none.
    @inlinable
    public var isEmpty: Bool { heap.isEmpty }

    /// The earliest deadline, or nil when there is none.
    ///
    /// - Complexity: O(1).
    @inlinable
    public var next: Instant? { heap.first?.instant }

    /// When the deadline of a ticket is due.
    ///
    /// - Parameter ticket: What ``insert(_:at:)`` returned, and was neither removed nor has come.
    /// - Complexity: O(1).
    @inlinable
    public subscript(ticket: Int) -> Instant { heap[places[ticket]].instant }

    /// Adds a deadline.
    ///
    /// - Parameters:
    ///   - key: Whose deadline. That he has no other one is the caller's business.
    ///   - instant: When it is due; may be in the past.
    /// - Returns: Its ticket: a small number that no other deadline has, and that another one gets after this.
    /// - Complexity: O(log *n*) for *n* deadlines.
    @inlinable
    public mutating func insert(_ key: Key, at instant: Instant) -> Int {
        let ticket = freeTickets.popLast() ?? places.count
        if ticket == places.count { places.append(heap.count) } else { places[ticket] = heap.count }
        heap.append(Entry(instant: instant, key: key, ticket: ticket))
        siftUp(heap.count - 1)
        return ticket
    }

    /// Changes when a deadline is due.
    ///
    /// - Parameters:
    ///   - ticket: The deadline's.
    ///   - instant: When it is due; may be in the past.
    /// - Complexity: O(log *n*).
    @inlinable
    public mutating func move(_ ticket: Int, to instant: Instant) {
        let place = places[ticket]
        let previous = heap[place].instant
        heap[place].instant = instant
        if instant < previous { siftUp(place) } else { siftDown(place) }
    }

    /// Takes a deadline away; its ticket is another's from now on.
    ///
    /// - Parameter ticket: The deadline's.
    /// - Returns: When it was due.
    /// - Complexity: O(log *n*).
    @inlinable
    @discardableResult
    public mutating func remove(_ ticket: Int) -> Instant {
        let place = places[ticket]
        let removed = heap[place]
        freeTickets.append(ticket)
        let last = heap.removeLast()
        if place < heap.count {
            put(last, at: place)
            // The last entry may belong above or below the place, as the two may lie on different branches.
            siftDown(place)
            siftUp(place)
        }
        return removed.instant
    }

    /// Takes the earliest deadline away if it is due; its ticket is another's from now on.
    ///
    /// - Parameter now: The instant at which everything up to it, and at it, is due.
    /// - Returns: The key and when it was due, or nil when nothing is due. By instant, then by key.
    /// - Complexity: O(log *n*).
    @inlinable
    public mutating func popExpired(at now: Instant) -> (key: Key, instant: Instant)? {
        guard let first = heap.first, first.instant <= now else { return nil }
        remove(first.ticket)
        return (first.key, first.instant)
    }

    /// Takes all deadlines away, and keeps the memory.
    @inlinable
    public mutating func removeAll() {
        heap.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        freeTickets.removeAll(keepingCapacity: true)
    }
}

extension DeadlineHeap {
    @inlinable
    mutating func put(_ entry: Entry, at place: Int) {
        heap[place] = entry
        places[entry.ticket] = place
    }

    @inlinable
    mutating func siftUp(_ start: Int) {
        let entry = heap[start]
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard entry.precedes(heap[parent]) else { break }
            put(heap[parent], at: place)
            place = parent
        }
        if place != start { put(entry, at: place) }
    }

    @inlinable
    mutating func siftDown(_ start: Int) {
        let entry = heap[start]
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(entry) else { break }
            put(heap[child], at: place)
            place = child
        }
        if place != start { put(entry, at: place) }
    }
}

extension DeadlineHeap: Sendable where Key: Sendable {}
extension DeadlineHeap.Entry: Sendable where Key: Sendable {}
