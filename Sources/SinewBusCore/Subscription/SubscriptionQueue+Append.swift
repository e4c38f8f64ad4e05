// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubscriptionQueue {
    /// Appends a message, or does what the policy says where there is no room for it.
    ///
    /// A message that alone has more bytes than the limit is dropped under every policy that drops.
    ///
    /// - Parameters:
    ///   - element: The message.
    ///   - size: What it counts for, in bytes; a negative number counts as 0.
    ///   - key: Its subject; asked for only with ``SlowPolicy/latest``.
    ///   - source: Which message it is. Those of one publisher come with rising numbers.
    /// - Returns: What became of it, and of others because of it.
    /// - Complexity: O(1), amortised; allocates only while the queue grows to a size that it never had.
    @inlinable
    public mutating func append(
        _ element: consuming Element,
        bytes size: Int,
        key: @autoclosure () -> [UInt8],
        source: MessageSource
    ) -> Appended {
        let entry = Entry(element, bytes: size, source: source)
        guard !isKeyed else { return replace(consume entry, key: key()) }
        guard fits(entry.bytes) else { return appendOver(consume entry) }
        return push(consume entry)
    }

    /// Appends messages one after the other.
    ///
    /// - Parameters:
    ///   - entries: The messages.
    ///   - key: The subject of one of them; asked for only with ``SlowPolicy/latest``.
    /// - Returns: What became of them, all together: ``Appended/first`` when the queue was empty before.
    @inlinable
    public mutating func append(
        contentsOf entries: some Sequence<Entry>,
        key: (Element) -> [UInt8]
    ) -> Appended {
        var appended: Appended = []
        for entry in entries {
            if isKeyed {
                appended.formUnion(replace(entry, key: key(entry.element)))
            } else if fits(entry.bytes) {
                appended.formUnion(push(entry))
            } else {
                appended.formUnion(appendOver(entry))
            }
        }
        return appended
    }

    @inlinable @inline(__always)
    func fits(_ size: Int) -> Bool { ring.count < state.room.messages && size <= state.room.bytes &- bytes }

    @inlinable @inline(__always)
    mutating func push(_ entry: consuming Entry) -> Appended {
        let wasEmpty = ring.count == 0
        state.bytes &+= entry.bytes
        ring.append(consume entry)
        let appended: Appended = wasEmpty ? [.queued, .first] : .queued
        guard policy.kind == .wait, isOverLimit else { return appended }
        return appended.union(.reachedLimit)
    }

    /// There is no room.
    @inlinable
    mutating func appendOver(_ entry: consuming Entry) -> Appended {
        switch policy.kind {
        case .dropOldest where entry.bytes <= state.room.bytes:
            while !fits(entry.bytes) { evictFirst() }
            return push(consume entry).subtracting(.first).union(.dropped)
        case .disconnect where !state.isEnded:
            state.isEnded = true
            state.room = SubscriptionLimits.none
            refuse(entry.source, bytes: entry.bytes)
            return [.dropped, .ended]
        default:
            refuse(entry.source, bytes: entry.bytes)
            return .dropped
        }
    }

    /// ``SlowPolicy/latest``: the message takes the place of the older one of its subject, if there is one.
    @inlinable
    mutating func replace(_ entry: consuming Entry, key: [UInt8]) -> Appended {
        guard entry.bytes <= state.room.bytes else {
            refuse(entry.source, bytes: entry.bytes)
            return .dropped
        }
        var hasEvicted = false
        while true {
            if let place = places[key], let older = ring[place] {
                if entry.bytes <= state.room.bytes &- (state.bytes &- older.bytes) {
                    state.drop(older.source, bytes: older.bytes, run: 0)
                    state.evicted &+= 1
                    state.bytes &+= entry.bytes &- older.bytes
                    ring[place] = entry
                    return [.queued, .dropped]
                }
            } else if fits(entry.bytes) {
                places[key] = ring.end
                keys.append(key)
                let appended = push(entry)
                return hasEvicted ? appended.subtracting(.first).union(.dropped) : appended
            }
            evictFirst()
            hasEvicted = true
        }
    }
}
