// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What is bounded, and what libzmq would abort the process for.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LimitsTests {
    /// One call does not take everything that a fast sender has.
    @Test func batchesAreBounded() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 0))
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 0))
        try push.connect(try pull.bind(.inproc("batches")))
        for number in 0..<3000 { #expect(try push.trySend(Message("\(number)"))) }
        #expect(try await pull.receive(upTo: .max).count == 1024)
        for _ in 0..<64 { #expect(try push.trySend(Message([UInt8](repeating: 1, count: 100_000)))) }
        var rest = 3000 - 1024 + 64
        while rest > 0 {
            let batch = try await pull.receive(upTo: .max)
            #expect(batch.count <= 1024 && batch.dropLast().reduce(0) { $0 + $1.byteCount } < 2 << 20)
            rest -= batch.count
        }
        #expect(rest == 0)
    }

    /// Each `inproc` connection that nobody has bound costs libzmq a socket when the context ends.
    @Test func contextWithPendingConnectionsEnds() async throws {
        let context = try Context(options: .init(maximumSockets: 1))
        for number in 0..<20 {
            let push = try PushSocket(context: context)
            try push.connect(.inproc("nobody-\(number)"))
            await SocketTest.expect(.tooManySockets, "maximumSockets") { _ = try PushSocket(context: context) }
            push.close()
        }
        try await context.terminate(within: SocketTest.patience)
        // Again, and again: the libzmq context has been freed.
        context.shutdown()
        try await context.terminate(within: SocketTest.patience)
    }

    /// A collection that gives more elements than it counts.
    private struct Liar: Collection {
        var startIndex: Int { 0 }
        var endIndex: Int { 100 }
        var count: Int { 1 }
        func index(after index: Int) -> Int { index + 1 }
        subscript(index: Int) -> Frame { Frame("\(index)") }
    }

    @Test func framesAreCountedAsTheyCome() throws {
        let message = try Message(frames: Liar().lazy.filter { _ in true })
        #expect(message.frames.map(\.string) == (0..<100).map(String.init))
    }

    #if os(Linux)
    /// libzmq aborts when it cannot open a descriptor: sockets are refused before.
    @Test func descriptorsRunOutWithAnError() async {
        await #expect(processExitsWith: .success) {
            guard leaveDescriptors(free: 240) else { exit(2) }
            var sockets: [PullSocket] = []
            let context = try Context(options: .init(ioThreads: 4))
            do {
                while sockets.count < 256 { sockets.append(try PullSocket(context: context)) }
            } catch {
                let error = error as? ZMQError
                guard error?.code == .fileDescriptorBudget, error?.isRetriable == true, !sockets.isEmpty else {
                    exit(3)
                }
                for socket in sockets { socket.close() }
                try await context.terminate(within: .seconds(10))
                // Without the leak check of a sanitizer, which needs descriptors too.
                _exit(0)
            }
            exit(4)
        }
    }
    #endif
}
