// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewProcess
import SinewCore

/// Runs a body that blocks on a thread of its own; the caller is suspended meanwhile.
///
/// Swift's pool has one thread per core: a read that waits for a person must not keep one of them. A caller that is
/// cancelled does not wait: it gets nil, and what the body returns later is dropped.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
    let outcome = Outcome<Value>()
    return await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            outcome.isAwaited(by: continuation)
            startThread { outcome.settle(body()) }
        }
    } onCancel: {
        outcome.settle(nil)
    }
}

/// The same for a body that ends soon after the caller was cancelled: its result is waited for.
func onThreadToTheEnd<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        startThread { continuation.resume(returning: body()) }
    }
}

/// Starts a thread that nobody waits for; where there is none to be had the body runs here.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let box = unsafe Unmanaged.passRetained(ThreadBody(body))
    let result = unsafe sinew_process_thread(
        { argument in
            guard let argument = unsafe argument else { return }
            unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
        },
        box.toOpaque()
    )
    guard result != 0 else { return }
    unsafe box.release()
    body()
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// The first of several results, for the one who waits for it.
private final class Outcome<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value?, Never>?
        var result: Value??
    }

    private let state = Locked(State())

    func isAwaited(by continuation: CheckedContinuation<Value?, Never>) {
        let result = state.withLock { state in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let result { continuation.resume(returning: result) }
    }

    func settle(_ result: Value?) {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            if state.result == nil { state.result = .some(result) }
            return state.continuation
        }
        continuation?.resume(returning: result)
    }
}
