// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// How a socket notices that it is ready. The rules, and what goes wrong without each, are in
/// Documentation/architecture.md.
extension SocketEngine: ReactorTarget {
    /// How long a socket that nobody waits at is left alone after it saw a command.
    static let sweepInterval = Duration.milliseconds(20)
    /// How soon a sender that waits for one full peer tries again when other calls may have consumed the signal.
    static let retryInterval = Duration.milliseconds(2)

    func descriptorFired() {
        var woken = Woken<Waiter>()
        let isPumped = state.withLock { state in
            state.isArmed = false
            if state.startsPump() { return true }
            look(at: &state, sawCommand: true, &woken)
            return false
        }
        woken.resume(.ready)
        if isPumped { runPump() }
    }

    func timerFired(_ timer: ReactorTimer) {
        switch timer {
        case .waiter(let lane, let key):
            state.withLock { $0.lot.leave(key, in: lane) }?.resume(.expired)
        case .sweep:
            var woken = Woken<Waiter>()
            state.withLock { state in
                state.sweepTime = nil
                look(at: &state, sawCommand: true, &woken)
                if state.end == nil, state.exclusive == nil { arm(&state) }
            }
            woken.resume(.ready)
        case .pump: runPump()
        case .alarm: break
        }
    }

    /// Any operation processes libzmq's commands, and with them the signal that a parked waiter counts on. To be
    /// called, without the lock, after an operation that left `needsRecheck` set.
    @inline(never)
    func recheck(always: Bool = false) {
        var woken = Woken<Waiter>()
        state.withLock { state in
            guard always || state.needsRecheck else { return }
            look(at: &state, sawCommand: false, &woken)
        }
        woken.resume(.ready)
    }

    /// Reads the socket's readiness and takes out whom it concerns; sees to it that the next change is noticed. Returns
    /// what calls may count on: messages that were taken ahead included, "writable" only where it means something.
    @discardableResult
    func look(at state: inout EngineState, sawCommand: Bool, _ woken: inout Woken<Waiter>) -> Readiness {
        guard state.end == nil, state.exclusive == nil else { return Readiness() }
        state.moment.pass()
        var readiness = state.handle.events()
        guard readiness.failure == 0 else {
            lose(&state)
            return readiness
        }
        if kind.isObserved, readiness.canReceive { observe(&state, &woken) }
        readiness.canReceive = readiness.canReceive || shelf.count > 0 || !state.inbox.isEmpty
        readiness.canSend = readiness.canSend && kind.readiness == .events
        state.lot.wake(canReceive: readiness.canReceive, canSend: readiness.canSend, into: &woken)
        if readiness.canReceive, state.startsPump() { context.reactor.start(.pump, of: id, at: .now) }
        if kind.readiness == .activity, state.lot.hasSenders {
            if sawCommand {
                state.lot.wakeAll(in: .send, into: &woken)
            } else {
                sweep(&state, after: Self.retryInterval)
            }
        }
        if state.needsRecheck {
            arm(&state)
        } else if !state.isArmed {
            sweep(&state, after: Self.sweepInterval)
        }
        return readiness
    }

    func arm(_ state: inout EngineState) {
        guard !state.isArmed else { return }
        state.isArmed = true
        context.reactor.poller.arm(state.handle.descriptor, as: id)
    }

    /// Sees to it that commands are processed (subscriptions re-sent to a publisher that came back, say) even when
    /// nobody uses the socket; delayed, so that a socket which is busy in one direction only is not looked at for
    /// every command.
    func sweep(_ state: inout EngineState, after time: Duration) {
        let due = ContinuousClock.now + time
        guard state.sweepTime.map({ due < $0 }) ?? true else { return }
        state.sweepTime = due
        context.reactor.start(.sweep, of: id, at: due)
    }

    /// The context was shut down behind the socket's back: its own shutdown is about to wake everybody.
    private func lose(_ state: inout EngineState) { end(&state, .contextTerminated) }

    /// Takes in what subscribers asked for (PUB), a bounded number at a time.
    private func observe(_ state: inout EngineState, _ woken: inout Woken<Waiter>) {
        for _ in 0..<1000 {
            if state.inbox.isEmpty, state.inbox.refill(upTo: kind.prefetch, from: state.handle) != 0 {
                return state.lot.wakeAll(in: .observe, into: &woken)
            }
            guard let message = state.inbox.popFirst() else { continue }
            switch state.subscriptions.apply(message) {
            case .recorded: break
            case .beyondLimit:
                state.statistics.subscriptionsIgnored += 1
                logProblem("a subscription is not kept count of", count: state.statistics.subscriptionsIgnored)
            case .notASubscription:
                state.statistics.malformed += 1
                logProblem(Self.malformedMessage, count: state.statistics.malformed)
            }
        }
        state.lot.wakeAll(in: .observe, into: &woken)
        // There may be more, and nothing is going to tell.
        sweep(&state, after: Self.retryInterval)
    }
}
