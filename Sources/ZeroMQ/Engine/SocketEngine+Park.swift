// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// How a call waits.
extension SocketEngine {
    /// Suspends until the socket may be ready, or the wait ends otherwise.
    ///
    /// - Parameters:
    ///   - atFront: Whether this call was woken in vain and so goes before those that came later.
    ///   - isReady: Asked under the lock before the call is parked; true ends the wait at once. (Whether libzmq's socket
    ///     is ready is asked in any case.)
    func park(
        in lane: Lane,
        atFront: Bool,
        until deadline: ContinuousClock.Instant?,
        unless isReady: @Sendable (inout EngineState) -> Bool = { _ in false }
    ) async -> WakeReason {
        // The key comes first, so that the cancellation handler and the timer know whom to look for.
        let key = state.withLock { $0.lot.reserveKey(in: lane, atFront: atFront) }
        if let deadline { context.reactor.start(.waiter(lane, key), of: id, at: deadline) }
        let reason = await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { continuation in
                let waiter = unsafe Waiter(continuation)
                if let reason = enter(waiter, lane, key, deadline, isReady) { waiter.resume(reason) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.lot.leave(key, in: lane)
                if waiter != nil { state.statistics.cancellations += 1 }
                return waiter
            }
            waiter?.resume(.cancelled)
        }
        if deadline != nil, reason != .expired { context.reactor.stop(.waiter(lane, key), of: id) }
        return reason
    }

    /// Parks a waiter, or says why it must not wait.
    private func enter(
        _ waiter: Waiter,
        _ lane: Lane,
        _ key: Int64,
        _ deadline: ContinuousClock.Instant?,
        _ isReady: (inout EngineState) -> Bool
    ) -> WakeReason? {
        var woken = Woken<Waiter>()
        defer { woken.resume(.ready) }
        return state.withLock { state in
            switch state.end {
            case .closed?: return .closed
            case .contextTerminated?: return .contextTerminated
            case nil: break
            }
            // A task is marked before its handlers run, and the handler takes this lock: it is seen here, or finds
            // the waiter.
            if Task.isCancelled { return .cancelled }
            if let deadline, ContinuousClock.now >= deadline { return .expired }
            if state.exclusive != nil { return .busy }
            if isReady(&state) { return .readyAtOnce }
            state.lot.park(waiter, in: lane, key: key)
            state.statistics.parks += 1
            // Since the call tried, somebody else may have consumed the signal, or this look does: it is for everybody
            // who is parked, this waiter included.
            if lane == .send, kind.readiness == .activity {
                arm(&state)
            } else if lane != .turn {
                look(at: &state, sawCommand: false, &woken)
            }
            return nil
        }
    }

    /// Lets other tasks run when calls on this socket have succeeded for long without suspending.
    func yieldIfDue() async {
        let isDue = state.withLock { state in
            defer { state.hitsInARow = 0 }
            return state.hitsInARow > EngineState.hitsBeforeYield
        }
        guard isDue else { return }
        if kind.isObserved { recheck(always: true) }
        await Task.yield()
    }

    /// The instant at which a call that may take this long gives up.
    func deadline(after timeout: Duration?) -> ContinuousClock.Instant? {
        timeout.map { .now + $0 }
    }

    // MARK: Taking turns

    /// Waits until no other exchange is under way, then takes the turn.
    func takeTurn(until deadline: ContinuousClock.Instant?, _ operation: StaticString) async throws(ZMQError) {
        let isMine = try state.withLock { (state) throws(ZMQError) in
            try checkUsable(state, operation)
            defer { state.isTurnTaken = true }
            return !state.isTurnTaken
        }
        if isMine { return }
        let reason = await park(in: .turn, atFront: false, until: deadline) { state in
            defer { state.isTurnTaken = true }
            return !state.isTurnTaken
        }
        guard reason == .ready || reason == .readyAtOnce else { throw ended(by: reason, operation) }
    }

    /// Hands the turn to the next in line.
    func endTurn() {
        let next = state.withLock { state -> Waiter? in
            let next = state.lot.wakeFirst(in: .turn)
            state.isTurnTaken = next != nil
            return next
        }
        next?.resume(.ready)
    }
}
