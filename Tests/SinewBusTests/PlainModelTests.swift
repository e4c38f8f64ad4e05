// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

/// A subscriber whose filters come and go, compared with a list of them.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PlainModelTests {
    private static let words = ["a", "ab", "b", "abc", "c"]

    private static func subject(_ random: inout SeededGenerator) throws -> Subject {
        let count = Int.random(in: 1...3, using: &random)
        let tokens = (0..<count).map { _ in words.randomElement(using: &random)! }
        return try Subject(tokens.joined(separator: "."))
    }

    private static func filter(_ random: inout SeededGenerator) throws -> SubjectFilter {
        var tokens = try subject(&random).tokens.map(\.description)
        for index in tokens.indices where Int.random(in: 0..<3, using: &random) == 0 { tokens[index] = "*" }
        if Int.random(in: 0..<4, using: &random) == 0 { tokens[tokens.count - 1] = ">" }
        return try SubjectFilter(tokens.joined(separator: "."))
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func agrees(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let context = try Context()
        let endpoint = seed.isMultiple(of: 2) ? Endpoint.inproc("model") : .tcp("127.0.0.1", port: .any)
        let (publisher, subscriber) = try PlainTest.pair(context: context, .init(receiveHighWaterMark: 0), at: endpoint)
        var live: [SubjectSubscriber.Subscription] = []
        var (delivered, silent, removed) = (0, 0, 0)
        for round in 0..<20 {
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                live.append(try subscriber.subscribe(try Self.filter(&random)))
            }
            for _ in 0..<Int.random(in: 0...4, using: &random) where !live.isEmpty {
                let gone = live.remove(at: Int.random(in: 0..<live.count, using: &random))
                #expect(try subscriber.unsubscribe(gone))
                removed += 1
            }
            // Changes come in order: when this one is known, so are all before it.
            let end = try Subject("end.\(round)")
            let ending = try subscriber.subscribe(SubjectFilter(end))
            try await publisher.subscriptions(to: SubjectFilter(end), atLeast: 1, timeout: PlainTest.patience)
            var expected: [(Subject, Set<SubjectSubscriber.Subscription>)] = []
            for _ in 0..<40 {
                let subject = try Self.subject(&random)
                let wanting = Set(live.filter { $0.filter.matches(subject) })
                if wanting.isEmpty { silent += 1 } else { expected.append((subject, wanting)) }
                // What is wanted has to be known to be.
                #expect(wanting.isEmpty || publisher.isWanted(subject), "seed \(seed)")
                try await publisher.publish("\(round)", to: subject)
            }
            try await publisher.publish("", to: end)
            for (subject, wanting) in expected {
                let message = try await subscriber.receive(timeout: PlainTest.patience)
                try #require(message.subject == subject, "seed \(seed), round \(round)")
                try #require(Set(message.subscriptions) == wanting, "seed \(seed), round \(round)")
                try #require(message.subscriptions.count == wanting.count, "seed \(seed), round \(round)")
                delivered += 1
            }
            let last = try await subscriber.receive(timeout: PlainTest.patience)
            #expect(last.subject == end && last.subscriptions.contains(ending), "seed \(seed), round \(round)")
            try subscriber.unsubscribe(ending)
        }
        // It must have provoked what it is about.
        #expect(delivered > 100 && silent > 20 && removed > 20, "seed \(seed): \(delivered), \(silent), \(removed)")
        #expect(subscriber.statistics.filters == live.count)
    }
}
