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
    /// The next message if there is one. nil when there is none (then `miss` says when that was), or when it is time to
    /// look for cancellation and let others run.
    @usableFromInline
    func receiveAtOnce(_ miss: inout Moment) throws(ZMQError) -> Message? {
        try checkProcess("receive")
        if let message = shelf.take() { return message }
        return try receiveUnderLock(&miss)
    }

    @inline(never)
    private func receiveUnderLock(_ miss: inout Moment) throws(ZMQError) -> Message? {
        var mustRecheck = false
        let message = try state.withLock { (state) throws(ZMQError) -> Message? in
            try checkUsable(&state, "receive")
            guard state.takesHit(mustLook: shelf.count > 0) else { return nil }
            let message = try take(&state)
            if message == nil { miss = state.moment }
            mustRecheck = state.needsRecheck
            return message
        }
        if mustRecheck { recheck() }
        return message
    }

    /// The next message, however long it takes, after ``receiveAtOnce(_:)`` had none.
    @usableFromInline
    func receiveEventually(after miss: Moment, timeout: Duration?) async throws(ZMQError) -> Message {
        try await receiveEventually(after: miss, timeout: timeout) { [self] (state) throws(ZMQError) in try take(&state)
        }
    }

    /// Between 1 and `limit` messages.
    func receive(upTo limit: Int, timeout: Duration?) async throws(ZMQError) -> [Message] {
        guard limit > 0 else {
            throw error(.invalidArgument, "receive(upTo:)", "ask for at least one message")
        }
        return try await receiveEventually(after: .start, timeout: timeout) { [self] (state) throws(ZMQError) in
            var messages: [Message] = []
            messages.reserveCapacity(min(limit, 64))
            takeBack(&state)
            let failure = state.inbox.drain(upTo: limit, from: state.handle, into: &messages)
            guard messages.isEmpty else {
                state.tookBatch(of: messages.count)
                state.statistics.received += UInt64(messages.count)
                return messages
            }
            if failure == EAGAIN { return nil }
            throw self.failure(failure, "receive")
        }
    }

    func noSubscriptions() -> ZMQError {
        error(.noSubscriptions, "receive", "subscribe first; Topic.all asks for everything")
    }

    /// One message, or nil when there is none now.
    func tryReceive() throws(ZMQError) -> Message? {
        try checkProcess("tryReceive")
        var mustRecheck = false
        let message = try state.withLock { (state) throws(ZMQError) -> Message? in
            try checkUsable(&state, "tryReceive")
            state.moment.pass()
            let message = try take(&state)
            mustRecheck = state.needsRecheck
            return message
        }
        if mustRecheck { recheck() }
        return message
    }

    /// Tries, parks, and tries again until `attempt` has something to return. The attempt runs under the lock.
    private func receiveEventually<Result: Sendable>(
        after miss: Moment,
        timeout: Duration?,
        attempt: @Sendable (inout EngineState) throws(ZMQError) -> Result?
    ) async throws(ZMQError) -> Result {
        let deadline = deadline(after: timeout)
        var wasWoken = false
        var mayGiveWay = true
        var miss = miss
        if miss == .start { try await prepareToTry("receive") }
        while true {
            if miss == .start {
                if let result = try tryOnce(.receive, isBack: wasWoken, "receive", &miss, attempt) { return result }
            }
            if exchange(&mayGiveWay, with: false), giveWay() {
                miss = .start
                continue
            }
            guard !kind.needsSubscription || state.withLock({ !$0.topics.isEmpty }) else {
                throw noSubscriptions()
            }
            let reason = await park(in: .receive, atFront: wasWoken, until: deadline, after: miss)
            guard reason == .ready || reason == .readyAtOnce else { throw ended(by: reason, "receive") }
            wasWoken = reason == .ready
            miss = .start
        }
    }

    /// What a call does before its first attempt unless it made that at once.
    func prepareToTry(_ operation: StaticString) async throws(ZMQError) {
        guard !Task.isCancelled else { throw error(.cancelled, operation) }
        try checkProcess(operation)
        await yieldIfDue()
    }

    /// One attempt under the lock, by a call that was woken for it or is new; others are looked after whatever comes
    /// of it. `miss` is when it was in vain.
    func tryOnce<Result>(
        _ lane: Lane,
        isBack: Bool,
        _ operation: StaticString,
        _ miss: inout Moment,
        _ attempt: (inout EngineState) throws(ZMQError) -> Result?
    ) throws(ZMQError) -> Result? {
        try checkProcess(operation)
        var mustRecheck = false
        defer { if mustRecheck { recheck() } }
        return try state.withLock { (state) throws(ZMQError) in
            if isBack { state.lot.returned(to: lane) }
            defer { mustRecheck = state.needsRecheck }
            try checkUsable(&state, operation)
            state.moment.pass()
            let result = try attempt(&state)
            if result == nil { miss = state.moment }
            return result
        }
    }

    private func take(_ state: inout EngineState) throws(ZMQError) -> Message? {
        if let message = shelf.takeAny() { return message }
        if state.inbox.isEmpty {
            let failure = state.inbox.refill(upTo: kind.prefetch, from: state.handle)
            if failure == EAGAIN { return nil }
            guard failure == 0 else { throw self.failure(failure, "receive") }
        }
        guard let message = state.inbox.popFirst() else { return nil }
        let ahead = state.inbox.layOut(on: shelf)
        state.countAhead(ahead)
        state.statistics.received += UInt64(1 + ahead)
        return message
    }

    /// Ends taking without the lock, before the socket ends or a thread has it to itself, or for a call that takes
    /// many.
    func takeBack(_ state: inout EngineState) {
        state.statistics.received -= UInt64(state.inbox.takeBack(from: shelf))
    }
}
