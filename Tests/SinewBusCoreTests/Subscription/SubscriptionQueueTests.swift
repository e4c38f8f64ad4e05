// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import TestSupport
import Testing

@Suite("Subscription queues", .timeLimit(.minutes(1)))
struct SubscriptionQueueTests {
    private static func publisher(_ number: UInt64) -> ProcessID {
        ProcessID(NodeID(high: number % 2, low: number), Incarnation(rawValue: 1 + number))
    }

    private static func message(_ number: UInt64, _ subject: UInt8 = 0, bytes: Int = 1) -> TestMessage {
        TestMessage(
            source: MessageSource(publisher(0), sequence: number),
            subject: subject,
            size: bytes
        )
    }

    /// A queue, its model, and all that the reader has of either.
    private struct Pair {
        var queue: SubscriptionQueue<TestMessage>
        var model: NaiveSubscription
        var batch = SubscriptionBatch<TestMessage>()
        var run: MessageRun<TestMessage>?
        var taken: [TestMessage] = []
        var all: [TestMessage] = []
        var reported: [DroppedRange] = []
        var reportedDrops = 0
        var numbers: [UInt64] = [0, 0, 0]

        init(_ limits: SubscriptionLimits, _ policy: SlowPolicy) {
            queue = SubscriptionQueue(limits: limits, policy: policy)
            model = NaiveSubscription(limits, policy)
        }

        mutating func next(using random: inout SeededGenerator) -> TestMessage {
            let publisher = Int.random(in: 0..<3, using: &random)
            // Some of a publisher's messages are for other subscriptions.
            numbers[publisher] += Bool.random(using: &random) ? 1 : .random(in: 1...4, using: &random)
            let source = MessageSource(
                SubscriptionQueueTests.publisher(UInt64(publisher)),
                sequence: numbers[publisher]
            )
            let bytes = Int.random(in: 0..<20, using: &random) == 0 ? 60 : Int.random(in: 0...9, using: &random)
            let message = TestMessage(source: source, subject: .random(in: 0...7, using: &random), size: bytes)
            all.append(message)
            return message
        }

        /// Messages of one frame.
        mutating func append(_ number: Int, using random: inout SeededGenerator, _ place: Comment) throws {
            let messages = (0..<number).map { _ in next(using: &random) }
            let expected = model.append(messages)
            let appended = queue.append(MessageRun(numbers.count, ContiguousArray(messages))) { [$0.subject] }
            try #require(appended == expected, place)
        }

        mutating func take(atMost limit: Int, _ place: Comment) throws {
            let number = queue.take(atMost: limit, into: &batch)
            let expected = model.take(atMost: limit)
            try #require(number == expected.count, place)
        }

        mutating func read(_ limit: Int) {
            for _ in 0..<limit {
                if run?.first == nil { run = batch.popFirst() }
                guard let message = run?.popFirst() else { return }
                taken.append(message)
            }
        }

        /// The ranges hold what was dropped since the last report, and of it nothing more than they say.
        mutating func report(_ place: Comment) throws {
            let news = model.dropped[reportedDrops...]
            reportedDrops = model.dropped.count
            let kept = Set(all).subtracting(model.dropped)
            let ranges = queue.takeDrops()
            for range in ranges {
                let inside = { (message: TestMessage) in
                    message.source.publisher == range.publisher && range.sequences.contains(message.source.sequence)
                }
                try #require(news.filter(inside).count == Int(range.count), "\(place): \(range)")
                if range.isExact { try #require(!kept.contains(where: inside), "\(place): \(range)") }
            }
            try #require(ranges.reduce(0) { $0 + $1.count } == UInt64(news.count), place)
            try #require(queue.drops.isEmpty && ranges.count <= DroppedRanges.maximumRanges, place)
            reported += ranges
        }
    }

    @Test(
        "Does what the policy says, keeps within its limits, and takes or drops each message once",
        arguments: SlowPolicy.all,
        0..<24 as Range<UInt64>
    )
    func model(policy: SlowPolicy, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limits = SubscriptionLimits(
            messages: .random(in: 1...30, using: &random),
            bytes: .random(in: 20...120, using: &random)
        )
        var pair = Pair(limits, policy)
        for step in 0..<500 {
            let place: Comment = "\(policy), seed \(seed), step \(step)"
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<55: try pair.append(1, using: &random, place)
            case 55..<65: try pair.append(.random(in: 0...12, using: &random), using: &random, place)
            case 65..<80:
                // In the order in which they were taken: what is in the batch comes first.
                pair.read(.max)
                let message = pair.queue.popFirst()?.element
                let expected = pair.model.take(atMost: 1).first
                try #require(message == expected, place)
                if let message { pair.taken.append(message) }
            case 80..<86: try pair.take(atMost: .max, place)
            case 86..<92: try pair.take(atMost: Int.random(in: 0...20, using: &random), place)
            case 92..<97: pair.read(Int.random(in: 0...20, using: &random))
            default: try pair.report(place)
            }
            try check(pair, place)
        }
        try finish(&pair, "\(policy), seed \(seed)")
    }

