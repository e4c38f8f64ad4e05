// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubscriptionQueue {
    /// Appends messages, or does what the policy says with those for which there is no room.
    ///
    /// A message that alone has more bytes than the limit is dropped under every policy.
    ///
    /// - Parameters:
    ///   - run: The messages. Those of one publisher come with rising numbers.
    ///   - key: The subject of one of them; asked for only with ``SlowPolicy/latest``.
    /// - Returns: What became of them, and of others because of them: ``Appended/first`` when the queue was empty
    ///   before.
    /// - Complexity: O(*n*) for *n* messages, amortised; where there is room, that is a look at the size of each.
    @inlinable
    public mutating func append(_ run: MessageRun<Element>, key: (Element) -> [UInt8]) -> Appended {
        guard run.count > 0 else { return [] }
        guard !isKeyed else { return replace(run, key: key) }
        guard let bytes = bytes(fitting: run) else { return appendOver(run) }
        return push(run, bytes: bytes)
    }

    /// How many bytes wait when all the messages do; nil when there is no room for all.
    @inlinable
    func bytes(fitting run: MessageRun<Element>) -> Int? {
        guard run.count <= state.room.messages &- state.count else { return nil }
        var bytes = state.bytes
        for index in run.next..<run.end {
            let cost = run.elements[index].cost
            guard cost <= state.room.bytes &- bytes else { return nil }
            bytes &+= cost
        }
        return bytes
    }

    @inlinable
    mutating func push(_ run: MessageRun<Element>, bytes: Int) -> Appended {
        let wasEmpty = isEmpty
        state.bytes = bytes
        state.count &+= run.count
        ring.append(run)
        let appended: Appended = wasEmpty ? [.queued, .first] : .queued
        guard policy.kind == .wait, isOverLimit else { return appended }
        return appended.union(.reachedLimit)
    }

    /// There is no room for all of them.
    @inlinable
    mutating func appendOver(_ run: MessageRun<Element>) -> Appended {
        switch policy.kind {
        case .dropOldest: evict(for: run)
        case .disconnect where !state.isEnded: appendEnding(run)
        default: appendFitting(run)
        }
    }

    /// ``SlowPolicy/dropNewest`` and ``SlowPolicy/wait``: those that fit are queued.
    @inlinable
    mutating func appendFitting(_ run: MessageRun<Element>) -> Appended {
        var fitting: ContiguousArray<Element> = []
        var bytes = state.bytes
        for index in run.next..<run.end {
            let element = run.elements[index]
            if state.count &+ fitting.count < state.room.messages, element.cost <= state.room.bytes &- bytes {
                bytes &+= element.cost
                fitting.append(element)
            } else {
                refuse(element, from: run.origin, queued: fitting.count)
            }
        }
        let appended: Appended = fitting.count < run.count ? .dropped : []
        return fitting.isEmpty ? appended : push(MessageRun(run.origin, fitting), bytes: bytes).union(appended)
    }

    /// ``SlowPolicy/disconnect``: those that come before the first without room are queued, and no others.
    @inlinable
    mutating func appendEnding(_ run: MessageRun<Element>) -> Appended {
        var rest = run
        var bytes = state.bytes
        while let element = rest.first, state.count &+ run.count &- rest.count < state.room.messages,
            element.cost <= state.room.bytes &- bytes
        {
            bytes &+= element.cost
            _ = rest.popFirst()
        }
        var run = run
        let fitting = run.split(run.count &- rest.count)
        let appended = fitting.count > 0 ? push(fitting, bytes: bytes) : []
        state.isEnded = true
        state.room = SubscriptionLimits.none
        while let element = rest.popFirst() { refuse(element, from: rest.origin) }
        return appended.union([.dropped, .ended])
    }

    /// ``SlowPolicy/dropOldest``: the oldest go until there is room for the rest, which may be some of these.
    @inlinable
    mutating func evict(for run: MessageRun<Element>) -> Appended {
        var bytes = 0
        var fitting: ContiguousArray<Element> = []
        for index in run.next..<run.end {
            let element = run.elements[index]
            if element.cost > state.room.bytes {
                refuse(element, from: run.origin, queued: fitting.count)
            } else {
                fitting.append(element)
            }
        }
        guard !fitting.isEmpty else { return .dropped }
        // How many of these can stay: from the last one back.
        var first = fitting.count
        while first > 0, fitting.count &- first < state.room.messages,
            fitting[first &- 1].cost <= state.room.bytes &- bytes
        {
            first &-= 1
            bytes &+= fitting[first].cost
        }
        let wasEmpty = isEmpty
        var staying = MessageRun<Element>(run.origin, fitting)
        let leaving = staying.split(first)
        while !isEmpty, leaving.count > 0 || !fits(staying.count, bytes: bytes) { evictFirst() }
        for index in leaving.next..<leaving.end { dropEvicted(leaving.elements[index], from: run.origin) }
        let appended = push(staying, bytes: state.bytes &+ bytes)
        return (wasEmpty ? appended : appended.subtracting(.first)).union(.dropped)
    }

    @inlinable @inline(__always)
    func fits(_ number: Int, bytes: Int) -> Bool {
        number <= state.room.messages &- state.count && bytes <= state.room.bytes &- state.bytes
    }

    /// ``SlowPolicy/latest``: each message takes the place of the older one of its subject, if there is one.
    @inlinable
    mutating func replace(_ run: MessageRun<Element>, key: (Element) -> [UInt8]) -> Appended {
        let wasEmpty = isEmpty
        var appended: Appended = []
        for index in run.next..<run.end {
            let element = run.elements[index]
            appended.formUnion(replace(element, from: run.origin, key: key(element)))
        }
        return wasEmpty ? appended : appended.subtracting(.first)
    }

    @inlinable
    mutating func replace(_ element: Element, from origin: Element.Origin, key: [UInt8]) -> Appended {
        let cost = element.cost
        guard cost <= state.room.bytes else {
            refuse(element, from: origin)
            return .dropped
        }
        let single = MessageRun<Element>(origin, [element])
        var evicted: Appended = []
        while true {
            if let place = places[key], let older = ring[place], let last = older.first {
                if cost <= state.room.bytes &- (state.bytes &- last.cost) {
                    state.drop(last.source(from: older.origin), bytes: last.cost, run: 0)
                    state.evicted &+= 1
                    state.bytes &+= cost &- last.cost
                    ring[place] = single
                    return [.queued, .dropped]
                }
            } else if fits(1, bytes: cost) {
                places[key] = ring.end
                keys.append(key)
                return push(single, bytes: state.bytes &+ cost).union(evicted)
            }
            evictFirst()
            evicted = .dropped
        }
    }
}
