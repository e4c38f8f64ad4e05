// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

#if canImport(Glibc)
import Glibc
#endif

/// Contexts end under load: no call outlives its bound, and nothing is left behind.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ShutdownTests {
    @Test func terminationNamesOpenSockets() async throws {
        let context = try Context()
        let socket = try PullSocket(context: context, file: "Module/Here.swift", line: 42)
        await #expect {
            try await context.terminate(within: .milliseconds(50))
        } throws: { error in
            let error = error as? ZMQError
            return error?.code == .terminationTimedOut
                && error?.description.contains("PULL socket made at Module/Here.swift:42") == true
        }
        socket.close()
        try await context.terminate(within: SocketTest.patience)
        try await context.terminate(within: SocketTest.patience)
    }

    @Test func terminationCanBeCancelled() async throws {
        let context = try Context()
        let socket = try PullSocket(context: context)
        let task = Task { try await context.terminate(within: .seconds(60)) }
        task.cancel()
        await #expect { try await task.value } throws: { ($0 as? ZMQError)?.code == .cancelled }
        socket.close()
    }

    @Test func closingEndsAnExclusiveWait() async throws {
        let context = try Context()
        let socket = try PullSocket(context: context)
        async let ended = failure {
            try await onThread {
                try socket.withExclusiveAccess { access in
                    var message = Message()
                    _ = try access.receive(into: &message)
                }
            }
        }
        // Until the thread has it, the socket can be asked.
        try await eventually { isBusy(socket) }
        socket.close()
        #expect(await ended == .closed)
        try await context.terminate(within: SocketTest.patience)
    }

    private func isBusy(_ socket: PullSocket) -> Bool {
        do throws(ZMQError) {
            _ = try socket.tryReceive()
            return false
        } catch {
            return error.code == .busy
        }
    }

    /// A socket that is closed while its context shuts down may be the last: libzmq's context must not be freed, and
    /// its memory given to another, before it has been shut down. In a process of its own, for it may crash.
    @Test func shutdownHitsNoOtherContext() async {
        await #expect(processExitsWith: .success) {
            for _ in 0..<2000 {
                let context = try Context()
                let sockets = try (0..<4).map { _ in try PullSocket(context: context) }
                async let isShutDown: Void = onThread { context.shutdown() }
                async let isClosed: Void = onThread { for socket in sockets { socket.close() } }
                let bystander = try PullSocket(context: Context())
                _ = try await (isShutDown, isClosed)
                #expect(try bystander.tryReceive() == nil)
                try await context.terminate(within: SocketTest.patience)
            }
        }
    }

    /// In a process of its own, because it counts that process's descriptors and threads.
    @Test func shutdownUnderLoadLeavesNothingBehind() async {
        await #expect(processExitsWith: .success) {
            try await Load.run(rounds: 20, seed: 1)
            let before = Load.resources()
            try await Load.run(rounds: 300, seed: 2)
            let end = ContinuousClock.now + SocketTest.patience
            // The threads that freed the last contexts may still be on their way out.
            while Load.resources().exceeds(before) {
                if ContinuousClock.now > end {
                    Issue.record("before \(before), after \(Load.resources())")
                    break
                }
                await Task.yield()
            }
        }
    }
}

/// Contexts with calls of every kind under way, shut down at a random moment.
private enum Load {
    struct Resources {
        var descriptors: Int
        var threads: Int

        /// The pool may have started a thread or two.
        func exceeds(_ other: Resources) -> Bool {
            descriptors > other.descriptors || threads > other.threads + 2
        }
    }

    static func resources() -> Resources {
        Resources(descriptors: count(in: "/proc/self/fd"), threads: count(in: "/proc/self/task"))
    }

    private static func count(in folder: String) -> Int {
        #if canImport(Glibc)
        guard let directory = unsafe opendir(folder) else { return 0 }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        return count
        #else
        return 0
        #endif
    }

    static func run(rounds: Int, seed: UInt64) async throws {
        print("seed \(seed)")
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        for round in 0..<rounds {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            try await one(round, pauses: Int(state >> 56))
        }
    }

    private static func one(_ round: Int, pauses: Int) async throws {
        let context = try Context()
        do {
            let pull = try PullSocket(context: context)
            let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 2))
            try push.connect(try pull.bind(round % 2 == 0 ? .inproc("load") : .tcp("127.0.0.1", port: .any)))
            let reply = try ReplySocket(context: context)
            let request = try RequestSocket(context: context)
            try request.connect(try reply.bind(.inproc("questions")))
            let publisher = try PublisherSocket(context: context)
            let lonely = try DealerSocket(context: context)

            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await ending { while true { try await push.send("job") } } }
                group.addTask { for try await _ in pull.messages {} }
                group.addTask { try await reply.serve { $0 } }
                group.addTask { try await ending { while true { _ = try await request.request("ping") } } }
                group.addTask { try await ending { _ = try await request.request("queues for its turn") } }
                group.addTask { try await ending { try await publisher.subscriptions(to: "x", atLeast: 1) } }
                group.addTask { try await ending { try await lonely.send("to nobody") } }
                group.addTask { try await ending { _ = try await lonely.receive(timeout: .seconds(60)) } }
                for _ in 0..<pauses { await Task.yield() }
                let began = ContinuousClock.now
                context.shutdown()
                try await group.waitForAll()
                #expect(began.duration(to: .now) < .seconds(20), "a call outlived its context")
            }
        }
        try await context.terminate(within: SocketTest.patience)
    }

    private static func ending(_ body: () async throws -> Void) async throws {
        do { try await body() } catch {
            guard (error as? ZMQError)?.code == .contextTerminated else { throw error }
        }
    }
}
