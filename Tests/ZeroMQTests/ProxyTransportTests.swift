// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A proxy between connections: both directions at full load, ends at random moments, peers that stall and go away.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ProxyTransportTests {
    enum Transport: String, CaseIterable, Sendable {
        case tcp, ipc

        func endpoint(_ name: String) -> Endpoint {
            switch self {
            case .tcp: .tcp("127.0.0.1", port: .any)
            case .ipc: .ipc("/tmp/sinew-proxy-\(getpid())-\(name)-\(UInt32.random(in: 0...UInt32.max))")
            }
        }
    }

    /// left – (frontend – backend) – right: all DEALER, so that both directions keep their order.
    struct Bridge: Sendable {
        let context: Context
        let left: DealerSocket
        let frontend: DealerSocket
        let backend: DealerSocket
        let right: DealerSocket

        init(_ transport: Transport, highWaterMark: Int) throws {
            context = try Context()
            var options = DealerSocket.Options(
                sendHighWaterMark: highWaterMark,
                receiveHighWaterMark: highWaterMark
            )
            options.transport.kernelSendBufferBytes = 16 << 10
            options.transport.kernelReceiveBufferBytes = 16 << 10
            left = try DealerSocket(context: context, options: options)
            frontend = try DealerSocket(context: context, options: options)
            backend = try DealerSocket(context: context, options: options)
            right = try DealerSocket(context: context, options: options)
            try left.connect(try frontend.bind(transport.endpoint("front")))
            try right.connect(try backend.bind(transport.endpoint("back")))
        }
    }

    /// The same for everybody who knows the seed: mostly small, now and then empty, large, or of thousands of frames.
    private static func message(_ number: Int, seed: UInt64) throws -> Message {
        var random = SeededGenerator(seed: seed &+ UInt64(number) &* 1000)
        if number == 300 { return Message([UInt8](repeating: UInt8(number % 251), count: 10 << 20)) }
        if number % 400 == 399 { return try SocketTest.message(frames: 3000, bytes: number % 3) }
        let frames = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            let size = [0, 1, 33, 34, 64, 2047, 2048, 5000].randomElement(using: &random) ?? 0
            return Frame([UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: size))
        }
        return try Message(frames: frames + [Frame("\(number)")])
    }

    /// Counts what comes, in order and whole, until the end; stalls now and then, so that the queues fill.
    private static func receive(from socket: DealerSocket, seed: UInt64) async throws -> Int {
        var random = SeededGenerator(seed: seed)
        var count = 0
        while true {
            let message = try await socket.receive(timeout: SocketTest.patience)
            if message == "end" { return count }
            try #require(message == (try Self.message(count, seed: seed)), "message \(count), seed \(seed)")
            count += 1
            for _ in 0..<(Int.random(in: 0..<100, using: &random) == 0 ? 200 : 0) { await Task.yield() }
        }
    }

    @Test(arguments: Transport.allCases, [2, 200])
    func nothingIsLostWhereverItEnds(transport: Transport, highWaterMark: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max >> 1)
        print("ProxyTransportTests: seed \(seed)")
        let bridge = try Bridge(transport, highWaterMark: highWaterMark)
        let isEnough = Flag()
        @Sendable func send(to socket: DealerSocket, _ seed: UInt64) async throws -> Int {
            var count = 0
            while !isEnough.isRaised || count < 450 {
                try await socket.send(try Self.message(count, seed: seed), timeout: SocketTest.patience)
                count += 1
            }
            try await socket.send("end", timeout: SocketTest.patience)
            return count
        }
        let sent = [
            Task { try await send(to: bridge.left, seed) }, Task { try await send(to: bridge.right, seed + 1) },
        ]
        let received = [
            Task { try await Self.receive(from: bridge.right, seed: seed) },
            Task { try await Self.receive(from: bridge.left, seed: seed + 1) },
        ]
        var random = SeededGenerator(seed: seed &+ 2)
        var total = ProxyStatistics()
        for round in 0..<(isSanitized ? 30 : 90) {
            // Some of them see a thousand messages, most see a few.
            let goal = total.forward.messages + UInt64([0, 1, 10, 100, 1000].randomElement(using: &random) ?? 0)
            let proxy = Proxy(bridge.frontend, bridge.backend)
            let task = Task { try await proxy.run() }
            let patience = ContinuousClock.now + .milliseconds(30)
            while total.forward.messages + proxy.statistics.forward.messages < goal, ContinuousClock.now < patience {
                await Task.yield()
            }
            switch round % 3 {
            case 0: proxy.stop()
            case 1: task.cancel()
            default:
                await proxy.pause()
                let before = proxy.statistics
                for _ in 0..<20 { await Task.yield() }
                #expect(proxy.statistics == before, "seed \(seed)")
                proxy.resume()
                for _ in 0..<20 { await Task.yield() }
                proxy.stop()
            }
            let result = await task.result
            if case .failure(let error as ZMQError) = result { #expect(error.code == .cancelled, "\(error)") }
            total.forward.add(proxy.statistics.forward)
            total.backward.add(proxy.statistics.backward)
        }
        isEnough.raise()
        let last = Proxy(bridge.frontend, bridge.backend)
        let task = Task { try await last.run() }
        for (sent, received) in zip(sent, received) {
            let count = try await value(of: sent)
            #expect(try await value(of: received) == count, "seed \(seed)")
        }
        last.stop()
        try await value(of: task)
        for socket in [bridge.left, bridge.frontend, bridge.backend, bridge.right] {
            #expect(try socket.tryReceive() == nil, "doubled, seed \(seed)")
        }
        total.forward.add(last.statistics.forward)
        total.backward.add(last.statistics.backward)
        for (direction, sent) in zip([total.forward, total.backward], sent) {
            #expect(direction.messages == UInt64(try await sent.value) + 1, "seed \(seed)")
            #expect(direction.lost + direction.refused + direction.unreachable + direction.overflowed == 0)
        }
    }

    /// One that reads nothing: the sender is held up after a bounded number of messages, the other direction goes on,
    /// and the proxy can be stopped and followed by another.
    @Test(arguments: Transport.allCases) func backPressureReachesTheSender(transport: Transport) async throws {
        let bridge = try Bridge(transport, highWaterMark: 2)
        let proxy = Proxy(bridge.frontend, bridge.backend)
        let task = Task { try await proxy.run() }
        var sent = 0
        let bytes = [UInt8](repeating: 7, count: 50_000)
        do {
            while sent < 1000 {
                try await bridge.left.send(Message(Frame("\(sent)"), Frame(bytes)), timeout: .milliseconds(500))
                sent += 1
            }
        } catch {
            #expect(error.code == .timedOut)
        }
        // The proxy's 1 MiB (21 messages), and four connections' queues of 2 and the kernel's buffers.
        #expect(sent >= 8 && sent <= 120, "\(sent)")
        for number in 0..<300 {
            try await bridge.right.send("back \(number)", timeout: SocketTest.patience)
            #expect(try await bridge.left.receive(timeout: SocketTest.patience).string == "back \(number)")
        }
        proxy.stop()
        try await value(of: task)
        #expect(proxy.statistics.forward.returned > 0)
        #expect(proxy.statistics.forward.messages < UInt64(sent))
        let next = Proxy(bridge.frontend, bridge.backend)
        let running = Task { try await next.run() }
        for number in 0..<sent {
            let message = try await bridge.right.receive(timeout: SocketTest.patience)
            #expect(message == Message(Frame("\(number)"), Frame(bytes)))
        }
        next.stop()
        try await value(of: running)
        #expect(try bridge.right.tryReceive() == nil)
    }

    /// A backend's peer that goes away and comes back: what its connection held is gone, the rest comes in order.
    @Test func backendGoesAndComesBack() async throws {
        let context = try Context()
        let source = try PushSocket(context: context)
        let frontend = try PullSocket(context: context)
        let backend = try PushSocket(context: context, options: .init(sendHighWaterMark: 5))
        try source.connect(try frontend.bind(.tcp("127.0.0.1", port: .any)))
        var sink = try PullSocket(context: context, options: .init(receiveHighWaterMark: 5))
        let endpoint = try sink.bind(.tcp("127.0.0.1", port: .any))
        try backend.connect(endpoint)
        let proxy = Proxy(frontend, backend)
        let running = Task { try await proxy.run() }
        let isEnough = Flag()
        let sending = Task {
            var count = 0
            while !isEnough.isRaised {
                try await source.send(Message("\(count)", "rest"), timeout: SocketTest.patience)
                count += 1
            }
            return count
        }
        var last = -1
        for _ in 0..<5 {
            for _ in 0..<200 {
                let message = try await sink.receive(timeout: SocketTest.patience)
                let number = try #require(Int(message.string))
                #expect(number > last && message.frameCount == 2)
                last = number
            }
            sink.close()
            sink = try PullSocket(context: context, options: .init(receiveHighWaterMark: 5))
            try await eventually { (try? sink.bind(endpoint)) != nil }
        }
        isEnough.raise()
        // The sender may wait for room.
        let ends = Task { [sink] in
            var last = ""
            while last != "end" { last = try await sink.receive(timeout: SocketTest.patience).string }
        }
        let sent = try await value(of: sending)
        try await source.send("end", timeout: SocketTest.patience)
        try await value(of: ends)
        proxy.stop()
        try await value(of: running)
        #expect(proxy.statistics.forward.messages == UInt64(sent) + 1)
        #expect(proxy.statistics.forward.lost == 0)
    }

    /// One thread for both directions: neither starves the other, however much there is to move.
    @Test func directionsShareAThread() async throws {
        let context = try Context()
        let count = 50_000
        let options = DealerSocket.Options(sendHighWaterMark: 0, receiveHighWaterMark: 0)
        let sockets = try (0..<4).map { _ in try DealerSocket(context: context, options: options) }
        let (left, frontend, backend, right) = (sockets[0], sockets[1], sockets[2], sockets[3])
        try left.connect(try frontend.bind(.inproc("front")))
        try right.connect(try backend.bind(.inproc("back")))
        let capture = try PushSocket(context: context, options: .init(sendHighWaterMark: 0))
        let log = try PullSocket(context: context, options: .init(receiveHighWaterMark: 0))
        try capture.connect(try log.bind(.inproc("log")))
        for _ in 0..<count {
            try await left.send("forward")
            try await right.send("backward")
        }
        let proxy = Proxy(frontend, backend, capture: capture)
        let running = Task(executorPreference: context.executor) { try await proxy.run() }
        // The order in which the thread has moved them.
        var (forward, backward) = (0, 0)
        while max(forward, backward) < count {
            for message in try await log.receive(upTo: 100, timeout: SocketTest.patience) {
                if message == "forward" { forward += 1 } else { backward += 1 }
                if max(forward, backward) == count { break }
            }
        }
        #expect(min(forward, backward) > count / 2)
        proxy.stop()
        try await value(of: running)
    }
}
