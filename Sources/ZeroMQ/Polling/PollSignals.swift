// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// Which sockets of a ``Poll`` have news, and the task that waits for some.
///
/// Sockets call it and it knows nothing of them, so that neither keeps the other alive.
final class PollSignals: ReactorTarget {
    private struct State {
        /// Sockets to be looked at, in the order of their news; each once.
        var news: [UInt64] = []
        var isListed: Set<UInt64> = []
        var waiter: Waiter?
        /// Which wait it is, for its timer.
        var serial: Int64 = 0

        mutating func list(_ id: UInt64) {
            if isListed.insert(id).inserted { news.append(id) }
        }
    }

    private let state = Locked(State())

    /// A socket has news.
    func signal(_ id: UInt64) {
        let waiter = state.withLock { state in
            state.list(id)
            return state.waiter.take()
        }
        waiter?.resume(.ready)
    }

    /// Sockets that must be looked at by the next wait, because they were ready or failed when they were last.
    func list(_ ids: some Sequence<UInt64>) {
        state.withLock { state in
            for id in ids { state.list(id) }
        }
    }

    /// The sockets that have news, which are not remembered any longer.
    func takeNews() -> [UInt64] {
        state.withLock { state in
            state.isListed.removeAll(keepingCapacity: true)
            return exchange(&state.news, with: [])
        }
    }

    /// Suspends until there are news, or the wait ends otherwise. One task at a time.
    ///
    /// - Parameter context: Whose reactor keeps the deadline.
    func park(until deadline: ContinuousClock.Instant?, with context: ContextCore) async -> WakeReason {
        let serial = state.withLock { state in
            state.serial += 1
            return state.serial
        }
        let timer = ReactorTimer.waiter(.observe, serial)
        var target: UInt64?
        if let deadline {
            let id = context.reactor.reserveTarget()
            context.reactor.register(self, as: id)
            context.reactor.start(timer, of: id, at: deadline)
            target = id
        }
        let reason = await Waiter.suspend { waiter in
            state.withLock { state in
                if Task.isCancelled { return .cancelled }
                if !state.news.isEmpty { return .ready }
                if let deadline, ContinuousClock.now >= deadline { return .expired }
                state.waiter = waiter
                return nil
            }
        } orLeaving: {
            leave(serial)
        }
        if let target {
            context.reactor.stop(timer, of: target)
            context.reactor.unregister(target)
        }
        return reason
    }

    private func leave(_ serial: Int64) -> Waiter? {
        state.withLock { $0.serial == serial ? $0.waiter.take() : nil }
    }

    // MARK: ReactorTarget

    func descriptorFired() {}

    func timerFired(_ timer: ReactorTimer) {
        if case .waiter(_, let serial) = timer { leave(serial)?.resume(.expired) }
    }
}
