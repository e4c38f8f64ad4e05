// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import ZeroMQ

/// Tasks that wait until something has changed, each for as long as it likes.
///
/// Whoever changes something calls ``wakeAll()`` afterwards, without a lock; each task looks again.
final class WaitingRoom: Sendable {
    private struct State {
        // For looking up, and for waking all, which has no order.
        var waiters: [UInt64: Waiter] = [:]
        var deadlines = Deadlines<UInt64>()
        var nextKey: UInt64 = 0
        var isClosed = false
    }

    private let state = Locked(State())
    private let alarm = Locked<Alarm?>(nil)

    /// Keeps deadlines on a context's thread from now on.
    func start(on context: Context) {
        let alarm = Alarm(context: context) { [weak self] in self?.expire() }
        self.alarm.withLock { $0 = alarm }
    }

    /// Suspends until the condition holds.
    ///
    /// - Parameters:
    ///   - deadline: How long at most.
    ///   - condition: Asked under the room's lock, so it must not wait for anybody who holds that.
    /// - Returns: `ready`, `expired`, `cancelled` or `closed`.
    func wait(until deadline: Instant, for condition: @escaping @Sendable () -> Bool) async -> WakeReason {
        while true {
            if condition() { return .ready }
            if Monotonic.now >= deadline { return .expired }
            let key = state.withLock { state in
                state.nextKey += 1
                return state.nextKey
            }
            let reason = await Waiter.suspend { waiter in
                enter(waiter, as: key, until: deadline, condition)
            } orLeaving: {
                leave(key)
            }
            guard reason == .ready else { return reason }
        }
    }

    private func enter(
        _ waiter: Waiter,
        as key: UInt64,
        until deadline: Instant,
        _ condition: () -> Bool
    ) -> WakeReason? {
        state.withLock { state in
            if Task.isCancelled { return .cancelled }
            if state.isClosed { return .closed }
            if condition() { return .ready }
            state.waiters[key] = waiter
            let before = state.deadlines.next
            state.deadlines.set(key, at: deadline)
            if let next = state.deadlines.next, next != before { arm(next) }
            return nil
        }
    }

    private func leave(_ key: UInt64) -> Waiter? {
        state.withLock { state in
            state.deadlines.cancel(key)
            return state.waiters.removeValue(forKey: key)
        }
    }

    /// Has everybody look again.
    func wakeAll() {
        let woken = state.withLock { state -> [Waiter] in
            guard !state.waiters.isEmpty else { return [] }
            defer {
                state.waiters.removeAll(keepingCapacity: true)
                state.deadlines.removeAll()
            }
            return Array(state.waiters.values)
        }
        for waiter in woken { waiter.resume(.ready) }
    }

    /// Ends all waiting, now and later.
    func close() {
        let woken = state.withLock { state -> [Waiter] in
            state.isClosed = true
            defer { state.waiters.removeAll() }
            state.deadlines.removeAll()
            return Array(state.waiters.values)
        }
        for waiter in woken { waiter.resume(.closed) }
    }

    private func expire() {
        let now = Monotonic.now
        let expired = state.withLock { state -> [Waiter] in
            var expired: [Waiter] = []
            while let due = state.deadlines.popExpired(at: now) {
                if let waiter = state.waiters.removeValue(forKey: due.key) { expired.append(waiter) }
            }
            if let next = state.deadlines.next { arm(next) }
            return expired
        }
        for waiter in expired { waiter.resume(.expired) }
    }

    /// Under the lock: else an earlier deadline could be set before a later one, which would take its place.
    private func arm(_ deadline: Instant) {
        let wait = Monotonic.now.duration(to: deadline)
        alarm.withLock { $0 }?.set(after: wait)
    }
}
