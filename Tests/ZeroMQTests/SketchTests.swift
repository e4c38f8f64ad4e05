// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// The sketch that the library was designed from: it compiles and does what it says.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SketchTests {
    @Test func pushAndPull() async throws {
        let context = try Context()
        let sink = try PullSocket(context: context)
        let port = try sink.bind(.tcp("127.0.0.1", port: .any))
        let fan = try PushSocket(context: context, options: .init(sendHighWaterMark: 100))
        try fan.connect(port)
        try await fan.send("hello")
        try await fan.send("goodbye")

        var texts: [String] = []
        for try await message in sink.messages {
            texts.append(message.string)
            if texts.count == 2 { break }
        }
        #expect(texts == ["hello", "goodbye"])
        fan.close()
        sink.close()
        try await context.terminate(within: .seconds(10))
    }

    @Test func requestAndReply() async throws {
        let context = try Context()
        let reply = try ReplySocket(context: context)
        let request = try RequestSocket(context: context)
        try request.connect(try reply.bind(.ipc("*")))

        async let served: Void = reply.serve { request in Message("pong to \(request.string)") }
        let answer = try await request.request("ping", timeout: SocketTest.patience)
        #expect(answer == "pong to ping")
        reply.close()
        try await served
    }

    @Test func requestAndReplyByHand() async throws {
        let context = try Context()
        let reply = try ReplySocket(context: context)
        let request = try RequestSocket(context: context)
        try request.connect(try reply.bind(.inproc("by-hand")))

        async let answer = request.request("ping", timeout: SocketTest.patience)
        let call = try await reply.receive()
        #expect(call.request == "ping")
        try await call.reply(with: "pong")
        #expect(try await answer == "pong")
    }

    @Test func routerNamesItsPeer() async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let worker = try DealerSocket(context: context, options: .init(routingID: "worker-1"))
        try worker.connect(try router.bind(.tcp("127.0.0.1", port: .any)))
        try await worker.send("ready")
        let hello = try await router.receive(timeout: SocketTest.patience)
        #expect(hello.peer == "worker-1")
        try await router.send("job", to: hello.peer)
        #expect(try await worker.receive(timeout: SocketTest.patience) == "job")
        await #expect { try await router.send("job", to: "nobody") } throws: { error in
            (error as? ZMQError)?.code == .unreachable
        }
    }

    @Test func exclusiveAccess() async throws {
        let context = try Context()
        let sink = try PullSocket(context: context)
        let fan = try PushSocket(context: context)
        try fan.connect(try sink.bind(.inproc("exclusive")))
        for number in 0..<10 { try await fan.send("\(number)") }

        let texts = try await onThread {
            try sink.withExclusiveAccess { socket in
                var texts: [String] = []
                var message = Message()
                while try socket.receive(into: &message, timeout: .milliseconds(50)) { texts.append(message.string) }
                return texts
            }
        }
        #expect(texts == (0..<10).map(String.init))
    }

    @Test func executorRunsOnTheContextsThread() async throws {
        let context = try Context()
        let sink = try PullSocket(context: context)
        let fan = try PushSocket(context: context)
        try fan.connect(try sink.bind(.inproc("executor")))
        let loop = Task(executorPreference: context.executor) {
            var count = 0
            for try await _ in sink.messages {
                count += 1
                if count == 1000 { break }
            }
            return count
        }
        for number in 0..<1000 { try await fan.send("\(number)") }
        #expect(try await loop.value == 1000)
    }

    @Test func publisherKnowsItsSubscribers() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let subscriber = try SubscriberSocket(subscriptions: ["weather."], context: context)
        try subscriber.connect(try publisher.bind(.tcp("127.0.0.1", port: .any)))
        try await publisher.subscriptions(to: "weather.", atLeast: 1, timeout: SocketTest.patience)
        try await publisher.send("sports.none")
        try await publisher.send("weather.rain")
        #expect(try await subscriber.receive(timeout: SocketTest.patience) == "weather.rain")
    }
}
