// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CustomTopologyCore
import SinewCore
import SinewSubjects
import TestSupport
import Testing

@Suite("A node of the pool", .timeLimit(.minutes(1)))
struct PoolNodeTests {
    private static let one = NodeID(high: 0, low: 1)
    private static let two = NodeID(high: 0, low: 2)

    /// A node, its time, and what it has wanted done.
    struct Bench {
        var node: PoolNode<SeededGenerator>
        var now = Instant.origin
        private var buffer = Actions<PoolAction>()

        init(_ filters: [SubjectFilter], options: PoolOptions = PoolOptions(), resuming journal: [PoolTask] = []) {
            node = PoolNode(
                id: one,
                incarnation: Incarnation(rawValue: 7),
                peers: [one, two],
                filters: filters,
                options: options,
                resuming: journal,
                random: SeededGenerator(seed: 1),
                at: .origin
            )
        }

        mutating func step(_ event: PoolEvent) -> [PoolAction] {
            node.step(event, at: now, into: &buffer)
            var actions: [PoolAction] = []
            buffer.drain { actions.append($0) }
            return actions
        }

        /// Lets its deadline come.
        mutating func tick() -> [PoolAction] {
            now = max(now, node.nextDeadline ?? now)
            return step(.tick)
        }
    }

    private static func task(_ number: UInt64, of owner: NodeID = one, _ subject: Subject = "a.b") -> PoolTask {
        let id = TaskID(owner: owner, incarnation: Incarnation(rawValue: 7), number: number)
        return PoolTask(id: id, subject: subject, payload: [1])
    }

    @Test("It runs its own tasks, one at a time, and counts each")
    func alone() {
        var bench = Bench(["a.*"])
        let first = bench.step(.submitted("a.b", payload: [1]))
        #expect(first == [.accepted(Self.task(1)), .run(Self.task(1))])
        let second = bench.step(.submitted("a.b", payload: [1]))
        #expect(second == [.accepted(Self.task(2))])
        let done = bench.step(.ran(Self.task(1).id, result: [9]))
        #expect(done == [.finished(Self.task(1), result: [9]), .run(Self.task(2))])
        let again = bench.step(.ran(Self.task(1).id, result: [9]))
        #expect(again == [] && bench.node.counts.ignored == 1)
    }

    @Test("It hands over what the other can do, and sends it again until that is acknowledged")
    func handOver() {
        var bench = Bench(["x"])
        _ = bench.step(.submitted("a.b", payload: [1]))
        _ = bench.step(.submitted("c.d", payload: [1]))
        let none = bench.step(.received(.ask(filters: ["a.c"]), from: Self.two))
        #expect(none == [.send(.nothing, to: Self.two)])
        let given = bench.step(.received(.ask(filters: ["c.>"]), from: Self.two))
        let task = Self.task(2, "c.d")
        #expect(given == [.send(.task(task), to: Self.two)])
        var sent = 0
        while bench.node.counts.returned == 0 { sent += bench.tick().count { $0 == .send(.task(task), to: Self.two) } }
        #expect(sent == PoolOptions().maximumAttempts - 1)
        let anew = bench.step(.received(.ask(filters: ["c.>"]), from: Self.two))
        #expect(anew == [.send(.task(task), to: Self.two)])
        _ = bench.step(.received(.taken(task.id), from: Self.two))
        let start = bench.now
        while bench.node.counts.returned == 1 {
            let actions = bench.tick()
            #expect(!actions.contains(.send(.task(task), to: Self.two)))
        }
        #expect(start.duration(to: bench.now) >= PoolOptions().lease)
    }

    @Test("The first result counts, every later one is acknowledged and counted as a repetition")
    func repeatedResults() {
        var bench = Bench(["a.*"])
        _ = bench.step(.submitted("c.d", payload: [1]))
        let task = Self.task(1, "c.d")
        let first = bench.step(.received(.result(task.id, [5]), from: Self.two))
        #expect(first == [.finished(task, result: [5]), .send(.counted(task.id), to: Self.two)])
        let second = bench.step(.received(.result(task.id, [5]), from: Self.two))
        #expect(second == [.send(.counted(task.id), to: Self.two)])
        #expect(bench.node.counts.repeated == 1 && bench.node.openTasks == 0 && bench.node.waitingTasks == 0)
    }

