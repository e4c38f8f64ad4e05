// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing
import ZeroMQ

#if os(Linux)
import Glibc

/// Descriptors: who has too few of them, and who inherits them.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct DescriptorTests {
    private static var open: Set<Int32> { Set((3..<1024).filter { fcntl($0, F_GETFD) >= 0 }) }

    /// More clients than the process has descriptors for: libzmq refuses some, nobody aborts, those who are there are
    /// served, and others once there is room (pyzmq#234).
    @Test func clientsBeyondTheDescriptors() async {
        await #expect(processExitsWith: .success) {
            let context = try Context()
            let pull = try PullSocket(context: context)
            let events = try pull.events()
            let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
            let push = try PushSocket(context: context)
            try await push.connect(endpoint, timeout: .seconds(30))
            // The clients have their descriptors already.
            let clients = try (0..<40).map { _ in try UnconnectedClient() }
            let highest = DescriptorTests.open.max() ?? 0
            DescriptorTests.limit(to: UInt(highest) + 4)
            for client in clients { client.connect(to: endpoint.port?.number ?? 0) }
            try await within(.seconds(30)) {
                for await event in events where event.kind == .acceptFailed { return }
            }
            for number in 0..<100 {
                try await push.send("\(number)")
                guard try await pull.receive(timeout: .seconds(30)).string == "\(number)" else { exit(2) }
            }
            for client in clients { client.close() }
            DescriptorTests.limit(to: 1024)
            let other = try PushSocket(context: context)
            try await other.connect(endpoint, timeout: .seconds(30))
            try await other.send("later")
            guard try await pull.receive(timeout: .seconds(30)) == "later" else { exit(3) }
            // Without the leak check of a sanitizer, which needs descriptors too.
            _exit(0)
        }
    }

    private static func limit(to count: UInt) {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = count
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { exit(4) }
    }

    /// A TCP client that does not wait for anything.
    private struct UnconnectedClient {
        let descriptor: Int32

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            guard descriptor >= 0 else { throw RawPeer.Failure(errno: errno) }
        }

        func connect(to port: UInt16) {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            _ = unsafe withUnsafeBytes(of: &address) { buffer in
                unsafe Glibc.connect(
                    descriptor,
                    buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                    socklen_t(MemoryLayout<sockaddr_in>.size)
                )
            }
        }

        func close() { _ = Glibc.close(descriptor) }
    }

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
