// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of the proxy that are not elsewhere: `test_proxy_hwm`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ProxyConformance {
    private let patience = Conformance.patience

    /// What a stopped reader cannot take stays with the senders: the marks on the way hold, and the proxy has little
    /// itself.
    @Test(arguments: [1, 10]) func highWaterMarksHoldThroughAProxy(mark: Int) async throws {
        let line = try ProxyTests.Line(highWaterMark: mark)
        let proxy = Proxy(line.frontend, line.backend)
        let running = Task { try await proxy.run() }
        var sent = 0
        while true {
            do throws(ZMQError) {
                // So many fit at any rate; then the queues must fill.
                let limit = sent < 4 * mark ? patience : .milliseconds(500)
                try await line.source.send(Message("\(sent)"), timeout: limit)
                sent += 1
            } catch {
                #expect(error.code == .timedOut)
                break
            }
            try #require(sent < 1000, "1000 messages and no end")
        }
        // Two queues with a mark at each end, what a receive takes ahead, and what the proxy has in its hands.
        #expect((4 * mark...4 * mark + 32 + 64).contains(sent), "\(sent)")
        for number in 0..<sent { #expect(try await line.sink.receive(timeout: patience).string == "\(number)") }
        // And then it goes on.
        try await line.source.send("again", timeout: patience)
        #expect(try await line.sink.receive(timeout: patience) == "again")
        proxy.stop()
        try await value(of: running)
    }

    /// As in libzmq's test: publishers that must not drop, over tcp, with marks of ten.
    @Test func nothingIsLostBetweenPublishersThatWait() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context, options: .init(sendHighWaterMark: 10, overflow: .wait))
        let frontend = try XSubscriberSocket(context: context, options: .init(receiveHighWaterMark: 10))
        let backend = try XPublisherSocket(context: context, options: .init(sendHighWaterMark: 10, overflow: .wait))
        let options = SubscriberSocket.Options(receiveHighWaterMark: 10)
        let subscriber = try SubscriberSocket(subscriptions: [.all], context: context, options: options)
        try frontend.connect(try publisher.bind(.tcp("127.0.0.1", port: .any)))
        try subscriber.connect(try backend.bind(.tcp("127.0.0.1", port: .any)))
        let proxy = Proxy(frontend, backend)
        let running = Task { try await proxy.run() }
        try await publisher.subscriptions(to: .all, atLeast: 1, timeout: patience)
        async let published: Void = {
            for number in 0..<5000 { try await publisher.send(Message("\(number)", "body"), timeout: patience) }
        }()
        for number in 0..<5000 {
            #expect(try await subscriber.receive(timeout: patience) == Message("\(number)", "body"))
        }
        try await published
        #expect(publisher.statistics.dropped == 0 && backend.statistics.dropped == 0)
        proxy.stop()
        try await value(of: running)
    }
}
