// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing
import ZeroMQ

#if os(Linux)
import Glibc

/// Descriptors, and who inherits them.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct DescriptorTests {
    private static var open: Set<Int32> { Set((3..<1024).filter { fcntl($0, F_GETFD) >= 0 }) }

    /// A program that this process starts gets none of its sockets, whose ports would stay taken, nor of its queues
    /// (libzmq#3531).
    @Test func startedProgramsInheritNothing() async {
        await #expect(processExitsWith: .success) {
            let before = DescriptorTests.open
            let context = try Context(options: .init(ioThreads: 2))
            let pull = try PullSocket(context: context)
            let events = try pull.events()
            let endpoints = [try pull.bind(.tcp("127.0.0.1", port: .any)), try pull.bind(.ipc("*"))]
            let push = try PushSocket(context: context)
            for endpoint in endpoints { try await push.connect(endpoint, timeout: .seconds(30)) }
            try await push.send("x")
            _ = try await pull.receive(timeout: .seconds(30))
            try await onThread {
                try pull.withExclusiveAccess { socket in
                    _ = try socket.receive(timeout: .milliseconds(1))
                    for descriptor in DescriptorTests.open.subtracting(before) {
                        guard fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0 else {
                            fatalError("descriptor \(descriptor) is inherited")
                        }
                    }
                }
            }
            guard DescriptorTests.open.subtracting(before).count > 12 else { fatalError("too few to test anything") }
            _ = events
            _exit(0)
        }
    }
}
#endif
