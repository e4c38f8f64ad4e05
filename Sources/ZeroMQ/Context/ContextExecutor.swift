// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// Runs tasks on a context's own thread, the one that learns first when a socket is ready.
///
/// A loop that waits for messages and answers at once is fastest there, because no other thread has to be woken:
///
/// ```swift
/// Task(executorPreference: context.executor) {
///     for try await message in socket.messages { … }
/// }
/// ```
///
/// All sockets of the context wait while a task runs here without suspending: do not block, and do long computations
/// elsewhere.
public final class ContextExecutor: TaskExecutor {
    let reactor: Reactor
    private let forkGuard = ForkGuard()

    init() throws(ZMQError) {
        reactor = try Reactor()
        // The thread keeps the reactor, not the executor: when the last task and the context have let go of the
        // executor, the thread ends.
        let reactor = reactor
        let executor = unsafe UnownedTaskExecutor(ordinary: self)
        try startThread(named: "zmq-reactor") { unsafe reactor.run(as: executor) }
    }

    deinit {
        // In a forked child there is no thread to stop, and its lock may be held for ever.
        if forkGuard.isInItsProcess { reactor.stop() }
    }

    /// Queues a job for the context's thread.
    public func enqueue(_ job: consuming ExecutorJob) { reactor.enqueue(UnownedJob(job)) }

    /// The reference that the runtime identifies the executor by.
    public func asUnownedTaskExecutor() -> UnownedTaskExecutor { unsafe UnownedTaskExecutor(ordinary: self) }
}
