// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubscriptionQueue {
    /// Takes the first message out.
    ///
    /// - Returns: The first message and what it came with, or nil when none waits.
    /// - Complexity: O(1).
    @inlinable
    public mutating func popFirst() -> (origin: Element.Origin, element: Element)? {
        guard let (origin, element) = removeFirst() else { return nil }
        state.taken &+= 1
        return (origin, element)
    }

    /// Takes messages out, from the first on: what a reader does, so that it takes many under one lock.
    ///
    /// What is in the batch has been delivered as far as the queue is concerned: it counts for no limit, and no policy
    /// drops it. Take few at once with ``SlowPolicy/latest``, so that what is read is new.
    ///
    /// - Parameters:
    ///   - limit: The most to take.
    ///   - batch: Where they are appended.
    /// - Returns: How many were taken.
    /// - Complexity: O(1) for all of the queue and an empty batch, unless the policy is ``SlowPolicy/latest``: the two
    ///   exchange their memory. Else O(*n*) for *n* messages.
    @inlinable
    @discardableResult
    public mutating func take(atMost limit: Int = .max, into batch: inout SubscriptionBatch<Element>) -> Int {
        guard count > limit || !batch.isEmpty else { return takeAll(into: &batch) }
        var left = min(count, max(0, limit))
        let number = left
        while left > 0, var run = ring[ring.start] {
            let taken = run.split(min(left, run.count))
            for index in taken.next..<taken.end { state.bytes &-= taken.elements[index].cost }
            state.count &-= taken.count
            left &-= taken.count
            batch.ring.append(taken)
            if run.count > 0 { ring[ring.start] = run } else { dropFirstRun() }
        }
        state.taken &+= UInt64(number)
        return number
    }

    /// Drops all messages that wait, and counts them as dropped: for a subscription that ends unread.
    ///
    /// - Returns: How many were dropped.
    /// - Complexity: O(*n*) for *n* messages.
    @discardableResult
    public mutating func discardAll() -> Int {
        let number = count
        while !isEmpty { evictFirst() }
        return number
    }

    @inlinable
    mutating func takeAll(into batch: inout SubscriptionBatch<Element>) -> Int {
        let number = count
        swap(&ring, &batch.ring)
        state.count = 0
        state.bytes = 0
        state.taken &+= UInt64(number)
        // One by one: emptying the dictionary would cost as much as it was ever large.
        while keys.count > 0 { forgetFirstKey() }
        return number
    }

    @inlinable
    mutating func removeFirst() -> (Element.Origin, Element)? {
        guard ring.count > 0 else { return nil }
        let slot = ring.start & (ring.slots.count &- 1)
        guard let element = ring.slots[slot]?.popFirst(), let origin = ring.slots[slot]?.origin else { return nil }
        state.count &-= 1
        state.bytes &-= element.cost
        if ring.slots[slot]?.count == 0 { dropFirstRun() }
        return (origin, element)
    }

    /// Lets go of the first messages, all of which were taken.
    @inlinable
    mutating func dropFirstRun() {
        _ = ring.popFirst()
        if isKeyed { forgetFirstKey() }
    }

    /// Drops the first message, of which there has to be one.
    @inlinable
    mutating func evictFirst() {
        guard let (origin, element) = removeFirst() else { return }
        dropEvicted(element, from: origin)
    }

    /// Drops a message that was in the queue, or is taken for one that was.
    @inlinable
    mutating func dropEvicted(_ element: Element, from origin: Element.Origin) {
        // Odd: between two such drops, nothing was taken. (A message is replaced where it is with the policy that
        // keeps the latest, so that what is first is not the oldest there.)
        let run = isKeyed ? 0 : state.taken << 1 | 1
        state.drop(element.source(from: origin), bytes: element.cost, run: run)
        state.evicted &+= 1
    }

    /// Drops a message that is not in the queue.
    ///
    /// - Parameter queued: How many are in it that are not counted yet.
    @inlinable
    mutating func refuse(_ element: Element, from origin: Element.Origin, queued: Int = 0) {
        // Even: between two such drops, none was queued.
        let sum = state.taken &+ state.evicted &+ UInt64(count &+ queued) &+ 1
        state.drop(element.source(from: origin), bytes: element.cost, run: isKeyed ? 0 : sum << 1)
    }

    @inlinable @inline(never)
    mutating func forgetFirstKey() {
        if let key = keys.popFirst() { places[key] = nil }
    }
}