    private func check(_ pair: Pair, _ place: Comment) throws {
        let (queue, model) = (pair.queue, pair.model)
        let factor = queue.policy == .wait ? 2 : 1
        try #require(queue.count == model.waiting.count && queue.bytes == model.bytes, place)
        try #require(queue.count <= queue.limits.messages * factor && queue.bytes <= queue.limits.bytes * factor, place)
        try #require(queue.isEnded == model.isEnded && queue.isEmpty == model.waiting.isEmpty, place)
        try #require(queue.taken == UInt64(model.taken.count) && queue.dropped == UInt64(model.dropped.count), place)
        try #require(queue.droppedBytes == UInt64(model.dropped.reduce(0) { $0 + $1.size }), place)
        try #require(queue.appended == UInt64(pair.all.count), place)
    }

    private func finish(_ pair: inout Pair, _ place: Comment) throws {
        try #require(pair.model.dropped.count > 10, "\(place): the test provoked nothing")
        // Half of them is discarded, to see that it is counted.
        try pair.take(atMost: pair.queue.count / 2, place)
        let waiting = pair.model.waiting
        let discarded = pair.queue.discardAll()
        try #require(discarded == waiting.count && pair.queue.isEmpty && pair.queue.bytes == 0, place)
        pair.model.dropped += waiting
        pair.model.waiting = []
        try pair.report(place)
        pair.read(.max)
        try #require(pair.taken == pair.model.taken, place)
        let dropped = Set(pair.model.dropped)
        try #require(dropped.isDisjoint(with: pair.taken) && dropped.union(pair.taken) == Set(pair.all), place)
        try #require(pair.reported.reduce(0) { $0 + $1.count } == UInt64(dropped.count), place)
        for publisher in Set(pair.taken.map(\.source.publisher)) where pair.queue.policy != .latest {
            let numbers = pair.taken.filter { $0.source.publisher == publisher }.map(\.source.sequence)
            try #require(numbers == numbers.sorted(), place)
        }
    }

    @Test("The newest of each subject stays, where the older one was, so that no subject waits for ever")
    func latest() {
        var queue = SubscriptionQueue<TestMessage>(policy: .latest)
        for message in [Self.message(1, 7), Self.message(2, 8), Self.message(3, 7)] {
            _ = queue.append(MessageRun(1, [message])) { [$0.subject] }
        }
        var read: [UInt64] = []
        while let (_, message) = queue.popFirst() { read.append(message.source.sequence) }
        #expect(read == [3, 2])
        let dropped = queue.takeDrops()
        #expect(dropped == [DroppedRange(Self.publisher(0), 1...1, count: 1)])
    }

    @Test("A subject that was read is new again, one by one and in batches")
    func latestAgain() {
        var queue = SubscriptionQueue<TestMessage>(policy: .latest)
        var batch = SubscriptionBatch<TestMessage>()
        var read = 0
        for number in 1...6 as ClosedRange<UInt64> {
            let appended = queue.append(MessageRun(1, [Self.message(number, 7)])) { [$0.subject] }
            #expect(appended == [.queued, .first], "\(number)")
            if number % 2 == 0 { _ = queue.popFirst() } else { queue.take(into: &batch) }
        }
        while let run = batch.popFirst() { read += run.count }
        #expect(queue.dropped == 0 && read == 3)
    }

    @Test("The key is asked for only where it is needed", arguments: SlowPolicy.all)
    func keys(policy: SlowPolicy) {
        var queue = SubscriptionQueue<TestMessage>(policy: policy)
        var asked = 0
        for number in 1...2 as ClosedRange<UInt64> {
            _ = queue.append(MessageRun(1, [Self.message(number)])) { _ in
                asked += 1
                return [1]
            }
        }
        #expect(asked == (policy == .latest ? 2 : 0))
    }

    @Test("Sizes that make no sense count as nothing, and limits as the smallest there are")
    func senseless() {
        var queue = SubscriptionQueue<TestMessage>(limits: .init(messages: -3, bytes: .min))
        #expect(queue.limits == SubscriptionLimits(messages: 1, bytes: 1))
        var outcomes: [Appended] = []
        for (number, bytes) in [(1, .max), (2, .min), (3, 0)] as [(UInt64, Int)] {
            outcomes.append(queue.append(MessageRun(1, [Self.message(number, bytes: bytes)])) { _ in [] })
        }
        #expect(outcomes == [.dropped, [.queued, .first], .dropped])
        #expect(queue.bytes == 0)
        var wide = SubscriptionQueue<TestMessage>(limits: .init(messages: .max, bytes: .max), policy: .wait)
        for number in 1...3 as ClosedRange<UInt64> {
            outcomes.append(wide.append(MessageRun(1, [Self.message(number, bytes: .max / 2 + 1)])) { _ in [] })
        }
        #expect(outcomes.suffix(3) == [[.queued, .first], .dropped, .dropped])
    }

    @Test("Policies are read by the names that they show", arguments: SlowPolicy.all)
    func names(policy: SlowPolicy) {
        #expect(SlowPolicy(policy.description) == policy)
        #expect(SlowPolicy(policy.description + " ") == nil)
        #expect(Set(SlowPolicy.all).count == 5)
    }
}
