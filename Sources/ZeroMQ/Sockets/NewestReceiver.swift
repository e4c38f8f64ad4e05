// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// Receives for one iterator of ``NewestMessages``, and keeps the newest message until it is asked for.
final class NewestReceiver<Element: Sendable>: Sendable {
    private struct State {
        var newest: Element?
        /// Why the task has ended.
        var failure: ZMQError?
        var task: Task<Void, Never>?
        var isLeft = false
        var waiter: (key: UInt64, waiter: Waiter)?
        var nextKey: UInt64 = 0
    }

    private let messages: Messages<Element>
    private let state = Locked(State())

    private var engine: SocketEngine { messages.engine }

    init(_ messages: Messages<Element>) { self.messages = messages }

    /// Starts a task that receives; false when there is one.
    @discardableResult
    func start() -> Bool {
        guard engine.isInItsProcess else { return false }
        return state.withLock { state in
            guard state.task == nil, !state.isLeft else { return false }
            state.failure = nil
            state.task = Task { await self.receive() }
            return true
        }
    }

    /// Nobody asks any more.
    func leave() {
        guard engine.isInItsProcess else { return }
        let (task, discarded) = state.withLock { state in
            state.isLeft = true
            return (state.task, state.newest.take())
        }
        if discarded != nil { countDiscarded() }
        task?.cancel()
    }

    func next() async throws(ZMQError) -> Element? {
        try engine.checkProcess("receive")
        while true {
            let isNew = start()
            switch await wait() {
            case .cancelled: throw engine.error(.cancelled, "receive")
            case .busy: throw engine.error(.busy, "receive", "one call of next at a time, or an iterator for each")
            default: break
            }
            let (message, failure) = state.withLock { ($0.newest.take(), $0.failure) }
            if let message { return message }
            guard let failure else { continue }
            if failure.code == .closed || failure.code == .contextTerminated { return nil }
            // What ended a task from before this call may be over by now.
            if isNew { throw failure }
        }
    }

    /// Suspends until there is a message, or there will be none.
    private func wait() async -> WakeReason {
        let key = state.withLock { state in
            defer { state.nextKey += 1 }
            return state.nextKey
        }
        return await Waiter.suspend { waiter in
            state.withLock { state in
                // First: where messages come faster than they are asked for there always is one.
                if Task.isCancelled { return .cancelled }
                if state.waiter != nil { return .busy }
                if state.newest != nil || state.failure != nil { return .readyAtOnce }
                state.waiter = (key, waiter)
                return nil
            }
        } orLeaving: {
            state.withLock { $0.waiter?.key == key ? $0.waiter.take()?.waiter : nil }
        }
    }

    // MARK: The task

    private func receive() async {
        do throws(ZMQError) {
            // A cancelled receive still succeeds for a while. After the iterator has gone, only the one under way does.
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
            return (state.waiter.take()?.waiter, exchange(&state.newest, with: message))
        }
        if discarded != nil { countDiscarded() }
        waiter?.resume(.ready)
    }

    private func end(with error: ZMQError) {
        let waiter = state.withLock { state in
            state.failure = error
            state.task = nil
            return state.waiter.take()?.waiter
        }
        waiter?.resume(.ready)
    }

    private func countDiscarded() { engine.state.withLock { $0.statistics.discarded += 1 } }
}
