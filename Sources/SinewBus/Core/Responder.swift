// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import ZeroMQ

/// Answers the requests of one subscription: each in a task of its own, so many at once and not more.
final class Responder: Sendable {
    private struct State {
        var running = 0
        /// Who waits until nothing runs.
        var waiter: Waiter?
    }

    private let state = Locked(State())
    private let node: NodeCore
    private let subscription: SubscriptionCore
    private let limit: Int
    private let executor: (any TaskExecutor)?
    private let handler: @Sendable (BusMessage) async throws -> Response

    init(
        of node: NodeCore,
        _ subscription: SubscriptionCore,
        limit: Int,
        on executor: (any TaskExecutor)?,
        _ handler: @escaping @Sendable (BusMessage) async throws -> Response
    ) {
        self.node = node
        self.subscription = subscription
        self.limit = limit
        self.executor = executor
        self.handler = handler
    }

    /// Begins with what waits, as far as there may be more at once.
    func pump() {
        while true {
            let mayRun = state.withLock { state in
                guard state.running < limit else { return false }
                state.running += 1
                return true
            }
            guard mayRun else { return }
            guard let message = subscription.pop().message else {
                leave()
                // What came between is not left lying: whoever brought it found no place.
                if subscription.counts.waiting > 0 { continue }
                return
            }
            let isRunning = node.respond(to: message, on: executor, handler) { [self] in
                leave()
                pump()
            }
            if !isRunning { leave() }
        }
    }

    private func leave() {
        let waiter = state.withLock { state -> Waiter? in
            state.running -= 1
            return state.running == 0 ? state.waiter.take() : nil
        }
        waiter?.resume(.ready)
    }

    /// Waits until nothing runs any more.
    func finished() async {
        while state.withLock({ $0.running > 0 }) {
            _ = await Waiter.suspend { waiter in
                state.withLock { state in
                    if state.running == 0 { return .ready }
                    state.waiter = waiter
                    return nil
                }
            }
        }
    }
}
