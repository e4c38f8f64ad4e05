// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@testable import ZeroMQ

/// When a receive that finds nothing tries again before it waits.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct GivingWayTests {
    private struct Pipe {
        let push: PushSocket
        let pull: PullSocket

        init() throws {
            let context = try Context()
            pull = try PullSocket(context: context)
            push = try PushSocket(context: context)
            try push.connect(try pull.bind(.inproc("pipe")))
        }

        func pass(_ count: Int, bytes: Int) async throws {
            for _ in 0..<count {
                try await push.send([UInt8](repeating: 0, count: bytes))
                _ = try await pull.receive()
            }
        }

        func recordMiss() -> Bool { pull.engine.state.withLock { $0.recordMiss() } }
    }

    @Test(arguments: [(64, 1), (1, 64 << 10), (8, 8 << 10)])
    func afterABufferFull(count: Int, bytes: Int) async throws {
        let pipe = try Pipe()
        #expect(!pipe.recordMiss())
        try await pipe.pass(count, bytes: bytes)
        #expect(pipe.recordMiss())
        #expect(!pipe.recordMiss(), "nothing came since")
        try await pipe.pass(count, bytes: bytes)
        #expect(pipe.recordMiss())
    }

    @Test(arguments: [(63, 1), (7, 8 << 10)])
    func notAfterLess(count: Int, bytes: Int) async throws {
        let pipe = try Pipe()
        try await pipe.pass(count, bytes: bytes)
        #expect(!pipe.recordMiss())
    }

    /// Counts that exclusive access changed in between confuse nothing.
    @Test func afterExclusiveAccess() async throws {
        let pipe = try Pipe()
        for _ in 0..<100 { #expect(try pipe.push.trySend("x")) }
        _ = try await pipe.pull.receive()
        try pipe.pull.withExclusiveAccess { socket in
            for _ in 0..<99 { _ = try socket.receive() }
        }
        #expect(pipe.recordMiss())
        #expect(!pipe.recordMiss())
    }
}
