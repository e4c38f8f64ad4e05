// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubscriptionQueue {
    /// Takes the first message out.
    ///
    /// - Returns: The first message, or nil when none waits.
    /// - Complexity: O(1).
    @inlinable
    public mutating func popFirst() -> Element? {
        guard let entry = ring.popFirst() else { return nil }
        state.bytes &-= entry.bytes
        state.taken &+= 1
        if isKeyed { forgetFirstKey() }
        return entry.element
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
        guard ring.count > limit || !batch.isEmpty else { return takeAll(into: &batch) }
        let number = min(ring.count, max(0, limit))
        for _ in 0..<number {
            guard let entry = ring.popFirst() else { break }
            state.bytes &-= entry.bytes
            if isKeyed { forgetFirstKey() }
            batch.ring.append(entry)
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
        let number = ring.count
        while ring.count > 0 { evictFirst() }
        return number
    }

    @inlinable
    mutating func takeAll(into batch: inout SubscriptionBatch<Element>) -> Int {
        let number = ring.count
        swap(&ring, &batch.ring)
        state.bytes = 0
        state.taken &+= UInt64(number)
        // One by one: emptying the dictionary would cost as much as it was ever large.
        while keys.count > 0 { forgetFirstKey() }
        return number
    }

    /// Drops the first message, of which there has to be one.
    @inlinable
    mutating func evictFirst() {
        guard let entry = ring.popFirst() else { return }
        state.bytes &-= entry.bytes
        // Odd: between two such drops, nothing was taken. (A message is replaced where it is with the policy that
        // keeps the latest, so that what is first is not the oldest there.)
        state.drop(entry.source, bytes: entry.bytes, run: isKeyed ? 0 : state.taken << 1 | 1)
        state.evicted &+= 1
        if isKeyed { forgetFirstKey() }
    }

    /// Drops a message that is not in the queue.
    @inlinable
    mutating func refuse(_ source: MessageSource, bytes: Int) {
        // Even: between two such drops, none was queued.
        state.drop(source, bytes: bytes, run: isKeyed ? 0 : (state.taken + state.evicted + UInt64(ring.count) + 1) << 1)
    }

    @inlinable @inline(never)
    mutating func forgetFirstKey() {
        if let key = keys.popFirst() { places[key] = nil }
    }
}
