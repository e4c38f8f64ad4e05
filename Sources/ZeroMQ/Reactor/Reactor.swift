// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import SinewCore

/// Somebody the reactor calls, on its thread and with no lock held.
protocol ReactorTarget: AnyObject, Sendable {
    /// The descriptor became readable. It will not be reported again until it is armed.
    func descriptorFired()
    /// A timer that was started for this target ran out.
    func timerFired(_ timer: ReactorTimer)
}

/// What a timer is for.
enum ReactorTimer: Hashable, Sendable {
    /// The deadline of the waiter with this key in this lane.
    case waiter(Lane, Int64)
    /// A second look at a socket.
    case sweep
    /// Another turn of a ``ReceivePump``.
    case pump
    /// What an ``Alarm`` was set for.
    case alarm
}

/// One thread per context that turns "this descriptor is readable" and "this deadline has passed" into calls, and
/// runs the jobs of ``ContextExecutor`` in between. It never sends, and receives only what libzmq reports
/// (``SocketMonitor``).
final class Reactor: Sendable {
    struct Token: Hashable, Sendable {
        let target: UInt64
        let timer: ReactorTimer
    }

    struct WeakTarget { weak var target: (any ReactorTarget)? }

    struct State {
        var targets: [UInt64: WeakTarget] = [:]
        var nextTarget: UInt64 = 1
        var deadlines = DeadlineQueue<Token>()
        var jobs: Deque<UnownedJob> = []
        /// Set while the thread sleeps (or is about to): until when.
        var sleep: Sleep?
        var isStopping = false
    }

    enum Sleep {
        case forever
        case until(ContinuousClock.Instant)
    }

    let poller: Poller
    let state = Locked(State())
    /// How many jobs run before descriptors and deadlines are looked at again.
    private static let jobBudget = 128

    init() throws(ZMQError) {
        poller = try Poller()
    }

    // MARK: Targets

    func reserveTarget() -> UInt64 {
        state.withLock { state in
            defer { state.nextTarget += 1 }
            return state.nextTarget
        }
    }

    func register(_ target: any ReactorTarget, as id: UInt64, descriptor: Int32) throws(ZMQError) {
        state.withLock { $0.targets[id] = WeakTarget(target: target) }
        do throws(ZMQError) {
            try poller.add(descriptor, as: id)
        } catch {
            state.withLock { $0.targets[id] = nil }
            throw error
        }
    }

    func unregister(_ id: UInt64, descriptor: Int32) {
        poller.remove(descriptor)
        unregister(id)
    }

    /// Registers somebody who has deadlines and no descriptor.
    func register(_ target: any ReactorTarget, as id: UInt64) {
        state.withLock { $0.targets[id] = WeakTarget(target: target) }
    }

    func unregister(_ id: UInt64) { state.withLock { $0.targets[id] = nil } }

    // MARK: Timers

    func start(_ timer: ReactorTimer, of target: UInt64, at deadline: ContinuousClock.Instant) {
        let mustWake = state.withLock { state in
            state.deadlines.insert(Token(target: target, timer: timer), at: deadline)
            return state.interruptsSleep(deadline)
        }
        if mustWake { poller.wake() }
    }

    func stop(_ timer: ReactorTimer, of target: UInt64) {
        state.withLock { $0.deadlines.remove(Token(target: target, timer: timer)) }
    }

    // MARK: Jobs

    func enqueue(_ job: UnownedJob) {
        let mustWake = state.withLock { state in
            state.jobs.append(job)
            return state.interruptsSleep(nil)
        }
        if mustWake { poller.wake() }
    }

    /// Ends the thread once it has nothing left to run.
    func stop() {
        let mustWake = state.withLock { state in
            state.isStopping = true
            return state.interruptsSleep(nil)
        }
        if mustWake { poller.wake() }
    }

    // MARK: The thread

    func run(as executor: UnownedTaskExecutor) {
        var fired: [UInt64] = []
        var armed = Poller.Armed()
        while true {
            unsafe runJobs(as: executor)
            fireTimers()
            guard let time = prepareToSleep() else { return }
            fired.removeAll(keepingCapacity: true)
            poller.wait(for: time.duration, from: time.now, &armed, into: &fired)
            state.withLock { $0.sleep = nil }
            for id in fired where id < Poller.firstOwnToken {
                state.withLock { $0.targets[id] }?.target?.descriptorFired()
            }
        }
    }

    private func runJobs(as executor: UnownedTaskExecutor) {
        for _ in 0..<Self.jobBudget {
            guard let job = state.withLock({ $0.jobs.popFirst() }) else { return }
            unsafe job.runSynchronously(on: executor)
        }
    }

    private func fireTimers() {
        guard state.withLock({ $0.deadlines.next != nil }) else { return }
        let now = ContinuousClock.now
        let due = state.withLock { state in
            state.deadlines.popDue(at: now).map { ($0.timer, state.targets[$0.target]) }
        }
        for (timer, target) in due { target?.target?.timerFired(timer) }
    }

    private struct SleepTime {
        let now: ContinuousClock.Instant
        let duration: Duration?
    }

    /// How long to wait, nil inside for "until woken"; nil when the thread is to end.
    private func prepareToSleep() -> SleepTime? {
        let now = ContinuousClock.now
        return state.withLock { state -> SleepTime? in
            if !state.jobs.isEmpty { return SleepTime(now: now, duration: .zero) }
            if state.isStopping { return nil }
            guard let deadline = state.deadlines.next else {
                state.sleep = .forever
                return SleepTime(now: now, duration: nil)
            }
            state.sleep = .until(deadline)
            return SleepTime(now: now, duration: max(.zero, now.duration(to: deadline)))
        }
    }
}

extension Reactor.State {
    /// Whether the thread must be woken for something due at `deadline` (nil: at once). True once per sleep.
    mutating func interruptsSleep(_ deadline: ContinuousClock.Instant?) -> Bool {
        switch sleep {
        case nil: return false
        case .until(let end)?:
            if let deadline, deadline >= end { return false }
        case .forever?: break
        }
        sleep = nil
        return true
    }
}
