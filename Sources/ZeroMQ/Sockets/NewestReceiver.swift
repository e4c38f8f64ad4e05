// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// Receives for one iterator of ``NewestMessages``, and keeps the newest message until it is asked for.
final class NewestReceiver<Element: Sendable>: Sendable {
    private struct State {
        var newest: Element?
        /// Why the task has ended, until that was said.
        var failure: ZMQError?
        var task: Task<Void, Never>?
        var isLeft = false
        var waiter: Waiter?
    }

    private let messages: Messages<Element>
    private let state = Locked(State())

    private var engine: SocketEngine { messages.engine }

    init(_ messages: Messages<Element>) { self.messages = messages }

    /// Starts a task that receives, unless there is one, or the last one's error was not handed out yet.
    func start() {
        state.withLock { state in
            guard state.task == nil, state.failure == nil, !state.isLeft else { return }
            state.task = Task { await self.receive() }
        }
    }

    /// Nobody asks any more.
    func leave() {
        let (task, discarded) = state.withLock { state in
            state.isLeft = true
            return (state.task, state.newest.take())
        }
        if discarded != nil { countDiscarded() }
        task?.cancel()
    }

    func next() async throws(ZMQError) -> Element? {
        start()
        let reason = await Waiter.suspend { waiter in
            state.withLock { state in
                if state.newest != nil || state.failure != nil { return .readyAtOnce }
                if Task.isCancelled { return .cancelled }
                state.waiter = waiter
                return nil
            }
        } orLeaving: {
            state.withLock { $0.waiter.take() }
        }
        if reason == .cancelled { throw engine.error(.cancelled, "receive") }
        return try state.withLock { (state) throws(ZMQError) in
            if let message = state.newest.take() { return message }
            guard let failure = state.failure.take() else { return nil }
            if failure.code == .closed || failure.code == .contextTerminated { return nil }
            throw failure
        }
    }

    // MARK: The task

    private func receive() async {
        do throws(ZMQError) {
            // What is cancelled still succeeds for a while: after the iterator has gone not one message more is taken.
            while !state.withLock({ $0.isLeft }) {
                keep(try await engine.receiveNext(timeout: nil, messages.convert))
            }
        } catch {
            end(with: error)
        }
    }

    private func keep(_ message: Element) {
        // Let go of without the lock.
        let (waiter, discarded) = state.withLock { state -> (Waiter?, Element?) in
            if state.isLeft { return (nil, message) }
            return (state.waiter.take(), exchange(&state.newest, with: message))
        }
        if discarded != nil { countDiscarded() }
        waiter?.resume(.ready)
    }

    private func end(with error: ZMQError) {
        let waiter = state.withLock { state in
            state.failure = error
            state.task = nil
            return state.waiter.take()
        }
        waiter?.resume(.ready)
    }

    private func countDiscarded() { engine.state.withLock { $0.statistics.discarded += 1 } }
}
