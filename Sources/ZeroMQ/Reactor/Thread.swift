// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// Runs `body` on a new thread that nobody waits for.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(ZMQError) {
    let error = startDetachedThread(named: name, body)
    guard error == 0 else {
        throw ZMQError(.system, operation: "start thread \(name)", advice: "lower the number of threads", errno: error)
    }
}
