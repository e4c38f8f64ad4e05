// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims

/// Runs a body on a new thread that nobody waits for: for what blocks, and would keep one of the pool's threads.
///
/// Signals are left to the program's other threads.
///
/// - Returns: 0, or the system's error number; the body does not run then.
package func startDetachedThread(named name: String, _ body: @escaping @Sendable () -> Void) -> Int32 {
    let box = unsafe Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    let run: @convention(c) (UnsafeMutableRawPointer?) -> Void = { argument in
        guard let argument = unsafe argument else { return }
        unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
    }
    let error = unsafe sinew_thread_start(name, run, box)
    if error != 0 { unsafe Unmanaged<ThreadBody>.fromOpaque(box).release() }
    return error
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
