// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestSupport
import Testing

@testable import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Messages that calls take without the socket's lock: each is taken once, by one call, in order, and the slab goes
/// with the last of them.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ShelfTests {
    /// A slab of `count` messages that say their number; the first is also counted when it is freed.
    private func stock(_ numbers: Range<Int>, _ releases: Count) -> SlabStock {
        let slab = FrameSlab.make(capacity: numbers.count)
        for number in numbers {
            guard number == numbers.lowerBound else {
                slab.append(adopting: Array("\(number)".utf8))
                continue
            }
            let owner = CountedBytes.Text("\(number)", releases)
            unsafe owner.bytes.withUnsafeBytes { unsafe slab.append(sharing: $0, owner: owner) }
        }
        return SlabStock(slab, count: numbers.count)
    }

    private func number(of message: Message) -> Int { Int(message.string) ?? -1 }

    /// A queue is the model.
    @Test(arguments: 1...20) func oneThread(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let releases = Count()
        var filled: UInt64 = 0
        var sent = 0
        do {
            let shelf = Shelf()
            var expected: ArraySlice<Int> = []
            for _ in 0..<500 {
                #expect(shelf.count == expected.count, "seed \(seed)")
                switch Int.random(in: 0..<8, using: &random) {
                case 0:
                    var rest = shelf.clear()
                    #expect(rest.count == expected.count, "seed \(seed)")
                    while let message = rest.take() { #expect(number(of: message) == expected.popFirst()) }
                case 1 where expected.isEmpty:
                    let count = Int.random(in: 1...64, using: &random)
                    shelf.fill(with: stock(sent..<sent + count, releases))
                    expected = ArraySlice(sent..<sent + count)
                    sent += count
                    filled += 1
                default:
                    #expect(shelf.takeAny().map(number) == expected.popFirst(), "seed \(seed)")
                }
            }
        }
        #expect(releases.value == filled, "seed \(seed): a slab was freed too often, or never")
    }

    /// A call that was held up since it looked must not take what looks the same by now: `manyThreads` would show that
    /// once in many runs only.
    @Test func noFillingIsTakenForAnEarlierOne() {
        let shelf = Shelf()
        var seen: Set<UInt32> = []
        for number in 0..<100 {
            shelf.fill(with: stock(number..<number + 1, Count()))
            #expect(seen.insert(shelf.generation).inserted)
            #expect(shelf.takeAny() != nil && seen.contains(shelf.generation))
        }
    }

    /// About a sixteenth of the messages is left to calls that look for cancellation, spread over all places.
    @Test(arguments: [1, 2, 31]) func someAreLeftToCallsThatLook(count: Int) {
        let shelf = Shelf()
        var (left, sinceLast, longest) = (0, 0, 0)
        for filling in 0..<32_000 / count {
            shelf.fill(with: stock(0..<count, Count()))
            for _ in 0..<count {
                sinceLast += 1
                guard shelf.take() == nil else { continue }
                left += 1
                longest = max(longest, sinceLast)
                sinceLast = 0
                #expect(shelf.take() == nil && shelf.takeAny() != nil, "filling \(filling)")
            }
        }
        #expect(1900...2100 ~= left, "\(left)")
        #expect(longest < 64)
    }

    /// What a filler that also clears, and those who take, did in all.
    private struct Outcome: Sendable {
        var taken: [[Int]] = []
        var cleared: [Int] = []
        var slabs = 0
    }

    /// With one message at a time, a call that is held up between looking and taking meets the same contents again.
    @Test(arguments: [1, 2, 4], [1, 64]) func manyThreads(takers: Int, most: Int) async throws {
        // As many fillings of either size: on a busy machine each may cost a switch of threads.
        let messages = (isSanitized ? 300 : 3000) * (most + 1) / 2
        let releases = Count()
        let shelf = SharedShelf()
        let isDone = Flag()
        var outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for _ in 0..<takers {
                group.addTask {
                    let taken = try await onThread {
                        var numbers: [Int] = []
                        while true {
                            // Asked first: what was laid out before it was raised is there.
                            let isLast = isDone.isRaised
                            while let message = shelf.shelf.take() ?? shelf.shelf.takeAny() {
                                numbers.append(number(of: message))
                            }
                            if isLast { return numbers }
                            sched_yield()
                        }
                    }
                    return Outcome(taken: [taken])
                }
            }
            group.addTask {
                try await onThread {
                    defer { isDone.raise() }
                    return fill(shelf, messages, most, releases)
                }
            }
            var all = Outcome()
            for try await one in group {
                all.taken += one.taken
                all.cleared += one.cleared
                all.slabs += one.slabs
            }
            return all
        }
        for numbers in outcome.taken { #expect(zip(numbers, numbers.dropFirst()).allSatisfy(<), "out of order") }
        #expect(outcome.taken.contains { $0.count > messages / 100 }, "nobody was quick enough to take anything")
        #expect(!outcome.cleared.isEmpty)
        let everything = (outcome.taken.flatMap(\.self) + exchange(&outcome.cleared, with: [])).sorted()
        #expect(everything.elementsEqual(0..<messages), "\(everything.count) of \(messages)")
        #expect(releases.value == UInt64(outcome.slabs))
    }

    /// Lays out so many messages, and now and then takes the rest back.
    private func fill(_ shared: SharedShelf, _ messages: Int, _ most: Int, _ releases: Count) -> Outcome {
        var random = SeededGenerator(seed: 1)
        var outcome = Outcome()
        var sent = 0
        while sent < messages {
            let count = min(Int.random(in: 1...most, using: &random), messages - sent)
            shared.shelf.fill(with: stock(sent..<sent + count, releases))
            sent += count
            outcome.slabs += 1
            if Int.random(in: 0..<4, using: &random) == 0 {
                var rest = shared.shelf.clear()
                while let message = rest.take() { outcome.cleared.append(number(of: message)) }
            }
            while shared.shelf.count > 0 { sched_yield() }
        }
        return outcome
    }

    /// A shelf that threads can share.
    private final class SharedShelf: Sendable { let shelf = Shelf() }
}

