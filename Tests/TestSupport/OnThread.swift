// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs a body that blocks, or computes for long, on a thread of its own; the caller is suspended meanwhile.
///
/// Swift's pool has one thread per core, and all tests share it: a test that keeps one to itself makes the others miss
/// their deadlines.
package func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result(catching: body)) }
        thread.name = "test"
        thread.start()
    }
}
