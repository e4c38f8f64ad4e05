// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// Waiters in the order in which they are to be woken. Pure: no locks, no continuations of its own.
///
/// Each gets a key, in rising order from front to back; one that was woken in vain goes back to the front. A waiter
/// that leaves early is found by its key in O(log *n*); its place is swept once such places outnumber the waiters.
struct WaitQueue<Payload> {
    typealias Key = Int64

    private var entries: Deque<(key: Key, payload: Payload?)> = []
    private var nextBack: Key = 0
    private var nextFront: Key = -1
    /// How many wait.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Takes the next key at one end, for a waiter that is about to be inserted.
    mutating func reserveKey(atFront: Bool) -> Key {
        if atFront {
            defer { nextFront -= 1 }
            return nextFront
        }
        defer { nextBack += 1 }
        return nextBack
    }

    /// Puts a waiter where its key belongs: at the end it was reserved for, unless others were quicker.
    mutating func insert(_ payload: Payload, key: Key) {
        entries.insert((key, payload), at: position(of: key))
        count += 1
    }

    mutating func popFirst() -> Payload? {
        while let entry = entries.popFirst() {
            guard let payload = entry.payload else { continue }
            count -= 1
            return payload
        }
        return nil
    }

    /// Takes the waiter with this key out; nil when it was woken already.
    mutating func remove(_ key: Key) -> Payload? {
        let low = position(of: key)
        guard low < entries.count, entries[low].key == key, let payload = entries[low].payload else { return nil }
        entries[low].payload = nil
        count -= 1
        if entries.count > 2 * count + 16 { entries.removeAll { $0.payload == nil } }
        return payload
    }

    /// Where a key stands, or would.
    private func position(of key: Key) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func removeAll() -> [Payload] {
        let payloads = entries.compactMap(\.payload)
        entries.removeAll()
        count = 0
        return payloads
    }
}
