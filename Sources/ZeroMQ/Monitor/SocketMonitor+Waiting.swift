// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

extension SocketMonitor {
    /// Suspends until there is something for this reader, or, for nil, until the connections may have changed.
    func park(
        for reader: UInt64?,
        until deadline: ContinuousClock.Instant?,
        unless isReady: @Sendable (borrowing State) -> Bool
    ) async -> WakeReason {
        // The key comes first, so that the cancellation handler and the timer know whom to look for.
        let key = state.withLock { state in
            defer { state.nextKey += 1 }
            return state.nextKey
        }
        if let deadline { reactor.start(.waiter(.observe, key), of: id, at: deadline) }
        let reason = await Waiter.suspend { waiter in
            state.withLock { state in
                switch state.end {
                case .closed?: return .closed
                case .contextTerminated?: return .contextTerminated
                case nil: break
                }
                if isReady(state) { return .readyAtOnce }
                if Task.isCancelled { return .cancelled }
                if let deadline, ContinuousClock.now >= deadline { return .expired }
                state.waiters[key] = (waiter, reader)
                return nil
            }
        } orLeaving: {
            state.withLock { $0.waiters.removeValue(forKey: key)?.waiter }
        }
        if deadline != nil, reason != .expired { reactor.stop(.waiter(.observe, key), of: id) }
        return reason
    }

    // MARK: Readers

    func addReader(_ reader: UInt64, bufferingNewest capacity: Int) {
        state.withLock { $0.rings[reader] = EventRing(capacity: capacity) }
    }

    func removeReader(_ reader: UInt64) {
        if isInItsProcess { state.withLock { $0.rings[reader] = nil } }
    }

    /// The next event; nil when the task is cancelled, or when the socket has ended and its last event was read.
    func next(for reader: UInt64) async -> SocketEvent? {
        while isInItsProcess {
            let (event, hasEnded) = state.withLock { state in
                let event = state.rings[reader]?.popFirst()
                if let event, event.kind == .lagged { state.log.noteLag(event) }
                return (event, state.end != nil)
            }
            if event != nil || hasEnded { return event }
            let reason = await park(for: reader, until: nil) { !($0.rings[reader]?.isEmpty ?? true) }
            if reason == .cancelled { return nil }
        }
        return nil
    }
}
