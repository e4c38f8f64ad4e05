// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Calls that gave up leave nothing behind: neither in the lists of those who wait, nor in memory.
@Suite(.timeLimit(.minutes(2)), .serialized)
struct StoppedReceiverTests {
    static let endpoints: [Endpoint] = [.inproc("stopped"), .ipc("*"), .tcp("127.0.0.1", port: .any)]

    /// A sender whose receiver never receives, filled to the brim.
    private static func filled(_ endpoint: Endpoint) async throws -> (PushSocket, PullSocket) {
        var transport = TransportOptions()
        transport.kernelSendBufferBytes = 4096
        transport.kernelReceiveBufferBytes = 4096
        let context = try Context()
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 2, transport: transport))
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 3, transport: transport))
        try push.connect(try pull.bind(endpoint))
        let code = await failure { while true { try await push.send(payload(0), timeout: .milliseconds(200)) } }
        guard code == .timedOut else { throw OutOfTime() }
        return (push, pull)
    }

    /// Bytes of their own for each message: kept ones would show.
    private static func payload(_ number: Int) -> Message {
        Message([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 32 << 10))
    }

    /// Half of so many sends time out, the others are cancelled while they wait, a hundred at a time.
    private static func giveUp(_ count: Int, on push: PushSocket) async throws {
        for start in stride(from: 0, to: count, by: 100) {
            let tasks = (start..<start + 100).map { number in
                let timeout: Duration? = number % 2 == 0 ? .milliseconds(1) : .seconds(60)
                return Task { try await push.send(payload(number), timeout: timeout) }
            }
            for index in stride(from: 0, to: 100, by: 2) {
                guard await failure({ try await tasks[index].value }) == .timedOut else { throw OutOfTime() }
            }
            try await eventually { push.engine.state.withLock { $0.lot.parkedCount } == 50 }
            for index in stride(from: 1, to: 100, by: 2) {
                tasks[index].cancel()
                guard await failure({ try await tasks[index].value }) == .cancelled else { throw OutOfTime() }
            }
        }
    }

    @Test(arguments: endpoints) func callsThatGaveUpAreForgotten(endpoint: Endpoint) async throws {
        let (push, pull) = try await Self.filled(endpoint)
        let accepted = push.statistics.sent
        // Two and three messages, and what the kernel and libzmq's own buffers hold.
        if endpoint == .inproc("stopped") { #expect(accepted == 5) }
        #expect(accepted >= 5)
        #expect(accepted < 50)
        try await Self.giveUp(1000, on: push)
        #expect(push.statistics.cancellations == 500)
        #expect(push.engine.state.withLock { $0.lot.parkedCount } == 0)
        #expect(push.engine.state.withLock { !$0.lot.senderInFlight })
        // A sweep may be due; deadlines are not.
        let deadlines = push.engine.context.reactor.state.withLock { $0.deadlines.count }
        #expect(deadlines <= 2)
        #expect(push.statistics.sent == accepted)
        for _ in 0..<accepted { _ = try await pull.receive(timeout: .seconds(10)) }
        #expect(try pull.tryReceive() == nil)
        try await push.send("as good as new", timeout: .seconds(10))
        #expect(try await pull.receive(timeout: .seconds(10)) == "as good as new")
    }

    #if os(Linux)
    /// In a process of its own, where nobody else uses memory: ten thousand messages of 32 KiB would be 320 MiB.
    @Test func memoryStaysFlat() async {
        await #expect(processExitsWith: .success) {
            for endpoint in StoppedReceiverTests.endpoints {
                let (push, pull) = try await StoppedReceiverTests.filled(endpoint)
                try await StoppedReceiverTests.giveUp(1000, on: push)
                let before = try StoppedReceiverTests.residentBytes()
                try await StoppedReceiverTests.giveUp(10_000, on: push)
                let growth = try StoppedReceiverTests.residentBytes() - before
                let allowed = isSanitized ? 1 << 40 : 8 << 20
                guard growth < allowed else { fatalError("\(growth) bytes more after 10 000 sends over \(endpoint)") }
                push.close()
                pull.close()
            }
        }
    }

    private static func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(fields[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
    #endif
}
