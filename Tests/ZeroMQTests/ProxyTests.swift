// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// The proxy: what it forwards, what holds it up, and how it ends.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProxyTests {
    /// PUSH → (PULL → PUSH) → PULL with small queues.
    struct Line: Sendable {
        let context: Context
        let source: PushSocket
        let frontend: PullSocket
        let backend: PushSocket
        let sink: PullSocket

        init(highWaterMark: Int = 1000, maximumMessageBytes: Int? = nil) throws {
            context = try Context()
            source = try PushSocket(context: context, options: .init(sendHighWaterMark: highWaterMark))
            frontend = try PullSocket(context: context, options: .init(receiveHighWaterMark: highWaterMark))
            var options = PushSocket.Options(sendHighWaterMark: highWaterMark)
            if let maximumMessageBytes { options.transport.maximumMessageBytes = maximumMessageBytes }
            backend = try PushSocket(context: context, options: options)
            sink = try PullSocket(context: context, options: .init(receiveHighWaterMark: highWaterMark))
            try source.connect(try frontend.bind(.inproc("front")))
            try backend.connect(try sink.bind(.inproc("back")))
        }
    }

    /// Clients – (ROUTER – DEALER) – a worker.
    private struct Queue: Sendable {
        let context: Context
        let frontend: RouterSocket
        let backend: DealerSocket
        let worker: RouterSocket
        let clients: [DealerSocket]

        init(clients count: Int, highWaterMark: Int = 1000) throws {
            context = try Context()
            frontend = try RouterSocket(
                context: context,
                options: .init(sendHighWaterMark: highWaterMark, receiveHighWaterMark: highWaterMark)
            )
            backend = try DealerSocket(context: context)
            worker = try RouterSocket(context: context)
            let endpoint = try frontend.bind(.inproc("front"))
            try backend.connect(try worker.bind(.inproc("back")))
            var clients: [DealerSocket] = []
            for number in 0..<count {
                let options = DealerSocket.Options(
                    sendHighWaterMark: highWaterMark,
                    receiveHighWaterMark: highWaterMark,
                    routingID: RoutingID("client \(number)")
                )
                let client = try DealerSocket(context: context, options: options)
                try client.connect(endpoint)
                clients.append(client)
            }
            self.clients = clients
        }
    }

    private func running(_ proxy: Proxy) -> Task<Void, any Error> { Task { try await proxy.run() } }

    private func stop(_ proxy: Proxy, _ task: Task<Void, any Error>) async throws {
        proxy.stop()
        try await value(of: task)
    }

    // MARK: What it forwards

    @Test func multipartBothWays() async throws {
        let queue = try Queue(clients: 3)
        let proxy = Proxy(queue.frontend, queue.backend)
        let task = running(proxy)
        for round in 0..<50 {
            for (index, client) in queue.clients.enumerated() {
                try await client.send(try SocketTest.message(frames: 1 + round % 7, bytes: round * 20 + index))
            }
            for _ in queue.clients {
                let request = try await queue.worker.receive(timeout: SocketTest.patience)
                // The envelope: who asked, as the frontend knows it.
                let frames = Array(request.message.frames)
                let reply = try Message(frames: frames + ["and back"])
                try await queue.worker.send(reply, to: request.peer)
            }
            for (index, client) in queue.clients.enumerated() {
                let reply = try await client.receive(timeout: SocketTest.patience)
                let sent = try SocketTest.message(frames: 1 + round % 7, bytes: round * 20 + index)
                #expect(reply == (try Message(frames: Array(sent.frames) + ["and back"])))
            }
        }
        try await stop(proxy, task)
        #expect(proxy.statistics.forward.messages == 150)
        #expect(proxy.statistics.backward.messages == 150)
        #expect(proxy.statistics.backward.bytes == proxy.statistics.forward.bytes + 150 * 8)
    }

    @Test func requestsAndReplies() async throws {
        let context = try Context()
        let (frontend, backend) = (try RouterSocket(context: context), try DealerSocket(context: context))
        let server = try ReplySocket(context: context)
        let client = try RequestSocket(context: context)
        try server.connect(try backend.bind(.inproc("back")))
        try client.connect(try frontend.bind(.inproc("front")))
        let proxy = Proxy(frontend, backend)
        let task = running(proxy)
        let serving = Task { try await server.serve { request in Message("\(request.string)!") } }
        for number in 0..<50 {
            let reply = try await client.request("\(number)", timeout: SocketTest.patience)
            #expect(reply.string == "\(number)!")
        }
        serving.cancel()
        try await stop(proxy, task)
    }

    @Test func subscriptionsTravelToThePublishers() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let frontend = try XSubscriberSocket(context: context)
        let backend = try XPublisherSocket(context: context)
        let subscriber = try SubscriberSocket(context: context)
        try frontend.connect(try publisher.bind(.inproc("publisher")))
        try subscriber.connect(try backend.bind(.inproc("backend")))
        let proxy = Proxy(frontend, backend)
        let task = running(proxy)
        try subscriber.subscribe(to: "a")
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: SocketTest.patience)
        try await publisher.send(Message("b", "nobody wants it"))
        try await publisher.send(Message("a", "wanted"))
        #expect(try await subscriber.receive(timeout: SocketTest.patience) == Message("a", "wanted"))
        try subscriber.unsubscribe(from: "a")
        try await eventually { proxy.statistics.backward.messages == 2 }
        #expect(proxy.statistics.forward.messages == 1)
        try await stop(proxy, task)
    }

    @Test func oneSocketWithItself() async throws {
        let context = try Context()
        let pair = try PairSocket(context: context)
        let router = try RouterSocket(context: context)
        let peer = try PairSocket(context: context)
        let client = try DealerSocket(context: context)
        try peer.connect(try pair.bind(.inproc("pair")))
        try client.connect(try router.bind(.inproc("router")))
        let proxies = [Proxy(pair, pair), Proxy(echoing: router)]
        let tasks = proxies.map(running)
        for number in 0..<100 {
            let message = try SocketTest.message(frames: 1 + number % 3, bytes: number)
            try await peer.send(message)
            try await client.send(message)
            #expect(try await peer.receive(timeout: SocketTest.patience) == message)
            #expect(try await client.receive(timeout: SocketTest.patience) == message)
        }
        for (proxy, task) in zip(proxies, tasks) { try await stop(proxy, task) }
        #expect(proxies.map(\.statistics.forward.messages) == [100, 100])
        #expect(proxies.map(\.statistics.backward.messages) == [0, 0])
    }

    // MARK: What holds it up

    /// The frontend's queue fills, the other direction goes on, and nothing is taken beyond the proxy's 64.
    @Test func fullBackendHoldsUpNothingElse() async throws {
        let context = try Context()
        let options = DealerSocket.Options(sendHighWaterMark: 2, receiveHighWaterMark: 2)
        let sockets = try (0..<4).map { _ in try DealerSocket(context: context, options: options) }
        let (left, frontend, backend, right) = (sockets[0], sockets[1], sockets[2], sockets[3])
        try left.connect(try frontend.bind(.inproc("front")))
        try backend.connect(try right.bind(.inproc("back")))
        let proxy = Proxy(frontend, backend)
        let task = running(proxy)
        var sent = 0
        do {
            while sent < 1000 {
                try await left.send("\(sent)", timeout: .milliseconds(300))
                sent += 1
            }
        } catch {
            #expect(error.code == .timedOut)
        }
        // Two queues of 2 + 2, the proxy, and what the socket took ahead.
        #expect(sent >= 8 && sent <= 8 + 64 + 32, "\(sent)")
        for number in 0..<500 {
            try await right.send("back \(number)", timeout: SocketTest.patience)
            #expect(try await left.receive(timeout: SocketTest.patience).string == "back \(number)")
        }
        // It can be stopped all the same, and what it held is where it came from, in order.
        try await stop(proxy, task)
        var all: [String] = []
        while let message = try right.tryReceive() { all.append(message.string) }
        while let message = try frontend.tryReceive() { all.append(message.string) }
        #expect(all == (0..<sent).map { "\($0)" })
        #expect(proxy.statistics.forward.returned > 0)
        #expect(proxy.statistics.forward.messages + proxy.statistics.forward.returned <= UInt64(sent))
    }

    /// Who receives from the frontend is woken for what comes back.
    @Test func whatIsPutBackWakesReceivers() async throws {
        let line = try Line(highWaterMark: 1)
        let proxy = Proxy(line.frontend, line.backend)
        let task = running(proxy)
        for number in 0..<3 { try await line.source.send("\(number)", timeout: SocketTest.patience) }
        try await eventually { line.backend.engine.state.withLock { $0.lot.hasSenders } }
        let receiver = Task { try await line.frontend.receive() }
        let poll = try Poll(line.frontend)
        try await eventually { line.frontend.engine.state.withLock { $0.lot.parkedCount } >= 1 }
        try await stop(proxy, task)
        #expect(try await value(of: receiver).string == "2")
        #expect(try await poll.wait(timeout: .milliseconds(5)).isEmpty)
        #expect(line.frontend.statistics.received == 3)
    }

    /// What is put back comes before all others, wherever those are: laid out, in the inbox, in libzmq, or with a
    /// thread that has the socket to itself.
    @Test(arguments: [1, 3], [false, true])
    func whatIsPutBackComesFirst(frames: Int, isExclusive: Bool) async throws {
        let line = try Line()
        func message(_ number: Int) -> Message {
            frames == 1 ? Message("\(number)") : Message("\(number)", "second", "third")
        }
        for number in 0..<100 { try await line.source.send(message(number)) }
        var taken: [Message] = []
        for _ in 0..<20 { taken.append(try await line.frontend.receive(timeout: SocketTest.patience)) }
        #expect(line.frontend.statistics.received == 20)
        if isExclusive {
            try await onThread { [taken] in
                try line.frontend.withExclusiveAccess { _ in #expect(line.frontend.engine.putBack(taken)) }
            }
        } else {
            #expect(line.frontend.engine.putBack(taken))
        }
        #expect(line.frontend.statistics.received == 0)
        for number in 0..<50 {
            #expect(try await line.frontend.receive(timeout: SocketTest.patience) == message(number))
        }
        #expect(try await line.frontend.receive(upTo: 100, timeout: SocketTest.patience) == (50..<100).map(message))
        #expect(line.frontend.statistics.received == 100)
        line.frontend.close()
        #expect(!line.frontend.engine.putBack(taken))
    }

    @Test func nothingMovesWhilePaused() async throws {
        let line = try Line()
        let proxy = Proxy(line.frontend, line.backend)
        await proxy.pause()
        #expect(proxy.isPaused)
        let task = running(proxy)
        try await line.source.send("0")
        #expect(try await line.sink.waitsInVain())
        for number in 1..<30 {
            proxy.resume()
            #expect(try await line.sink.receive(timeout: SocketTest.patience).string == "\(number - 1)")
            await proxy.pause()
            let before = proxy.statistics
            try await line.source.send("\(number)")
            #expect(try line.sink.tryReceive() == nil)
            #expect(proxy.statistics == before)
        }
        // A pause that is overtaken by a resume does not wait for the next one.
        for _ in 0..<100 {
            async let pausing: Void = proxy.pause()
            proxy.resume()
            await pausing
            proxy.resume()
        }
        #expect(try await line.sink.receive(timeout: SocketTest.patience).string == "29")
        try await stop(proxy, task)
        await proxy.pause()
        #expect(!proxy.isPaused)
    }

    /// A pause that is overtaken by a resume ends, before it waits and while it does.
    @Test func overtakenPausesEnd() async throws {
        let control = ProxyControl()
        #expect(control.begin())
        #expect(control.mayMove())
        for round in 0..<200 {
            control.ask(for: .pause)
            if round % 2 == 0 { control.ask(for: .move) }
            let pause = Task { await control.stillness() } as Task<Void, Never>
            for _ in 0..<5 { await Task.yield() }
            control.ask(for: .move)
            try await within(SocketTest.patience) { await pause.value }
        }
        control.ask(for: .stop)
        control.end()
        await control.stillness()
    }

    // MARK: How it ends

    @Test func endsAndSaysWhy() async throws {
        let line = try Line()
        let proxy = Proxy(line.frontend, line.backend)
        let first = running(proxy)
        try await eventually { line.frontend.statistics.parks == 1 }
        await SocketTest.expect(.busy, "runs already") { try await proxy.run() }
        first.cancel()
        await SocketTest.expect(.cancelled, "PULL → PUSH") { try await first.value }
        // It can be run again.
        let second = running(proxy)
        try await line.source.send("again")
        #expect(try await line.sink.receive(timeout: SocketTest.patience) == "again")
        line.frontend.close()
        await SocketTest.expect(.closed, "PULL socket made at") { try await value(of: second) }
        await SocketTest.expect(.closed) { try await proxy.run() }
        proxy.stop()
        try await proxy.run()
    }

    @Test(arguments: [false, true]) func endOfABackendThatIsFull(isPaused: Bool) async throws {
        let line = try Line(highWaterMark: 1)
        let proxy = Proxy(line.frontend, line.backend)
        let task = running(proxy)
        for number in 0..<4 { try await line.source.send("\(number)", timeout: SocketTest.patience) }
        try await eventually { line.backend.engine.state.withLock { $0.lot.hasSenders } }
        if isPaused { await proxy.pause() }
        line.backend.close()
        await SocketTest.expect(.closed, "PUSH socket made at") { try await value(of: task) }
        #expect(proxy.statistics.forward.messages == 2)
        #expect(try line.frontend.tryReceive() == "2")
        #expect(try await line.frontend.receive(timeout: SocketTest.patience) == "3")
    }

    @Test func endOfTheContext() async throws {
        let line = try Line(highWaterMark: 1)
        let proxy = Proxy(line.frontend, line.backend)
        let task = running(proxy)
        for number in 0..<3 { try await line.source.send("\(number)", timeout: SocketTest.patience) }
        try await eventually { line.backend.engine.state.withLock { $0.lot.hasSenders } }
        line.context.shutdown()
        await SocketTest.expect(.contextTerminated, "made at") { try await value(of: task) }
        // Nobody can have it any more, and that is counted.
        #expect(proxy.statistics.forward.lost == 1)
    }

    // MARK: What cannot be delivered

    @Test func repliesForClientsThatHaveGoneAreCounted() async throws {
        let queue = try Queue(clients: 2)
        let proxy = Proxy(queue.frontend, queue.backend)
        let task = running(proxy)
        for client in queue.clients { try await client.send("hello") }
        var requests: [RoutedMessage] = []
        for _ in 0..<2 { requests.append(try await queue.worker.receive(timeout: SocketTest.patience)) }
        let gone = try #require(requests.first { $0.message.first == "client 0" })
        let here = try #require(requests.first { $0.message.first == "client 1" })
        queue.clients[0].close()
        // The frontend learns of it in its own time.
        try await eventually {
            try await queue.worker.send(gone.message, to: gone.peer)
            return proxy.statistics.backward.unreachable >= 3
        }
        for _ in 0..<5 {
            try await queue.worker.send("no envelope", to: here.peer)
            try await queue.worker.send(here.message, to: here.peer)
            #expect(try await queue.clients[1].receive(timeout: SocketTest.patience) == "hello")
        }
        try await stop(proxy, task)
        #expect(proxy.statistics.backward.refused == 5)
    }

    /// A client that reads nothing is waited for once; then replies for it are counted, and the others get theirs.
    @Test func stalledClientHoldsUpTheOthersOnce() async throws {
        let queue = try Queue(clients: 2, highWaterMark: 1)
        let proxy = Proxy(queue.frontend, queue.backend, options: .init(fullPeerTimeout: .milliseconds(50)))
        let task = running(proxy)
        for client in queue.clients { try await client.send("hello") }
        var peers: [String: RoutedMessage] = [:]
        for _ in 0..<2 {
            let request = try await queue.worker.receive(timeout: SocketTest.patience)
            peers[request.message.first.string] = request
        }
        let stalled = try #require(peers["client 0"])
        let other = try #require(peers["client 1"])
        let start = ContinuousClock.now
        for _ in 0..<200 {
            try await queue.worker.send(stalled.message, to: stalled.peer)
            try await queue.worker.send(other.message, to: other.peer)
            #expect(try await queue.clients[1].receive(timeout: SocketTest.patience) == "hello")
        }
        #expect(ContinuousClock.now - start < .seconds(9), "each reply was waited for")
        try await eventually { proxy.statistics.backward.overflowed == 198 }
        #expect(proxy.statistics.backward.messages == 202)
        // It gets replies again once it reads.
        for _ in 0..<2 { #expect(try await queue.clients[0].receive(timeout: SocketTest.patience) == "hello") }
        try await queue.worker.send(stalled.message, to: stalled.peer)
        #expect(try await queue.clients[0].receive(timeout: SocketTest.patience) == "hello")
        try await stop(proxy, task)
    }

    @Test func messagesTooLargeAreCounted() async throws {
        let line = try Line(maximumMessageBytes: 10)
        let proxy = Proxy(line.frontend, line.backend)
        let task = running(proxy)
        try await line.source.send("more than ten bytes")
        try await line.source.send("small")
        #expect(try await line.sink.receive(timeout: SocketTest.patience) == "small")
        try await stop(proxy, task)
        #expect(proxy.statistics.forward.refused == 1)
        #expect(proxy.statistics.forward.messages == 1)
    }

    // MARK: Capture

    /// A capture that nobody reads holds up nothing, and what it misses is counted; nor does its end end the proxy.
    @Test func captureNeverHoldsUpTraffic() async throws {
        let line = try Line()
        let capture = try PushSocket(context: line.context, options: .init(sendHighWaterMark: 5))
        let reader = try PullSocket(context: line.context, options: .init(receiveHighWaterMark: 5))
        try capture.connect(try reader.bind(.inproc("capture")))
        let proxy = Proxy(line.frontend, line.backend, capture: capture)
        let task = running(proxy)
        for number in 0..<300 {
            try await line.source.send(Message("\(number)", "part"))
            #expect(try await line.sink.receive(timeout: SocketTest.patience) == Message("\(number)", "part"))
        }
        try await eventually { proxy.statistics.forward.captured + proxy.statistics.forward.captureDropped == 300 }
        #expect(proxy.statistics.forward.captured == 10)
        for number in 0..<10 { #expect(try reader.tryReceive() == Message("\(number)", "part")) }
        try await line.source.send("seen")
        #expect(try await reader.receive(timeout: SocketTest.patience) == "seen")
        capture.close()
        #expect(try await line.sink.receive(timeout: SocketTest.patience) == "seen")
        try await line.source.send("unseen")
        #expect(try await line.sink.receive(timeout: SocketTest.patience) == "unseen")
        try await stop(proxy, task)
        #expect(proxy.statistics.forward.captured == 11)
        #expect(proxy.statistics.forward.captureDropped == 291)
    }
}

extension PullSocket {
    /// Whether nothing comes for a moment.
    fileprivate func waitsInVain() async throws -> Bool {
        do {
            _ = try await receive(timeout: .milliseconds(20))
            return false
        } catch {
            guard error.code == .timedOut else { throw error }
            return true
        }
    }
}
