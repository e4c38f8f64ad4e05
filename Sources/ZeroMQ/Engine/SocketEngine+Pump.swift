// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// A function that gets all that comes to a socket, on the context's thread.
struct ReceivePump: Sendable {
    let handler: @Sendable ([Message]) -> Void
    /// Whether it is at work, or about to be: then nobody else looks after messages.
    var isRunning = false
}

extension EngineState {
    /// Whether the pump has to be run now, which is for the caller to see to.
    mutating func startsPump() -> Bool {
        guard isUsable, pump?.isRunning == false else { return false }
        pump?.isRunning = true
        return true
    }
}

/// Receiving without a task: no suspension, no waiter, no handler for cancellation. A machine over a socket takes in
/// what comes at once, and what a message costs before it is there is what everybody waits for.
extension SocketEngine {
    /// How often the pump is run before others have their turn on the thread.
    private static let pumpRounds = 16
    private static let pumpMessages = 64

    /// Hands all that comes to a function, until the socket ends. Calls that receive get nothing any more.
    func pump(into handler: @escaping @Sendable ([Message]) -> Void) {
        state.withLock { state in
            state.pump = ReceivePump(handler: handler)
            // It may have come already.
            if state.startsPump() { context.reactor.start(.pump, of: id, at: .now) }
        }
    }

    /// Runs the pump, on the reactor's thread and without the lock, until libzmq has nothing more.
    func runPump() {
        for _ in 0..<Self.pumpRounds {
            let (messages, handler, miss) = state.withLock { takeForPump(&$0) }
            guard let handler else { return }
            guard messages.isEmpty else {
                handler(messages)
                continue
            }
            return rest(after: miss)
        }
        context.reactor.start(.pump, of: id, at: .now)
    }

    /// What has come; without a handler, the pump is not to go on.
    private func takeForPump(
        _ state: inout EngineState
    ) -> (messages: [Message], handler: (@Sendable ([Message]) -> Void)?, miss: Moment) {
        guard state.isUsable, let handler = state.pump?.handler else {
            state.pump?.isRunning = false
            return ([], nil, .start)
        }
        state.moment.pass()
        takeBack(&state)
        if state.inbox.isEmpty { _ = state.inbox.refill(upTo: Self.pumpMessages, from: state.handle) }
        var messages: [Message] = []
        while let message = state.inbox.popFirst() { messages.append(message) }
        state.statistics.received += UInt64(messages.count)
        return (messages, handler, state.moment)
    }

    /// Nothing more has come: sees to it that the next message is noticed.
    private func rest(after miss: Moment) {
        var woken = Woken<Waiter>()
        state.withLock { state in
            state.pump?.isRunning = false
            guard state.isUsable else { return }
            // Nobody else is concerned, and nobody has consumed a signal since.
            guard state.moment != miss || !state.lot.isEmpty else { return arm(&state) }
            look(at: &state, sawCommand: true, &woken)
        }
        woken.resume(.ready)
    }
}