    @Test("A task of another is run once however often it comes, and its result sent until it is counted")
    func worker() {
        var bench = Bench(["a.*"])
        let task = Self.task(3, of: Self.two)
        let taken = PoolAction.send(.taken(task.id), to: Self.two)
        let first = bench.step(.received(.task(task), from: Self.two))
        #expect(first == [taken, .run(task)])
        let again = bench.step(.received(.task(task), from: Self.two))
        #expect(again == [taken])
        let result = PoolAction.send(.result(task.id, [4]), to: Self.two)
        let done = bench.step(.ran(task.id, result: [4]))
        #expect(done == [result, .send(.ask(filters: ["a.*"]), to: Self.two)])
        let late = bench.step(.received(.task(task), from: Self.two))
        #expect(late == [result])
        var sent = 1
        while bench.node.counts.abandoned == 0 { sent += bench.tick().count { $0 == result } }
        #expect(sent == PoolOptions().maximumAttempts)
        #expect(bench.node.counts.ran == 1)
    }

    @Test("It declines what it cannot do and what it has no room for, and ignores what is not its owner's")
    func declined() {
        var bench = Bench(["a.*"])
        let odd = Self.task(1, of: Self.two, "c.d")
        let refused = bench.step(.received(.task(odd), from: Self.two))
        #expect(refused.first == .send(.declined(odd.id), to: Self.two))
        for number in 2..<20 as Range<UInt64> {
            _ = bench.step(.received(.task(Self.task(number, of: Self.two)), from: Self.two))
        }
        // One runs, four wait.
        #expect(bench.node.counts.declined == 1 + 18 - 5)
        let stranger = NodeID(high: 0, low: 3)
        let ignored = bench.step(.received(.task(Self.task(1, of: stranger)), from: stranger))
        let wrong = bench.step(.received(.task(Self.task(1, of: stranger)), from: Self.two))
        #expect(ignored == [] && wrong == [] && bench.node.counts.ignored == 2)
    }

    @Test("Too many tasks, and too large ones, are refused and counted")
    func refused() {
        var options = PoolOptions()
        options.maximumTasks = 1
        var bench = Bench(["x"], options: options)
        _ = bench.step(.submitted("a.b", payload: [1]))
        let full = bench.step(.submitted("a.b", payload: [1]))
        #expect(full == [.refused("a.b")])
        var empty = Bench(["x"])
        let large = empty.step(.submitted("a.b", payload: [UInt8](repeating: 0, count: 65_537)))
        #expect(large.first == .refused("a.b") && empty.node.counts.refused == 1)
    }

    @Test("After a restart it goes on with what its journal holds, under the same names")
    func journal() {
        let old = PoolTask(
            id: TaskID(owner: Self.one, incarnation: Incarnation(rawValue: 3), number: 1),
            subject: "a.b",
            payload: []
        )
        var bench = Bench(["a.*"], resuming: [old])
        let actions = bench.step(.submitted("a.b", payload: [1]))
        #expect(actions == [.accepted(Self.task(1)), .run(Self.task(1))])
        let late = bench.step(.received(.result(old.id, [2]), from: Self.two))
        #expect(late.first == .finished(old, result: [2]))
    }

    @Test("Ticks that come early change nothing")
    func earlyTicks() {
        var bench = Bench(["a.*"])
        _ = bench.tick()
        let deadline = bench.node.nextDeadline
        for _ in 0..<10 {
            let actions = bench.step(.tick)
            #expect(actions == [] && bench.node.nextDeadline == deadline)
        }
    }

    @Test("Messages are read as they were written, and nothing shorter or longer is one")
    func codec() throws {
        let task = Self.task(300)
        let messages: [PoolMessage] = [
            .ask(filters: ["a.*", ">"]), .ask(filters: []), .nothing, .task(task), .taken(task.id), .declined(task.id),
            .result(task.id, [1, 2]), .counted(task.id),
        ]
        for message in messages {
            let bytes = try message.encoded()
            let read = try PoolMessage(decoding: bytes)
            #expect(read == message)
            for length in 0..<bytes.count {
                #expect(throws: CodecError.self) { try PoolMessage(decoding: Array(bytes[..<length])) }
            }
            #expect(throws: CodecError.self) { try PoolMessage(decoding: bytes + [0]) }
        }
        for seed in 0..<20_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let bytes =
                [1, UInt8.random(in: 0...8, using: &random)] + random.bytes(.random(in: 0...40, using: &random))
            guard let message = try? PoolMessage(decoding: bytes) else { continue }
            let again = try message.encoded()
            #expect(again == bytes, "seed \(seed)")
        }
    }
}
