// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// Runs what blocks on a thread of its own, and suspends the caller meanwhile: Swift's pool has one thread for each
/// core.
func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(LogError) -> Value
) async throws(LogError) -> Value {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, LogError>, Never>) in
        let run = { @Sendable in
            do throws(LogError) {
                continuation.resume(returning: .success(try body()))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        // Without a thread it blocks one of the pool's.
        if startDetachedThread(named: "sinew-log-open", run) != 0 { run() }
    }
    return try result.get()
}
