// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import SinewCore
import ZeroMQ

/// Hands elements to any number of readers, each with a bounded buffer of its own: who is slow loses the oldest, and
/// is told how many. The first reader also gets what came before it.
final class Broadcast<Element: Sendable>: Sendable {
    private struct Reader {
        var buffer: Deque<Element> = []
        var missed = 0
        var waiter: Waiter?

        mutating func append(_ element: Element, _ capacity: Int) {
            if buffer.count >= capacity {
                buffer.removeFirst()
                missed += 1
            }
            buffer.append(element)
        }
    }

    private struct State {
        // In the order in which they came.
        var readers: [(key: UInt64, reader: Reader)] = []
        /// What waits for the first reader; nil once there was one.
        var early: Reader? = Reader()
        var nextKey: UInt64 = 0
        var isFinished = false
    }

    private let state = Locked(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    func send(_ element: Element) {
        let woken = state.withLock { state -> [Waiter] in
            var woken: [Waiter] = []
            state.early?.append(element, capacity)
            for place in state.readers.indices {
                state.readers[place].reader.append(element, capacity)
                if let waiter = state.readers[place].reader.waiter.take() { woken.append(waiter) }
            }
            return woken
        }
        for waiter in woken { waiter.resume(.ready) }
    }

    func finish() {
        let woken = state.withLock { state -> [Waiter] in
            state.isFinished = true
            return state.readers.indices.compactMap { state.readers[$0].reader.waiter.take() }
        }
        for waiter in woken { waiter.resume(.closed) }
    }

    func addReader() -> UInt64 {
        state.withLock { state in
            state.nextKey += 1
            state.readers.append((state.nextKey, state.early.take() ?? Reader()))
            return state.nextKey
        }
    }

    func removeReader(_ key: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let place = state.readers.firstIndex(where: { $0.key == key }) else { return nil }
            return state.readers.remove(at: place).reader.waiter
        }
        waiter?.resume(.closed)
    }

    /// The next element and how many were lost before it; nil at the end, or when the task is cancelled.
    func next(for key: UInt64) async -> (element: Element, missed: Int)? {
        while true {
            let (found, isOver) = state.withLock { state -> ((Element, Int)?, Bool) in
                guard let place = state.readers.firstIndex(where: { $0.key == key }) else { return (nil, true) }
                guard let element = state.readers[place].reader.buffer.popFirst() else {
                    return (nil, state.isFinished)
                }
                defer { state.readers[place].reader.missed = 0 }
                return ((element, state.readers[place].reader.missed), false)
            }
            if let found { return found }
            if isOver { return nil }
            let reason = await Waiter.suspend { waiter in
                state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    guard !state.isFinished, let place = state.readers.firstIndex(where: { $0.key == key }) else {
                        return .ready
                    }
                    if !state.readers[place].reader.buffer.isEmpty { return .ready }
                    state.readers[place].reader.waiter = waiter
                    return nil
                }
            } orLeaving: {
                state.withLock { state in
                    guard let place = state.readers.firstIndex(where: { $0.key == key }) else { return nil }
                    return state.readers[place].reader.waiter.take()
                }
            }
            if reason == .cancelled { return nil }
        }
    }
}
