// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension SocketEngine {
    /// The next message if there is one. nil when there is none, or when it is time to let others run.
    @usableFromInline
    func receiveAtOnce() throws(ZMQError) -> Message? {
        try checkProcess("receive")
        var mustRecheck = false
        let message = try state.withLock { (state) throws(ZMQError) -> Message? in
            try checkUsable(state, "receive")
            guard state.takesHit() else { return nil }
            let message = try take(&state)
            mustRecheck = state.lot.needsRecheck
            return message
        }
        if mustRecheck { recheck() }
        return message
    }

    /// The next message, however long it takes.
    @usableFromInline
    func receiveEventually(timeout: Duration?) async throws(ZMQError) -> Message {
        try await receiveEventually(timeout: timeout) { [self] (state) throws(ZMQError) in try take(&state) }
    }

    /// Between 1 and `limit` messages.
    func receive(upTo limit: Int, timeout: Duration?) async throws(ZMQError) -> [Message] {
        guard limit > 0 else {
            throw error(.invalidArgument, "receive(upTo:)", "ask for at least one message")
        }
        return try await receiveEventually(timeout: timeout) { [self] (state) throws(ZMQError) in
            var messages: [Message] = []
            messages.reserveCapacity(min(limit, 64))
            let failure = state.inbox.drain(upTo: limit, from: state.handle, into: &messages)
            guard messages.isEmpty else {
                state.hitsInARow += 1 + messages.count / 16
                state.statistics.received += UInt64(messages.count)
                return messages
            }
            if failure == EAGAIN { return nil }
            throw self.failure(failure, "receive")
        }
    }

    /// One message, or nil when there is none now.
    func tryReceive() throws(ZMQError) -> Message? {
        try checkProcess("tryReceive")
        var mustRecheck = false
        let message = try state.withLock { (state) throws(ZMQError) -> Message? in
            try checkUsable(state, "tryReceive")
            let message = try take(&state)
            mustRecheck = state.lot.needsRecheck
            return message
        }
        if mustRecheck { recheck() }
        return message
    }

    /// Tries, parks, and tries again until `attempt` has something to return. The attempt runs under the lock.
    private func receiveEventually<Result: Sendable>(
        timeout: Duration?,
        attempt: @Sendable (inout EngineState) throws(ZMQError) -> Result?
    ) async throws(ZMQError) -> Result {
        guard !Task.isCancelled else { throw error(.cancelled, "receive") }
        let deadline = deadline(after: timeout)
        var wasWoken = false
        try checkProcess("receive")
        await yieldIfDue()
        while true {
            try checkProcess("receive")
            if let result = try tryOnce(.receive, isBack: wasWoken, "receive", attempt) { return result }
            guard !kind.needsSubscription || state.withLock({ $0.subscriptionCount > 0 }) else {
                throw error(.noSubscriptions, "receive", "subscribe first; Topic.all asks for everything")
            }
            let reason = await park(in: .receive, atFront: wasWoken, until: deadline)
            guard reason == .ready || reason == .readyAtOnce else { throw ended(by: reason, "receive") }
            wasWoken = reason == .ready
        }
    }

    /// One attempt under the lock, by a call that was woken for it or is new; others are looked after whatever comes
    /// of it.
    func tryOnce<Result>(
        _ lane: Lane,
        isBack: Bool,
        _ operation: StaticString,
        _ attempt: (inout EngineState) throws(ZMQError) -> Result?
    ) throws(ZMQError) -> Result? {
        var mustRecheck = false
        defer { if mustRecheck { recheck() } }
        return try state.withLock { (state) throws(ZMQError) in
            if isBack { state.lot.returned(to: lane) }
            defer { mustRecheck = state.lot.needsRecheck }
            try checkUsable(state, operation)
            state.operations &+= 1
            return try attempt(&state)
        }
    }

    @inline(__always)
    private func take(_ state: inout EngineState) throws(ZMQError) -> Message? {
        let (message, failure) = state.inbox.next(from: state.handle, limit: kind.prefetch)
        if let message {
            state.statistics.received += 1
            return message
        }
        if failure == EAGAIN { return nil }
        throw self.failure(failure, "receive")
    }
}
