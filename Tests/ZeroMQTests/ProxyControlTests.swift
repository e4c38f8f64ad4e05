// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// Who may stop a proxy and when, who may not run one, what an idle one costs, and what a capture gets.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProxyControlTests {
    private typealias Line = ProxyTests.Line

    // MARK: Stopping

    /// Many at once, with pauses and resumes in between: everybody returns, and so does the proxy.
    @Test func stoppedByMany() async throws {
        for _ in 0..<50 {
            let line = try Line()
            let proxy = Proxy(line.frontend, line.backend)
            let running = Task { try await proxy.run() }
            let others =
                Task {
                    await withTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 {
                            group.addTask { proxy.stop() }
                            group.addTask { await proxy.pause() }
                            group.addTask { proxy.resume() }
                        }
                    }
                } as Task<Void, Never>
            try await within(SocketTest.patience) { await others.value }
            try await value(of: running)
            proxy.stop()
            try await proxy.run()
        }
    }

    /// Who reads the capture stops the proxy at what he has seen; there is no deadlock, and nothing is lost.
    @Test func stoppedByTheCapturesReader() async throws {
        let line = try Line()
        let capture = try PublisherSocket(context: line.context)
        let reader = try SubscriberSocket(subscriptions: [.all], context: line.context)
        try reader.connect(try capture.bind(.inproc("capture")))
        try await capture.subscriptions(to: .all, atLeast: 1, timeout: SocketTest.patience)
        let proxy = Proxy(line.frontend, line.backend, capture: capture)
        let running = Task { try await proxy.run() }
        let watching = Task {
            while try await reader.receive(timeout: SocketTest.patience) != "100" {}
            proxy.stop()
        }
        for number in 0..<500 { try await line.source.send("\(number)") }
        try await value(of: watching)
        try await value(of: running)
        var received = 0
        while let message = try line.sink.tryReceive() {
            #expect(message.string == "\(received)")
            received += 1
        }
        #expect(proxy.statistics.forward.messages == UInt64(received))
        #expect(received > 100)
        while let message = try line.frontend.tryReceive() {
            #expect(message.string == "\(received)")
            received += 1
        }
        #expect(received == 500)
    }

    /// Who has stopped a proxy may close its sockets at once: there is an error only if that lost something.
    @Test func closedRightAfterTheStop() async throws {
        var losses = 0
        for round in 0..<200 {
            let line = try Line(highWaterMark: 1)
            let proxy = Proxy(line.frontend, line.backend)
            let running = Task { try await proxy.run() }
            // In every other round nothing can be on its way.
            let count = round % 2 == 0 ? 0 : 4
            for number in 0..<count { try await line.source.send("\(number)", timeout: SocketTest.patience) }
            try await eventually {
                count == 0
                    ? line.frontend.statistics.parks > 0
                    : line.backend.engine.state.withLock { $0.lot.hasSenders }
            }
            proxy.stop()
            line.frontend.close()
            line.backend.close()
            do {
                try await value(of: running)
                #expect(proxy.statistics.forward.lost == 0)
            } catch {
                #expect((error as? ZMQError)?.code == .closed, "\(error)")
                #expect("\(error)".contains("messages that were on their way"), "\(error)")
                #expect(proxy.statistics.forward.lost > 0 && count > 0, "round \(round)")
                losses += 1
            }
        }
        #expect(losses > 0)
    }

    // MARK: Two proxies

    /// Two that take from one socket would change the order of its messages.
    @Test func socketsHaveOneTaker() async throws {
        let context = try Context()
        let sockets = try (0..<3).map { _ in try DealerSocket(context: context) }
        let proxy = Proxy(sockets[0], sockets[1])
        let running = Task { try await proxy.run() }
        try await eventually { sockets[1].statistics.parks == 1 }
        let words = "another proxy takes from the DEALER socket made at"
        await SocketTest.expect(.busy, words) { try await Proxy(sockets[2], sockets[1]).run() }
        await SocketTest.expect(.busy, words) { try await Proxy(sockets[0], sockets[0]).run() }
        // The one that failed holds nothing.
        let echo = Proxy(sockets[2], sockets[2])
        let echoing = Task { try await echo.run() }
        try await eventually { sockets[2].statistics.parks == 1 }
        await proxy.pause()
        await SocketTest.expect(.busy) { try await Proxy(sockets[0], sockets[1]).run() }
        proxy.stop()
        try await value(of: running)
        let next = Proxy(sockets[0], sockets[1])
        let last = Task { try await next.run() }
        try await eventually { sockets[1].statistics.parks == 2 }
        for proxy in [next, echo] { proxy.stop() }
        for task in [last, echoing] { try await value(of: task) }
    }

    /// Two that hand over to one socket may.
    @Test func backendsAreShared() async throws {
        let context = try Context()
        let line = try Line()
        let other = try PullSocket(context: context)
        let source = try PushSocket(context: context)
        try source.connect(try other.bind(.inproc("other")))
        let proxies = [Proxy(line.frontend, line.backend), Proxy(other, line.backend)]
        let tasks = proxies.map { proxy in Task { try await proxy.run() } }
        try await line.source.send("one")
        #expect(try await line.sink.receive(timeout: SocketTest.patience) == "one")
        try await source.send("two")
        #expect(try await line.sink.receive(timeout: SocketTest.patience) == "two")
        for proxy in proxies { proxy.stop() }
        for task in tasks { try await value(of: task) }
    }

    // MARK: Cost

    private enum Idleness: CaseIterable { case empty, paused, full }

    /// Nothing to do, or nothing that can be done: no operation on a socket and no deadline.
    @Test(arguments: Idleness.allCases) private func idleProxiesAreNotWoken(_ idleness: Idleness) async throws {
        let line = try Line(highWaterMark: 1)
        let proxy = Proxy(line.frontend, line.backend)
        let running = Task { try await proxy.run() }
        for number in 0..<(idleness == .full ? 4 : 1) {
            try await line.source.send("\(number)", timeout: SocketTest.patience)
        }
        switch idleness {
        case .empty: #expect(try await line.sink.receive(timeout: SocketTest.patience) == "0")
        case .paused: await proxy.pause()
        case .full: try await eventually { line.backend.engine.state.withLock { $0.lot.hasSenders } }
        }
        func work() -> [Moment] {
            [line.frontend.engine, line.backend.engine].map { $0.state.withLock { $0.moment } }
        }
        // What the beginning left is looked at once.
        var before = work()
        try await eventually {
            try await Task.sleep(for: SocketEngine.sweepInterval * 3)
            defer { before = work() }
            return before == work()
        }
        // Whatever came back by a timer of theirs would come back now.
        try await Task.sleep(for: SocketEngine.sweepInterval * 10)
        #expect(work() == before)
        #expect(line.context.core.reactor.state.withLock { $0.deadlines.count } == 0)
        proxy.stop()
        try await value(of: running)
    }

    /// A batch costs the backend one look after those who wait there, not one for each message.
    @Test func batchesAreHandedOverTogether() async throws {
        let duo = try Duo(highWaterMark: 1000)
        let messages = (0..<64).map { Message("\($0)", "rest") }
        let receivers = try await duo.parkReceivers(1)
        let before = duo.left.engine.state.withLock { $0.moment.number }
        let forwarded = duo.left.engine.forward(messages[...], moves: false)
        #expect(forwarded.count == 64 && forwarded.obstacle == nil)
        #expect(forwarded.bytes == UInt64(messages.reduce(0) { $0 + $1.byteCount }))
        #expect(duo.left.engine.state.withLock { $0.moment.number } - before <= 3)
        #expect(duo.left.statistics.sent == 64)
        for message in messages { #expect(try await duo.right.receive(timeout: SocketTest.patience) == message) }
        // Rule 4: the receiver that waits there is still looked after.
        try await duo.right.send("news")
        #expect(try await value(of: receivers[0]) == "news")
    }

    /// How far a batch got: what found room was sent, once, and the rest is untouched.
    @Test(arguments: [false, true]) func batchesEndWhereThereIsNoRoom(moves: Bool) async throws {
        let duo = try Duo(highWaterMark: 3)
        let messages = (0..<64).map { Message("\($0)", String(repeating: "x", count: $0 * 50)) }
        let forwarded = duo.left.engine.forward(messages[...], moves: moves)
        #expect(forwarded.count == 6)
        guard case .full? = forwarded.obstacle else {
            Issue.record("\(forwarded)")
            return
        }
        for (number, message) in messages.enumerated().dropFirst(6) {
            #expect(message == Message("\(number)", String(repeating: "x", count: number * 50)))
        }
        for number in 0..<6 {
            let message = try await duo.right.receive(timeout: SocketTest.patience)
            #expect(message == Message("\(number)", String(repeating: "x", count: number * 50)))
        }
        duo.left.close()
        guard case .failed(let error)? = duo.left.engine.forward(messages.suffix(3), moves: moves).obstacle else {
            Issue.record("a closed socket sends")
            return
        }
        #expect(error.code == .closed)
    }

    // MARK: Capture

    /// Copies are whole and stay so, whatever becomes of the originals: frames of any size, which share memory or do
    /// not.
    @Test func capturedMessagesAreWhole() async throws {
        let line = try Line()
        var options = PushSocket.Options()
        options.transport.maximumMessageBytes = 8000
        let capture = try PushSocket(context: line.context, options: options)
        let reader = try PullSocket(context: line.context)
        try capture.connect(try reader.bind(.inproc("capture")))
        let proxy = Proxy(line.frontend, line.backend, capture: capture)
        let running = Task { try await proxy.run() }
        let sizes = [0, 33, 34, 2047, 2048, 7000, 9000]
        func message(_ number: Int) throws -> Message {
            try SocketTest.message(frames: 1 + number % 3, bytes: sizes[number % sizes.count])
        }
        for start in stride(from: 0, to: 700, by: 10) {
            let numbers = start..<start + 10
            for number in numbers { try await line.source.send(try message(number)) }
            // What is too large for the capture is left out, and nothing else.
            for number in numbers where sizes[number % sizes.count] != 9000 {
                #expect(try await reader.receive(timeout: SocketTest.patience) == (try message(number)))
            }
            // The copies are gone, and others may have their memory.
            let others = (0..<10).flatMap { _ in sizes.map { [UInt8](repeating: 0xFF, count: $0) } }
            for number in numbers {
                #expect(try await line.sink.receive(timeout: SocketTest.patience) == (try message(number)))
            }
            #expect(others.count == 70)
        }
        try await eventually { proxy.statistics.forward.captured == 600 }
        #expect(proxy.statistics.forward.captureDropped == 100)
        proxy.stop()
        try await value(of: running)
    }
}
