// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// What a proxy is asked to do, and who waits for it.
final class ProxyControl: Sendable {
    enum Wish: Sendable {
        case move, pause, stop
    }

    private struct State {
        var wish = Wish.move
        /// How long a stop may wait for room.
        var stopLimit = Duration.zero
        var isRunning = false
        /// Whether messages may be moving.
        var isMoving = false
        /// Whoever runs the proxy, waiting for another wish.
        var runner: Waiter?
        /// Those who paused the proxy and wait until nothing moves.
        var pausers: [Waiter] = []
    }

    private let state = Locked(State())

    var wish: Wish { state.withLock { $0.wish } }

    /// How long a stop may wait for room; zero as long as none was asked for.
    var stopLimit: Duration { state.withLock { $0.stopLimit } }

    /// Asks for something else; after a stop there is no going back.
    func ask(for wish: Wish, within limit: Duration = .zero) {
        var waiters: [Waiter] = []
        state.withLock { state in
            guard state.wish != .stop, state.wish != wish else { return }
            state.wish = wish
            state.stopLimit = limit.countable
            if let runner = state.runner.take() { waiters.append(runner) }
            // Whoever paused was overtaken, and there may be no stillness to wait for.
            if wish == .move { waiters += exchange(&state.pausers, with: []) }
        }
        for waiter in waiters { waiter.resume(.ready) }
    }

    /// False when somebody runs the proxy already.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
    }

    func end() {
        state.withLock { $0.isRunning = false }
        standStill()
    }

    /// Whether messages may move now, which the caller then sees to.
    func mayMove() -> Bool {
        state.withLock { state in
            state.isMoving = state.wish == .move
            return state.isMoving
        }
    }

    /// No message moves any more.
    func standStill() {
        let pausers = state.withLock { state in
            state.isMoving = false
            return exchange(&state.pausers, with: [])
        }
        for pauser in pausers { pauser.resume(.ready) }
    }

    /// Suspends until no message moves.
    func stillness() async {
        _ = await Waiter.suspend { waiter in
            state.withLock { state in
                // Resumed meanwhile: there may be no stillness to wait for.
                guard state.isMoving, state.wish != .move else { return .readyAtOnce }
                state.pausers.append(waiter)
                return nil
            }
        }
    }

    /// Suspends until something other than `wish` is asked for, or the task is cancelled. For the one who runs the
    /// proxy.
    func change(from wish: Wish) async {
        _ = await Waiter.suspend { waiter in
            state.withLock { state in
                guard state.wish == wish, !Task.isCancelled else { return .readyAtOnce }
                state.runner = waiter
                return nil
            }
        } orLeaving: {
            state.withLock { $0.runner.take() }
        }
    }
}
