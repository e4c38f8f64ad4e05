// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// libzmq's tests of contexts that are not elsewhere: `test_fork`, `test_ctx_destroy`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ContextConformance {
    /// A child cannot use what it inherits (`UseAfterEndTests.afterFork`), but make its own. It talks to its parent.
    @Test(.disabled(if: isThreadSanitized, "a forked child makes no threads under ThreadSanitizer"))
    func childMakesAContextOfItsOwn() async {
        await #expect(processExitsWith: .success) {
            let pull = try PullSocket(context: Context())
            let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
            // Once before the fork as well, for what Swift's runtime makes on first use.
            let other = try PushSocket(context: Context())
            try other.connect(endpoint)
            try other.withExclusiveAccess { try $0.send("hello") }
            #expect(try await pull.receive(timeout: .seconds(30)) == "hello")
            let child = forkProcess()
            if child == 0 {
                do {
                    pull.close()
                    let push = try PushSocket(context: Context())
                    try push.connect(endpoint)
                    try push.withExclusiveAccess { try $0.send("from the child") }
                    // Gives libzmq's thread the time to deliver it: until the parent has it, and ends this process.
                    while true { pause() }
                } catch { _exit(1) }
            }
            #expect(try await pull.receive(timeout: .seconds(30)) == "from the child")
            end(child)
        }
    }

    /// Whether sockets were made before the end, or not: the context ends, and then makes no more.
    @Test(arguments: [0, 1, 20]) func contextsEndWithAnyNumberOfSockets(count: Int) async throws {
        let context = try Context()
        let sockets = try (0..<count).map { _ in try PushSocket(context: context) }
        context.shutdown()
        await SocketTest.expect(.contextTerminated) { _ = try PullSocket(context: context) }
        if count > 0 {
            await SocketTest.expect(.terminationTimedOut, "close these sockets") {
                try await context.terminate(within: .milliseconds(10))
            }
        }
        for socket in sockets { socket.close() }
        try await context.terminate(within: Conformance.patience)
        await SocketTest.expect(.contextTerminated) { _ = try PullSocket(context: context) }
    }
}

/// Ends a process and waits for it.
private func end(_ child: Int32) {
    kill(child, SIGKILL)
    _ = waitpid(child, nil, 0)
}
