// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

/// Thousands of subscriptions, and a publisher that goes and comes back at the same port: 3000 are more than libzmq's
/// default high-water mark, beyond which a SUB socket forgets some in silence (libzmq#2258), and an idle one does not
/// subscribe again at all.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PlainRestartTests {
    private static let count = 3000

    /// Of each kind half: 3000 prefixes.
    private static let filters: [SubjectFilter] = (0..<count).map { number in
        SubjectFilter(stringLiteral: number.isMultiple(of: 2) ? "orders.\(number)" : "stock.\(number).*")
    }

    private static let prefixes = Set(
        (0..<count).map { $0.isMultiple(of: 2) ? Topic("orders.\($0)") : Topic("stock.\($0).") }
    )

    private static let subjects: [Subject] = (0..<count).map { number in
        Subject(stringLiteral: number.isMultiple(of: 2) ? "orders.\(number)" : "stock.\(number).level")
    }

    private func subscriber(in context: Context) throws -> SubjectSubscriber {
        let options = SubjectSubscriber.Options(receiveHighWaterMark: 0, transport: PlainTest.quick)
        let subscriber = try SubjectSubscriber(context: context, options: options)
        for filter in Self.filters { try subscriber.subscribe(filter) }
        return subscriber
    }

    /// The subscriber is left alone from the first connection until all of its subscriptions have come to the third
    /// publisher; these are counted as they arrive.
    @Test func nobodyTouchesTheSubscriber() async throws {
        let context = try Context()
        let subscriber = try subscriber(in: context)
        var endpoint = Endpoint.tcp("127.0.0.1", port: .any)
        for round in 0..<3 {
            let options = XPublisherSocket.Options(sendHighWaterMark: 0, transport: PlainTest.quick)
            let publisher = try XPublisherSocket(context: context, options: options)
            endpoint = try await PlainTest.bind({ (at) throws(ZMQError) in try publisher.bind(at) }, at: endpoint)
            if round == 0 { try subscriber.connect(endpoint) }
            var wishes: Set<Topic> = []
            while wishes.count < Self.count {
                let wish = try await publisher.receive(timeout: PlainTest.patience).subscriptionChange
                wishes.insert(try #require(wish?.isSubscribed == true ? wish?.topic : nil))
            }
            #expect(wishes == Self.prefixes, "round \(round)")
            if round == 2 {
                for subject in Self.subjects { try await publisher.send(Message("\(subject)", "news")) }
                try await expectAll(from: subscriber)
            }
            publisher.close()
        }
    }

    /// A loop receives all the time, and each publisher is a ``SubjectPublisher``, which counts for itself.
    @Test func loopGoesOn() async throws {
        let context = try Context()
        let subscriber = try subscriber(in: context)
        let loop = Task { try await expectAll(from: subscriber, times: 3) }
        var endpoint = Endpoint.tcp("127.0.0.1", port: .any)
        for round in 0..<3 {
            let options = SubjectPublisher.Options(overflow: .wait, transport: PlainTest.quick)
            let publisher = try SubjectPublisher(context: context, options: options)
            endpoint = try await PlainTest.bind({ (at) throws(ZMQError) in try publisher.bind(at) }, at: endpoint)
            if round == 0 { try subscriber.connect(endpoint) }
            for filter in Self.filters {
                try await publisher.subscriptions(to: filter, atLeast: 1, timeout: PlainTest.patience)
            }
            for subject in Self.subjects { try await publisher.publish("news", to: subject) }
            try await eventually { subscriber.statistics.received == UInt64((round + 1) * Self.count) }
            publisher.close()
        }
        try await loop.value
        #expect(subscriber.statistics.unmatched == 0)
    }

    /// A message for each subscription, in order.
    private func expectAll(from subscriber: SubjectSubscriber, times: Int = 1) async throws {
        for _ in 0..<times {
            for (subject, filter) in zip(Self.subjects, Self.filters) {
                let message = try await subscriber.receive(timeout: PlainTest.patience)
                try #require(message.subject == subject)
                try #require(message.subscriptions.map(\.filter) == [filter])
            }
        }
    }
}
