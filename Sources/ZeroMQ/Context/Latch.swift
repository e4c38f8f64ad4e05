// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// An event that happens once, and that any number of tasks may wait for.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var nextKey = 0
        var waiters: [Int: Waiter] = [:]
    }

    private let state = Locked(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(.ready) }
    }

    /// True once the latch is open; false when the task is cancelled first.
    func wait() async -> Bool {
        let key = state.withLock { state in
            defer { state.nextKey += 1 }
            return state.nextKey
        }
        let reason = await Waiter.suspend { waiter in
            state.withLock { state in
                if state.isOpen { return .ready }
                if Task.isCancelled { return .cancelled }
                state.waiters[key] = waiter
                return nil
            }
        } orLeaving: {
            state.withLock { $0.waiters.removeValue(forKey: key) }
        }
        return reason == .ready
    }

    /// True once the latch is open; false when the time is up or the task is cancelled first.
    func wait(atMost limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                try? await Task.sleep(for: limit.countable)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }
}
