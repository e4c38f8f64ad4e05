// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims
import SinewCore

/// A log's writer behind a lock, and those who wait for it.
final class LogCore: Sendable {
    struct State: Sendable {
        var writer: LogWriter
        var written = AppendWaiters()
        var durable = AppendWaiters()
        /// Those for whom there was no room.
        var room: [AppendWaiter] = []
        var lastWaiter: UInt64 = 0
        /// Why nothing more is taken.
        var failure: LogError?
    }

    let name: String
    let files: LogFiles
    let state: Locked<State>
    /// Only the commit thread has it, but for the moment of opening.
    private let driver: Locked<LogDriver>
    private let bell: Bell
    /// What was cut off when it was opened.
    let cut: LogCut?

    init(
        _ name: String,
        _ files: LogFiles,
        _ recovered: RecoveredLog,
        _ options: LogWriterOptions,
        _ bell: Bell
    ) {
        var random = SystemRandomNumberGenerator()
        let writer = LogWriter(
            after: recovered.segment,
            recovered.end,
            options: options,
            randomSeed: random.next(),
            at: Self.now
        )
        self.name = name
        self.files = files
        self.bell = bell
        cut = recovered.cut
        state = Locked(State(writer: writer))
        driver = Locked(LogDriver(of: files, recovered))
    }

    static var now: Instant { Instant(nanoseconds: sinew_monotonic_nanoseconds()) }
    static var time: UInt64 { UInt64(max(0, sinew_wall_nanoseconds())) }

    // MARK: Appending

    /// Appends by `body`, and waits for the level.
    ///
    /// It is appended and waits under one lock: in between, the disk could be full, what was appended be dropped, and
    /// its offset become another's.
    func append(
        _ level: AckLevel,
        count: Int,
        _ body: (inout LogWriter, UInt64) throws(LogError) -> UInt64
    ) async throws(LogError) -> Receipt {
        while true {
            var outcome: Result<Receipt, LogError>?
            let error = await suspend { state, wait in
                do throws(LogError) {
                    if let failure = state.failure { throw failure }
                    let offset = try body(&state.writer, Self.time)
                    outcome = .success(Receipt(offset: offset, epoch: state.writer.epoch, level: level))
                    guard level > .accepted else { return false }
                    let waiter = wait(offset + UInt64(count))
                    if level == .durable { state.durable.add(waiter) } else { state.written.add(waiter) }
                    return true
                } catch {
                    guard error.code == .full else {
                        outcome = .failure(error)
                        return false
                    }
                    state.room.append(wait(0))
                    return true
                }
            }
            if let error { throw error }
            if let outcome { return try outcome.get() }
        }
    }

    /// Suspends when `enter` says so, which then has given its waiter to somebody.
    private func suspend(
        _ enter: (inout State, (UInt64) -> AppendWaiter) -> Bool
    ) async -> LogError? {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<LogError?, Never>) in
                let (isWaiting, error) = state.withLock { state -> (Bool, LogError?) in
                    if Task.isCancelled { return (false, Self.cancelled) }
                    return (enter(&state) { unsafe AppendWaiter(id: id, end: $0, continuation) }, nil)
                }
                bell.ring()
                if !isWaiting { unsafe continuation.resume(returning: error) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.remove(id) }
            waiter?.resume(Self.cancelled)
        }
    }

    private static var cancelled: LogError {
        LogError(.cancelled, "the wait for an append; it goes on all the same")
    }

    // MARK: The commit thread

    /// Tells the writer something, and does what it wants until nothing is under way.
    func step(_ event: LogWriterEvent) {
        driver.withLock { driver in
            var events = [event]
            var actions = Actions<LogWriterAction>()
            while let event = events.popLast() {
                let ended = state.withLock { state in
                    state.writer.step(event, at: Self.now, into: &actions)
                    // Under the same lock: who appends next may get an offset that was taken back.
                    return actions.compactMap { state.end($0, log: name) }
                }
                for waiters in ended { waiters.resume() }
                actions.drain { action in
                    publish(action)
                    if let answer = driver.perform(action) { events.append(answer) }
                }
            }
        }
    }

    /// When the writer wants to be asked again.
    var nextDeadline: Instant? { state.withLock { $0.writer.nextDeadline } }

    private func publish(_ action: LogWriterAction) {
        switch action {
        case .published(let written, let durable):
            let ready = state.withLock { state in
                (state.written.take(upTo: written), state.durable.take(upTo: durable), state.takeRoom())
            }
            for waiter in ready.0 { waiter.resume() }
            for waiter in ready.1 { waiter.resume() }
            for waiter in ready.2 { waiter.resume() }
        case .roll, .write, .synchronize, .truncate, .ended, .closed: break
        }
    }
}

extension LogCore {
    /// Those whose wait an action has ended.
    struct EndedWaiters {
        let done: ArraySlice<AppendWaiter>
        let failed: ArraySlice<AppendWaiter>
        let error: LogError

        /// Outside of any lock.
        func resume() {
            for waiter in done { waiter.resume() }
            for waiter in failed { waiter.resume(error) }
        }
    }
}

extension LogCore.State {
    /// What was not written, or does not last, has failed; where the disk was full, what comes later may succeed.
    mutating func end(_ action: LogWriterAction, log name: String) -> LogCore.EndedWaiters? {
        let error: LogError
        switch action {
        case .ended(_, let reason): error = reason
        case .closed: error = LogError(.closed, "log '\(name)'")
        default: return nil
        }
        if error.code == .indeterminate {
            failure = LogError(.poisoned, error.what, cause: error.cause)
        } else if error.code != .noSpace {
            failure = error
        }
        let done = written.take(upTo: writer.writtenEnd) + durable.take(upTo: writer.durableEnd) + takeRoom()
        return LogCore.EndedWaiters(done: done, failed: written.takeAll() + durable.takeAll(), error: error)
    }

    mutating func takeRoom() -> [AppendWaiter] {
        guard writer.hasRoom || failure != nil else { return [] }
        defer { room = [] }
        return room
    }

    mutating func remove(_ id: UInt64) -> AppendWaiter? {
        if let place = room.firstIndex(where: { $0.id == id }) { return room.remove(at: place) }
        return written.remove(id) ?? durable.remove(id)
    }
}
