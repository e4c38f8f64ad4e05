// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewTesting
import Testing

@Suite("Manual clock", .timeLimit(.minutes(1)))
struct ManualClockTests {
    /// Where tasks write down that they woke.
    final class Diary: Sendable {
        private let lines = Locked<[String]>([])
        func note(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    /// Runs its jobs when it is told to, in the order in which they were made ready.
    final class JobQueue: TaskExecutor {
        private let jobs = Locked<[UnownedJob]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            jobs.withLock { $0.append(job) }
        }

        /// Runs all there are, and those that they make ready.
        func run() {
            while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            }
        }
    }

    @Test("It stands still until it is moved on, and never goes back")
    func time() {
        let clock = ManualClock(now: Instant(nanoseconds: 5))
        #expect(clock.now == Instant(nanoseconds: 5))
        clock.advance(by: .nanoseconds(10))
        #expect(clock.now == Instant(nanoseconds: 15))
        clock.advance(by: .nanoseconds(-10))
        clock.advance(to: Instant(nanoseconds: 3))
        #expect(clock.now == Instant(nanoseconds: 15))
        clock.advance(to: Instant(nanoseconds: 20))
        #expect(clock.now == Instant(nanoseconds: 20))
    }

    @Test("A sleeper wakes at its deadline and not a nanosecond earlier")
    func deadline() async throws {
        let clock = ManualClock()
        let task = Task { try await clock.sleep(for: .seconds(1)) }
        await clock.waitForSleepers(1)
        clock.advance(by: .nanoseconds(999_999_999))
        #expect(clock.sleepers == 1)
        clock.advance(by: .nanoseconds(1))
        #expect(clock.sleepers == 0)
        try await task.value
    }

    @Test("A sleep until an instant that has been does not wait")
    func past() async throws {
        let clock = ManualClock(now: Instant(nanoseconds: 10))
        try await clock.sleep(until: Instant(nanoseconds: 10))
        try await clock.sleep(until: .origin)
    }

    @Test("Sleepers wake in order of their deadlines, however they came")
    func order() async throws {
        let clock = ManualClock()
        let diary = Diary()
        // By hand: a pool, and an actor that the pool hands its tasks back to, may turn the order round.
        let jobs = JobQueue()
        let tasks = [3, 1, 2, 1].map { second in
            Task(executorPreference: jobs) {
                try await clock.sleep(until: Instant.origin.advanced(by: .seconds(second)))
                diary.note("\(second)")
            }
        }
        jobs.run()
        #expect(clock.sleepers == 4)
        clock.advance(by: .seconds(5))
        jobs.run()
        #expect(diary.all == ["1", "1", "2", "3"])
        for task in tasks { try await task.value }
    }

    @Test("Cancellation ends a sleep, before it has begun and while it lasts")
    func cancellation() async {
        let clock = ManualClock()
        let asleep = Task { try await clock.sleep(for: .seconds(1)) }
        await clock.waitForSleepers(1)
        asleep.cancel()
        await #expect(throws: CancellationError.self) { try await asleep.value }
        #expect(clock.sleepers == 0)
        let early = Task {
            while !Task.isCancelled { await Task.yield() }
            try await clock.sleep(for: .seconds(1))
        }
        early.cancel()
        await #expect(throws: CancellationError.self) { try await early.value }
        #expect(clock.sleepers == 0)
    }

    @Test("Who waits for sleepers is told when there are enough, and not before; cancellation ends that too")
    func waiting() async throws {
        let clock = ManualClock()
        let diary = Diary()
        let waiter = Task {
            let areEnough = await clock.waitForSleepers(2)
            diary.note("enough \(areEnough) of \(clock.sleepers)")
        }
        let first = Task { try await clock.sleep(for: .seconds(1)) }
        await clock.waitForSleepers(1)
        let second = Task { try await clock.sleep(for: .seconds(2)) }
        await waiter.value
        #expect(diary.all == ["enough true of 2"])
        let hopeless = Task { await clock.waitForSleepers(3) }
        hopeless.cancel()
        #expect(await hopeless.value == false)
        clock.advance(by: .seconds(2))
        try await first.value
        try await second.value
    }

    @Test("Sleeping, moving on and cancelling at once loses no task")
    func contention() async {
        let clock = ManualClock()
        let ended = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let task = Task { try await clock.sleep(for: .nanoseconds(number % 50 + 1)) }
                    if number.isMultiple(of: 3) { task.cancel() }
                    return (try? await task.value) != nil
                }
            }
            group.addTask {
                // Until all others have ended; each sleeper needs the clock to go on by 50 ns.
                while !Task.isCancelled {
                    clock.advance(by: .nanoseconds(1))
                    await Task.yield()
                }
                return false
            }
            var ended = 0
            var woken = 0
            for await hasSlept in group {
                ended += 1
                woken += hasSlept ? 1 : 0
                if ended == 200 { group.cancelAll() }
            }
            return (ended, woken)
        }
        #expect(ended.0 == 201)
        // Two thirds are never cancelled.
        #expect(ended.1 >= 133)
        #expect(clock.sleepers == 0)
    }
}
