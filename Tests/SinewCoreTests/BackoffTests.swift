// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@Suite("Back-off", .timeLimit(.minutes(1)))
struct BackoffTests {
    /// Gives the same bits each time: 1 draws the shortest delay there is, all ones the longest. (0 draws for ever.)
    struct Constant: RandomNumberGenerator {
        let bits: UInt64
        mutating func next() -> UInt64 { bits }
    }

    @Test("The longest delay doubles up to the cap")
    func ceilings() {
        var random = Constant(bits: 1)
        var backoff = Backoff(.init(base: .milliseconds(100), cap: .milliseconds(450)))
        var ceilings: [Duration] = []
        for _ in 0..<5 {
            ceilings.append(backoff.ceiling)
            _ = backoff.next(using: &random)
        }
        #expect(ceilings == [100, 200, 400, 450, 450].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.attempts == 0)
        #expect(backoff.ceiling == .milliseconds(100))
    }

    @Test("Delays reach both ends, and nothing lies beyond")
    func ends() {
        var shortest = Constant(bits: 1)
        var longest = Constant(bits: .max)
        let options = Backoff.Options(base: .milliseconds(8), cap: .seconds(1), smallest: .milliseconds(2))
        var low = Backoff(options)
        var high = Backoff(options)
        for _ in 0..<12 {
            let ceiling = low.ceiling
            #expect(low.next(using: &shortest) == .milliseconds(2))
            #expect(high.next(using: &longest) == ceiling)
        }
    }

    @Test("Full jitter: each tenth of the range is as likely as the others", arguments: [1, 2, 3] as [UInt64])
    func uniform(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var counts = [Int](repeating: 0, count: 10)
        for _ in 0..<20_000 {
            var backoff = Backoff(.init(base: .nanoseconds(999), cap: .seconds(1)))
            counts[Int(backoff.next(using: &random).wholeNanoseconds) / 100] += 1
        }
        // 2000 each, with a standard deviation of 42: six of them.
        #expect(counts.allSatisfy { abs($0 - 2000) < 255 }, "seed \(seed): \(counts)")
    }

    @Test(
        "Any options, any number of attempts: within the limits, and no overflow",
        arguments: 0..<200 as Range<UInt64>
    )
    func bounds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let extremes: [Int64] = [.min, -1, 0, 1, 1_000_000, .max - 1, .max]
        func duration() -> Duration {
            let chosen = extremes.randomElement(using: &random) ?? 0
            return .nanoseconds(Bool.random(using: &random) ? chosen : chosen / .random(in: 1...1000, using: &random))
        }
        let options = Backoff.Options(base: duration(), cap: duration(), smallest: duration())
        var backoff = Backoff(options)
        let smallest = max(.zero, options.smallest)
        var former = Duration.zero
        for attempt in 0..<200 {
            let ceiling = backoff.ceiling
            #expect(ceiling >= former, "seed \(seed), attempt \(attempt), \(options)")
            former = ceiling
            let delay = backoff.next(using: &random)
            #expect(delay >= smallest && delay <= ceiling, "seed \(seed), attempt \(attempt), \(options)")
            #expect(ceiling <= max(smallest, max(.zero, options.cap)), "seed \(seed), attempt \(attempt), \(options)")
        }
        #expect(backoff.attempts == 200)
        // Where there is something to double, 200 doublings reach the cap.
        let last = options.base > .zero ? max(smallest, max(.zero, options.cap)) : smallest
        #expect(backoff.ceiling == last, "seed \(seed), \(options)")
    }

    @Test("The same numbers give the same delays")
    func repeatable() {
        var first = (Backoff(), SeededGenerator(seed: 7))
        var second = first
        for _ in 0..<20 {
            let one = first.0.next(using: &first.1)
            let other = second.0.next(using: &second.1)
            #expect(one == other)
        }
    }
}
