// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// A clock that stands still until somebody moves it on: for tests of code that sleeps or has deadlines.
///
/// ```swift
/// let clock = ManualClock()
/// let task = Task { try await heartbeat(every: .seconds(1), clock: clock) }
/// await clock.waitForSleepers(1)   // the task has got as far as its sleep
/// clock.advance(by: .seconds(1))   // and now wakes
/// ```
///
/// It holds one entry for each task that sleeps or waits, and no others. A machine needs no clock; this one is for the
/// shells around machines.
public final class ManualClock: Clock, Sendable {
    /// Moments since the clock was made.
    public typealias Instant = SinewCore.Instant

    private struct Sleeper {
        let deadline: Instant
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Waiter {
        let count: Int
        let id: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now: Instant
        var nextID: UInt64 = 0
        /// In order of deadline and, of equals, of coming.
        var sleepers: [Sleeper] = []
        var waiters: [Waiter] = []

        mutating func makeID() -> UInt64 {
            nextID += 1
            return nextID
        }

        mutating func insert(_ sleeper: Sleeper) {
            let place = sleepers.firstIndex { sleeper.deadline < $0.deadline } ?? sleepers.endIndex
            sleepers.insert(sleeper, at: place)
        }

        /// Takes out those who waited for no more sleepers than there are.
        mutating func takeWaiters() -> [Waiter] {
            let ready = waiters.filter { $0.count <= sleepers.count }
            waiters.removeAll { $0.count <= sleepers.count }
            return ready
        }
    }

    private let state: Locked<State>

    /// A clock that shows an instant.
    ///
    /// - Parameter now: What it shows at first.
    public init(now: Instant = .origin) { state = Locked(State(now: now)) }

    /// What it shows.
    public var now: Instant { state.withLock { $0.now } }

    /// A nanosecond.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// How many tasks sleep.
    public var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// Moves it on, and wakes those whose time has come, in order of their deadlines.
    ///
    /// What a task does after it woke happens at the new instant. To see a task through several sleeps, move on to
    /// one deadline at a time.
    ///
    /// - Parameter duration: How far; nothing happens when it is negative.
    public func advance(by duration: Duration) {
        move { $0.advanced(by: max(duration, .zero)) }
    }

    /// Moves it on to an instant, and wakes those whose time has come, in order of their deadlines.
    ///
    /// - Parameter instant: What it shows then; nothing happens when that has been.
    public func advance(to instant: Instant) {
        move { max($0, instant) }
    }

    private func move(_ target: (Instant) -> Instant) {
        let due = state.withLock { state in
            state.now = target(state.now)
            let count = state.sleepers.firstIndex { $0.deadline > state.now } ?? state.sleepers.count
            let due = Array(state.sleepers[..<count])
            state.sleepers.removeFirst(count)
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }
}

extension ManualClock {
    /// What a task that wants to wait finds.
    private enum Entry { case waits, isDue, isCancelled }

    /// Sleeps until the clock has been moved on to the deadline.
    ///
    /// - Parameters:
    ///   - deadline: When to wake; at once when that has been.
    ///   - tolerance: Makes no difference.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let id = state.withLock { $0.makeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (entry, waiters) = state.withLock { state -> (Entry, [Waiter]) in
                    // Looked at under the lock: who cancels later finds the sleeper.
                    if Task.isCancelled { return (.isCancelled, []) }
                    if deadline <= state.now { return (.isDue, []) }
                    state.insert(Sleeper(deadline: deadline, id: id, continuation: continuation))
                    return (.waits, state.takeWaiters())
                }
                switch entry {
                case .waits: break
                case .isDue: continuation.resume()
                case .isCancelled: continuation.resume(throwing: CancellationError())
                }
                for waiter in waiters { waiter.continuation.resume(returning: true) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until so many tasks sleep: then they have done what they do before, and moving on wakes them.
    ///
    /// - Parameter count: How many at least.
    /// - Returns: True; false when this task was cancelled first.
    @discardableResult
    public func waitForSleepers(_ count: Int) async -> Bool {
        let id = state.withLock { $0.makeID() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let entry = state.withLock { state -> Entry in
                    if state.sleepers.count >= count { return .isDue }
                    if Task.isCancelled { return .isCancelled }
                    state.waiters.append(Waiter(count: count, id: id, continuation: continuation))
                    return .waits
                }
                switch entry {
                case .waits: break
                case .isDue: continuation.resume(returning: true)
                case .isCancelled: continuation.resume(returning: false)
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }
}
