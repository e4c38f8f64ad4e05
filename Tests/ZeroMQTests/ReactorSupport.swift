// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import SinewCore
import Synchronization
import TestSupport
import Testing

@testable import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Runs `body`, and cancels it when it takes longer than `limit`.
func within<Result: Sendable>(
    _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw OutOfTime()
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw OutOfTime() }
        return result
    }
}

/// The value of a task, which is cancelled when it takes too long.
func value<Result: Sendable>(
    of task: Task<Result, any Error>,
    within limit: Duration = SocketTest.patience
) async throws -> Result {
    try await within(limit) {
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

/// Keeps a context's reactor busy, so that whatever happens meanwhile happens without it. Only the reactor's own thread
/// is blocked: one of the pool would be missing elsewhere.
final class Stall: Sendable {
    private let left = DispatchSemaphore(value: 0)

    init(_ context: Context) async {
        await withCheckedContinuation { entered in
            Task(executorPreference: context.executor) { self.hold(entered) }
        }
    }

    private func hold(_ entered: CheckedContinuation<Void, Never>) {
        entered.resume()
        left.wait()
    }

    func end() { left.signal() }
}

/// A flag that one task raises for others.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}

/// Two connected sockets that can both send and receive.
struct Duo: Sendable {
    let context: Context
    let left: DealerSocket
    let right: DealerSocket

    init(highWaterMark: Int = 1) throws {
        context = try Context()
        let options = DealerSocket.Options(sendHighWaterMark: highWaterMark, receiveHighWaterMark: highWaterMark)
        right = try DealerSocket(context: context, options: options)
        left = try DealerSocket(context: context, options: options)
        try left.connect(try right.bind(.inproc("duo")))
    }

    /// Fills the left socket's queue.
    func fill() throws { while try left.trySend("fill") {} }

    /// Whether libzmq has a signal for the left socket that nobody consumed yet.
    var hasSignal: Bool {
        var watched = pollfd(fd: left.engine.state.withLock { $0.handle.descriptor }, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, 0) == 1
    }

    /// Takes in everything that the right socket has.
    func drain() throws { while try right.tryReceive() != nil {} }

    /// Waits until so many calls have parked at the left socket.
    func parked(_ count: UInt64) async throws { try await eventually { left.statistics.parks >= count } }

    /// Calls receive in tasks of their own, one parked after the other.
    func parkReceivers(_ count: Int) async throws -> [Task<Message, any Error>] {
        var tasks: [Task<Message, any Error>] = []
        let before = left.statistics.parks
        for index in 0..<count {
            tasks.append(Task { [left] in try await left.receive() })
            try await parked(before + UInt64(index) + 1)
        }
        return tasks
    }

    /// Calls send in tasks of their own, one parked after the other; the queue must be full.
    func parkSenders(_ count: Int) async throws -> [Task<Void, any Error>] {
        var tasks: [Task<Void, any Error>] = []
        let before = left.statistics.parks
        for index in 0..<count {
            tasks.append(Task { [left] in try await left.send("late \(index)") })
            try await parked(before + UInt64(index) + 1)
        }
        return tasks
    }
}

extension DealerSocket {
    /// Sets an option while the socket is in use (`ZMQ_LINGER`).
    func setLinger() throws {
        try engine.withHandle("linger") { (state) throws(ZMQError) in
            try engine.setOption(17, "linger", [0, 0, 0, 0], &state)
        }
    }
}