/// What a socket's calls may take without its lock ends with the socket, and with its being free for all.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ShelfOfSocketTests {
    /// A PULL that has taken messages in ahead.
    private func pull(_ context: Context, ahead count: Int = 20) async throws -> PullSocket {
        let pull = try PullSocket(context: context)
        let push = try PushSocket(context: context)
        try push.connect(try pull.bind(.inproc("shelf")))
        for number in 0..<100 { try await push.send("\(number)") }
        var received = 0
        while pull.engine.shelf.count < count {
            #expect(try await pull.receive() == Message("\(received)"))
            received += 1
        }
        return pull
    }

    @Test func countsWhatWasReceivedAndNotWhatIsAhead() async throws {
        let pull = try await pull(try Context())
        let before = pull.statistics.received
        #expect(before < 80)
        for number in 1...10 {
            _ = try await pull.receive()
            #expect(pull.statistics.received == before + UInt64(number))
        }
    }

    @Test(arguments: [true, false]) func endsWithTheSocket(isClosed: Bool) async throws {
        let context = try Context()
        let pull = try await pull(context)
        if isClosed { pull.close() } else { context.shutdown() }
        await SocketTest.expect(isClosed ? .closed : .contextTerminated) { _ = try await pull.receive() }
        await SocketTest.expect(isClosed ? .closed : .contextTerminated) { _ = try pull.tryReceive() }
    }

    @Test func belongsToWhoHasTheSocketToHimself() async throws {
        let pull = try await pull(try Context())
        let next = Int(pull.statistics.received)
        try pull.withExclusiveAccess { socket in
            #expect(throws: ZMQError.self) {
                var miss = Moment.start
                _ = try pull.engine.receiveAtOnce(&miss)
            }
            let message = try socket.receive()
            #expect(message.string == "\(next)")
        }
        for number in next + 1..<100 { #expect(try await pull.receive().string == "\(number)") }
        #expect(pull.statistics.received == 100)
    }

    @Test func batchesBeginWithIt() async throws {
        let pull = try await pull(try Context())
        let next = Int(pull.statistics.received)
        #expect(try await pull.receive(upTo: 5).map(\.string) == (next..<next + 5).map(String.init))
        #expect(try await pull.receive().string == "\(next + 5)")
        #expect(pull.statistics.received == UInt64(next + 6))
    }
}
