// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// How a call waits.
extension SocketEngine {
    /// Suspends until the socket may be ready, or the wait ends otherwise.
    ///
    /// - Parameters:
    ///   - atFront: Whether this call was woken in vain and so goes before those that came later.
    ///   - miss: When the call found that the socket is not ready.
    ///   - isReady: Asked under the lock before the call is parked; true ends the wait at once. (Whether libzmq's
    ///     socket is ready is asked in any case.)
    func park(
        in lane: Lane,
        atFront: Bool,
        until deadline: ContinuousClock.Instant?,
        after miss: Moment = .start,
        unless isReady: @Sendable (inout EngineState) -> Bool = { _ in false }
    ) async -> WakeReason {
        // The key comes first, so that the cancellation handler and the timer know whom to look for.
        let key = state.withLock { $0.lot.reserveKey(in: lane, atFront: atFront) }
        if let deadline { context.reactor.start(.waiter(lane, key), of: id, at: deadline) }
        let reason = await Waiter.suspend {
            enter($0, lane, key, deadline, miss, isReady)
        } orLeaving: {
            state.withLock { state in
                let waiter = state.lot.leave(key, in: lane)
                if waiter != nil { state.statistics.cancellations += 1 }
                return waiter
            }
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
        _ miss: Moment,
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
            if Task.isCancelled { return .cancelled }
            if let deadline, ContinuousClock.now >= deadline { return .expired }
            if state.exclusive != nil { return .busy }
            if isReady(&state) { return .readyAtOnce }
            state.lot.park(waiter, in: lane, key: key)
            state.statistics.parks += 1
            state.suspends()
            if lane != .turn { watch(&state, for: lane, after: miss, &woken) }
            return nil
        }
    }

    /// Sees to it that the waiter just parked learns of what happens after its miss.
    private func watch(_ state: inout EngineState, for lane: Lane, after miss: Moment, _ woken: inout Woken<Waiter>) {
        if state.moment == miss { return arm(&state) }
        // Somebody else may have consumed the signal since.
        if lane == .send, kind.readiness == .activity {
            // No event would tell.
            sweep(&state, after: Self.retryInterval)
            arm(&state)
        } else {
            // For everybody who is parked, this waiter included.
            look(at: &state, sawCommand: false, &woken)
        }
    }

    /// Lets a thread run that waits for this core, if a stream of messages was received: libzmq's own is likely to be
    /// one, and what it brings then saves this call a suspension, which costs much more.
    func giveWay() -> Bool {
        guard state.withLock({ $0.recordMiss() }) else { return false }
        sched_yield()
        return true
    }

    /// Lets other tasks run when calls on this socket have succeeded for long without suspending.
    func yieldIfDue() async {
        let isDue = state.withLock { state in state.yields() }
        guard isDue else { return }
        if kind.isObserved { recheck(always: true) }
        await Task.yield()
    }

    /// The instant at which a call that may take this long gives up.
    func deadline(after timeout: Duration?) -> ContinuousClock.Instant? {
        timeout.map { .now + $0.countable }
    }

    // MARK: Taking turns

    /// Waits until no other exchange is under way, then takes the turn.
    func takeTurn(until deadline: ContinuousClock.Instant?, _ operation: StaticString) async throws(ZMQError) {
        try checkProcess(operation)
        let isMine = try state.withLock { (state) throws(ZMQError) in
            try checkUsable(&state, operation)
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
