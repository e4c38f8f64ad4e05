// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore

/// Runs a body that blocks, or computes for long, on a thread of its own; the caller is suspended meanwhile.
///
/// Swift's pool has one thread per core, and all tests share it: a test that keeps one to itself makes the others miss
/// their deadlines. A caller that is cancelled, by a test's time limit say, does not wait for a thread that hangs.
package func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let outcome = Outcome<Value>()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            outcome.isAwaited(by: continuation)
            let thread = Thread { outcome.settle(Result(catching: body)) }
            thread.name = "test"
            thread.start()
        }
    } onCancel: {
        outcome.settle(.failure(CancellationError()))
    }
}

/// The first of several results, for the one who waits for it.
private final class Outcome<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value, any Error>?
        var result: Result<Value, any Error>?
    }

    private let state = Locked(State())

    func isAwaited(by continuation: CheckedContinuation<Value, any Error>) {
        let result = state.withLock { state in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let result { continuation.resume(with: result) }
    }

    func settle(_ result: Result<Value, any Error>) {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            if state.result == nil { state.result = result }
            return state.continuation
        }
        continuation?.resume(with: result)
    }
}
