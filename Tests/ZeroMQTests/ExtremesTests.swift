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

/// Values at the ends of their types, and moments at the ends of a process's means.
@Suite(.timeLimit(.minutes(2)), .serialized)
struct ExtremesTests {
    static let durations: [Duration] = [
        .seconds(Int64.max), .seconds(Int64.max) * 10, .zero, .seconds(Int64.min), .seconds(Int64.min) * 10,
    ]

    /// Deadlines that no clock can count to.
    @Test(arguments: durations) func deadlines(timeout: Duration) async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let waiting = Task { try await pull.receive(timeout: timeout) }
        try await eventually { pull.statistics.parks > 0 || timeout <= .zero }
        if timeout > .zero { waiting.cancel() }
        let code: ZMQError.Code = timeout > .zero ? .cancelled : .timedOut
        await SocketTest.expect(code) { _ = try await value(of: waiting) }
        let terminating = Task { try await context.terminate(within: timeout) }
        if timeout > .zero { pull.close() }
        if timeout > .zero {
            try await value(of: terminating)
        } else {
            await SocketTest.expect(.terminationTimedOut) { try await value(of: terminating) }
        }
        var options = TransportOptions()
        options.linger = timeout
        if timeout != .zero {
            await SocketTest.expect(.invalidArgument, "linger") {
                _ = try PullSocket(context: Context(), options: .init(transport: options))
            }
        }
    }

    @Test func withoutThreadsThereIsOnlyInproc() async throws {
        let pull = try PullSocket(context: Context(options: .init(ioThreads: 0)))
        await SocketTest.expect(.notSupported, "ioThreads") { try pull.bind(.tcp("127.0.0.1", port: .any)) }
        try pull.bind(.inproc("here"))
    }

    /// A request whose peer goes away before its last frame arrives as a request, not as what is left of one.
    @Test func brokenRequestsBeginAnew() async throws {
        let context = try Context()
        let request = try RequestSocket(context: context)
        try request.bind(.inproc("broken"))
        let message = try SocketTest.message(frames: 3, bytes: 60_000)
        let isDone = Flag()
        let asking = Task {
            var random = SeededGenerator(seed: 1)
            while !isDone.isRaised {
                let patience = Duration.microseconds(Int.random(in: 1...60, using: &random))
                _ = try? await request.request(message, timeout: patience)
            }
        }
        var malformed: UInt64 = 0
        var received = 0
        let end = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < end || received == 0 {
            let reply = try ReplySocket(context: context)
            try reply.connect(.inproc("broken"))
            for _ in 0..<3 {
                guard let call = try? await reply.receive(timeout: .microseconds(300)) else { break }
                #expect(call.request == message)
                received += 1
            }
            malformed += reply.statistics.malformed
            reply.close()
        }
        isDone.raise()
        await asking.value
        // The frame that ends a broken request is not one, and is counted where it arrives.
        print("\(received) requests received, \(malformed) ends of broken ones")
        let reply = try ReplySocket(context: context)
        try reply.connect(.inproc("broken"))
        let serving = Task { try await reply.serve { $0 } }
        #expect(try await request.request("whole", timeout: SocketTest.patience) == "whole")
        reply.close()
        try await serving.value
    }

    #if os(Linux)
    /// A context with `inproc` connections that nobody has bound needs descriptors to end: it waits for them.
    @Test func contextEndsOnceThereAreDescriptors() async {
        await #expect(processExitsWith: .success) {
            let context = try Context()
            let push = try PushSocket(context: context)
            try push.connect(.inproc("nobody binds"))
            guard leaveDescriptors(free: 50) else { exit(2) }
            var taken: [Int32] = []
            while true {
                let descriptor = dup(1)
                if descriptor < 0 { break }
                taken.append(descriptor)
            }
            push.close()
            context.shutdown()
            // Nothing tells that the context waits: in this time one that does not would abort the process. Swift's own
            // timers need descriptors, so nothing here waits by them.
            usleep(200_000)
            for descriptor in taken { close(descriptor) }
            try await context.terminate(within: .seconds(30))
        }
    }
    #endif
}
