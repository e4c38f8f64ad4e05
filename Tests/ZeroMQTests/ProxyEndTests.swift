// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// A proxy that is stopped, cancelled and paused at random points, under load: nothing is lost, doubled or torn.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ProxyEndTests {
    @Test(arguments: [1, 3, 100]) func nothingIsLostWhereverItEnds(highWaterMark: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ProxyEndTests: seed \(seed)")
        let line = try ProxyTests.Line(highWaterMark: highWaterMark)
        let capture = try PushSocket(context: line.context)
        let captured = try PullSocket(context: line.context)
        try capture.connect(try captured.bind(.inproc("captured")))
        // Messages are sent until there were ends enough.
        let isEnough = Flag()
        let sending = Task {
            var random = SeededGenerator(seed: seed)
            var count = 0
            while !isEnough.isRaised {
                try await line.source.send(Self.message(count, frames: Int.random(in: 1...4, using: &random)))
                count += 1
            }
            try await line.source.send("end")
            return count
        }
        let receiving = Task {
            var random = SeededGenerator(seed: seed &+ 1)
            var count = 0
            while true {
                let message = try await line.sink.receive(timeout: SocketTest.patience)
                if message == "end" { return count }
                try #require(message == Self.message(count, frames: message.frameCount), "seed \(seed)")
                count += 1
                // Now and then the backend is full.
                for _ in 0..<(Int.random(in: 0..<200, using: &random) == 0 ? 20 : 0) { await Task.yield() }
            }
        }
        var random = SeededGenerator(seed: seed &+ 2)
        var total = ProxyStatistics.Direction()
        var ends = [0, 0, 0]
        while ends.contains(where: { $0 < 60 }) || (highWaterMark < 100 && total.returned < 20) {
            try #require(ends.reduce(0, +) < 20_000, "what is to be provoked does not happen, seed \(seed)")
            let proxy = Proxy(line.frontend, line.backend, capture: capture)
            let kind = Int.random(in: 0..<3, using: &random)
            try await Self.run(proxy, endedAs: kind, &random)
            ends[kind] += 1
            total.add(proxy.statistics.forward)
            while let copy = try captured.tryReceive() { #expect(copy.frameCount > 0) }
        }
        isEnough.raise()
        let last = Proxy(line.frontend, line.backend)
        let task = Task { try await last.run() }
        let sent = try await value(of: sending)
        #expect(try await value(of: receiving) == sent, "seed \(seed)")
        last.stop()
        try await value(of: task)
        total.add(last.statistics.forward)
        #expect(try line.sink.tryReceive() == nil, "seed \(seed)")
        #expect(try line.frontend.tryReceive() == nil, "seed \(seed)")
        #expect(total.messages == UInt64(sent) + 1, "seed \(seed)")
        #expect(total.lost + total.refused + total.unreachable == 0, "seed \(seed)")
        #expect(line.frontend.statistics.received == total.messages, "seed \(seed)")
    }

    /// Runs a proxy for a while, then stops it, cancels it, or pauses it first.
    private static func run(_ proxy: Proxy, endedAs kind: Int, _ random: inout SeededGenerator) async throws {
        let task = Task { try await proxy.run() }
        for _ in 0..<Int.random(in: 0..<60, using: &random) { await Task.yield() }
        switch kind {
        case 0: proxy.stop()
        case 1: task.cancel()
        default:
            await proxy.pause()
            if Bool.random(using: &random) { proxy.resume() }
            for _ in 0..<Int.random(in: 0..<30, using: &random) { await Task.yield() }
            proxy.stop()
        }
        do {
            try await value(of: task)
        } catch let error as ZMQError {
            #expect(error.code == .cancelled && kind == 1, "\(error)")
        }
    }

    private static func message(_ number: Int, frames: Int) -> Message {
        let first = Frame("\(number)")
        guard frames > 1 else { return Message(first) }
        let rest = (1..<frames).map { Frame("\(number), part \($0)") }
        return (try? Message(frames: [first] + rest)) ?? Message()
    }

    /// Who gives time when stopping finds everything that was taken at the other side, though that was full.
    @Test func stopMayWaitForRoom() async throws {
        let (line, count) = try await full()
        let proxy = Proxy(line.frontend, line.backend)
        let task = Task { try await proxy.run() }
        try await eventually { line.frontend.statistics.received > 2 }
        proxy.stop(within: SocketTest.patience)
        // It takes no more, and waits.
        let taken = Int(line.frontend.statistics.received)
        for number in 0..<taken {
            #expect(try await line.sink.receive(timeout: SocketTest.patience) == Message("\(number)"))
        }
        try await value(of: task)
        let forward = proxy.statistics.forward
        #expect(forward.messages == taken && forward.returned == 0)
        for number in taken..<count { #expect(try line.frontend.tryReceive() == Message("\(number)")) }
    }

    /// When the time is up the rest is put back; a task that is cancelled does not wait.
    @Test(arguments: [false, true]) func stopWaitsNoLonger(isCancelled: Bool) async throws {
        let (line, count) = try await full()
        let proxy = Proxy(line.frontend, line.backend)
        let task = Task { try await proxy.run() }
        try await eventually { line.frontend.statistics.received > 2 }
        proxy.stop(within: isCancelled ? .seconds(1000) : .milliseconds(50))
        if isCancelled { task.cancel() }
        try await value(of: task)
        let forward = proxy.statistics.forward
        #expect(forward.messages >= 2 && forward.returned > 0 && forward.lost == 0)
        var numbers: [Message] = []
        while numbers.count < count {
            if let message = try line.sink.tryReceive() ?? line.frontend.tryReceive() { numbers.append(message) }
        }
        #expect(numbers == (0..<count).map { Message("\($0)") })
    }

    /// A line whose backend takes two messages, with ten at its frontend.
    private func full() async throws -> (ProxyTests.Line, count: Int) {
        let line = try ProxyTests.Line(highWaterMark: 1)
        let context = line.context
        let source = try PushSocket(context: context, options: .init(sendHighWaterMark: 10))
        try source.connect(.inproc("front"))
        for number in 0..<10 { try await source.send("\(number)", timeout: SocketTest.patience) }
        return (line, 10)
    }

    /// Both directions of a ROUTER and a DEALER: every client gets the reply to each of its requests, once.
    @Test func everyRequestIsAnsweredOnce() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ProxyEndTests: seed \(seed)")
        let context = try Context()
        let frontend = try RouterSocket(context: context)
        let backend = try DealerSocket(context: context)
        let worker = try RouterSocket(context: context)
        let endpoint = try frontend.bind(.inproc("front"))
        try backend.connect(try worker.bind(.inproc("back")))
        let isDone = Flag()
        let serving = Task {
            while !isDone.isRaised {
                let request = try await worker.receive()
                try await worker.send(request.message, to: request.peer)
            }
        }
        let clients = Task {
            defer { isDone.raise() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        let client = try DealerSocket(context: context)
                        try client.connect(endpoint)
                        for round in 0..<200 {
                            for number in 0..<10 { try await client.send(Message("\(round)", "\(number)")) }
                            for number in 0..<10 {
                                let reply = try await client.receive(timeout: SocketTest.patience)
                                #expect(reply == Message("\(round)", "\(number)"), "seed \(seed)")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        var random = SeededGenerator(seed: seed)
        var ends = 0
        while !isDone.isRaised {
            let proxy = Proxy(frontend, backend)
            let task = Task { try await proxy.run() }
            for _ in 0..<Int.random(in: 0..<100, using: &random) { await Task.yield() }
            if Bool.random(using: &random) { proxy.stop() } else { task.cancel() }
            _ = await task.result
            ends += 1
            let statistics = proxy.statistics
            #expect(statistics.forward.lost + statistics.backward.lost + statistics.backward.unreachable == 0)
        }
        try await value(of: clients)
        serving.cancel()
        #expect(ends > 3, "seed \(seed)")
    }
}
