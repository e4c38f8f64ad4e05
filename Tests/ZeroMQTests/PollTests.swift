// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// Waiting for any of several sockets, without taking anything from them.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct PollTests {
    /// PULL sockets, each with a PUSH of its own.
    private struct Lines {
        let context: Context
        var pulls: [PullSocket] = []
        var pushes: [PushSocket] = []

        init(_ count: Int) throws {
            context = try Context()
            for number in 0..<count {
                let pull = try PullSocket(context: context)
                let push = try PushSocket(context: context)
                try push.connect(try pull.bind(.inproc("line \(number)")))
                pulls.append(pull)
                pushes.append(push)
            }
        }
    }

    private func parked(at socket: any Socket) -> Int { socket.engine.state.withLock { $0.lot.parkedCount } }

    // MARK: What is ready

    @Test func readySocketsAreNamedUntilTheyAreReadyNoLonger() async throws {
        let lines = try Lines(3)
        let poll = try Poll(lines.pulls)
        try await lines.pushes[1].send("a")
        for _ in 0..<3 {
            let ready = try await poll.wait(timeout: SocketTest.patience)
            #expect(ready.count == 1)
            #expect(ready.canReceive(from: lines.pulls[1]))
            #expect(!ready.canReceive(from: lines.pulls[0]))
            #expect(!ready.canSend(to: lines.pulls[1]))
        }
        #expect(try lines.pulls[1].tryReceive() == "a")
        #expect(try await poll.wait(timeout: .milliseconds(5)).isEmpty)
        try await lines.pushes[2].send("b")
        #expect(try await poll.wait(timeout: SocketTest.patience).first?.socket === lines.pulls[2])
    }

    /// What a socket has taken ahead is nothing that libzmq could tell about.
    @Test func messagesTakenAheadCount() async throws {
        let lines = try Lines(2)
        for number in 0..<40 { try await lines.pushes[0].send("\(number)") }
        let poll = try Poll(lines.pulls)
        var received = 0
        while received < 40 {
            let ready = try await poll.wait(timeout: SocketTest.patience)
            #expect(ready.canReceive(from: lines.pulls[0]), "after \(received)")
            #expect(try await lines.pulls[0].receive().string == "\(received)")
            received += 1
        }
        #expect(try await poll.wait(timeout: .milliseconds(5)).isEmpty)
    }

    @Test func waitsForRoom() async throws {
        let duo = try Duo()
        try duo.fill()
        let poll = Poll()
        try poll.add(duo.left, for: [.send, .receive])
        let wait = Task { try await poll.wait() }
        try await eventually { parked(at: duo.left) == 1 }
        try duo.drain()
        let ready = try await value(of: wait)
        #expect(ready.canSend(to: duo.left))
        #expect(!ready.canReceive(from: duo.left))
        #expect(try duo.left.trySend("more"))
    }

    @Test func impossibleInterestsAreRefused() async throws {
        let context = try Context()
        let poll = Poll()
        await SocketTest.expect(.invalidArgument, "add sockets") { _ = try await poll.wait() }
        let sockets: [(any Socket, Poll.Interest)] = [
            (try PushSocket(context: context), .receive), (try PublisherSocket(context: context), .receive),
            (try RequestSocket(context: context), .receive), (try PullSocket(context: context), .send),
            (try RouterSocket(context: context), .send), (try XPublisherSocket(context: context), .send),
            (try SubscriberSocket(context: context), .send), (try PairSocket(context: context), []),
        ]
        for (socket, interest) in sockets {
            await SocketTest.expect(.invalidArgument, "made at") { try poll.add(socket, for: interest) }
        }
        #expect(poll.sockets.isEmpty)
        let deaf = try SubscriberSocket(context: context)
        try poll.add(deaf)
        await SocketTest.expect(.noSubscriptions, "SUB") { _ = try await poll.wait() }
        try deaf.subscribe(to: .all)
        #expect(try await poll.wait(timeout: .milliseconds(1)).isEmpty)
    }

    // MARK: How a wait ends

    @Test func cancelledWaitsLeaveNothingBehind() async throws {
        let lines = try Lines(2)
        do {
            let poll = try Poll(lines.pulls)
            let wait = Task { try await poll.wait(timeout: SocketTest.patience) }
            try await eventually { parked(at: lines.pulls[1]) == 1 }
            await SocketTest.expect(.busy, "another task") { _ = try await poll.wait() }
            wait.cancel()
            await SocketTest.expect(.cancelled) { _ = try await value(of: wait) }
            try await lines.pushes[0].send("kept")
            #expect(try await poll.wait(timeout: SocketTest.patience).count == 1)
        }
        for pull in lines.pulls { #expect(parked(at: pull) == 0) }
        #expect(try lines.pulls[0].tryReceive() == "kept")
    }

    @Test func closedSocketsAreNamed() async throws {
        let lines = try Lines(3)
        let poll = try Poll(lines.pulls)
        let wait = Task { try await poll.wait() }
        try await eventually { parked(at: lines.pulls[2]) == 1 }
        lines.pulls[1].close()
        await SocketTest.expect(.closed, "PULL socket made at", "PollTests") { _ = try await value(of: wait) }
        // It is not forgotten, nor does it keep the others from being waited for once it is removed.
        await SocketTest.expect(.closed) { _ = try await poll.wait() }
        #expect(poll.unusableSockets.map(ObjectIdentifier.init) == [ObjectIdentifier(lines.pulls[1])])
        poll.unusableSockets.forEach(poll.remove)
        try await lines.pushes[2].send("on")
        #expect(try await poll.wait(timeout: SocketTest.patience).canReceive(from: lines.pulls[2]))
        _ = try lines.pulls[2].tryReceive()
        let last = Task { try await poll.wait() }
        try await eventually { parked(at: lines.pulls[2]) == 1 }
        lines.context.shutdown()
        await SocketTest.expect(.contextTerminated) { _ = try await value(of: last) }
    }

    @Test func exclusiveAccessEndsTheWait() async throws {
        let lines = try Lines(2)
        let poll = try Poll(lines.pulls)
        let wait = Task { try await poll.wait() }
        try await eventually { parked(at: lines.pulls[0]) == 1 }
        let isOver = Flag()
        async let holding: Void = onThread {
            try lines.pulls[0].withExclusiveAccess { pull in
                while !isOver.isRaised { _ = try pull.receive(timeout: .milliseconds(1)) }
            }
        }
        await SocketTest.expect(.busy) { _ = try await value(of: wait) }
        isOver.raise()
        try await holding
        try await lines.pushes[0].send("later")
        #expect(try await poll.wait(timeout: SocketTest.patience).canReceive(from: lines.pulls[0]))
    }

    @Test func socketsAddedDuringAWaitCount() async throws {
        let lines = try Lines(2)
        let poll = try Poll(lines.pulls[0])
        try await lines.pushes[1].send("there")
        let wait = Task { try await poll.wait() }
        try await eventually { parked(at: lines.pulls[0]) == 1 }
        try poll.add(lines.pulls[1])
        #expect(try await value(of: wait).canReceive(from: lines.pulls[1]))
        poll.remove(lines.pulls[1])
        #expect(try await poll.wait(timeout: .milliseconds(5)).isEmpty)
    }

    // MARK: Beside other calls

    /// A receiver that waits as well gets its message; the poll neither takes it nor keeps it from being woken.
    @Test func waitsBesideReceivers() async throws {
        let duo = try Duo(highWaterMark: 100)
        let poll = try Poll(duo.left)
        for number in 0..<200 {
            let receiver = try await duo.parkReceivers(1)[0]
            let wait = Task { try await poll.wait() }
            try await eventually { parked(at: duo.left) == 2 }
            try await duo.right.send("\(number)")
            try await duo.right.send("second")
            #expect(try await value(of: receiver).string == "\(number)")
            #expect(try await value(of: wait).canReceive(from: duo.left))
            #expect(try await duo.left.receive(timeout: SocketTest.patience) == "second")
        }
    }

    /// Rule 4: a send on the socket may consume the signal that the poll counts on.
    @Test func othersMayConsumeTheSignal() async throws {
        let duo = try Duo(highWaterMark: 100)
        let poll = try Poll(duo.left)
        for _ in 0..<100 {
            let wait = Task { try await poll.wait() }
            try await eventually { parked(at: duo.left) == 1 }
            let stall = await Stall(duo.context)
            defer { stall.end() }
            try await duo.right.send("news")
            _ = duo.left.statistics
            #expect(try duo.left.trySend("consumes"))
            #expect(try await value(of: wait).count == 1)
            #expect(try duo.left.tryReceive() == "news")
            try duo.drain()
        }
    }

    /// What happens after the sockets were looked at and before the task is parked is not missed.
    @Test func newsBeforeParkingEndTheWait() async throws {
        let context = try Context()
        let signals = PollSignals()
        signals.signal(7)
        let end = ContinuousClock.now + SocketTest.patience
        #expect(await signals.park(until: end, with: context.core) == .ready)
        #expect(await signals.park(until: end, with: context.core) == .ready)
        #expect(signals.takeNews() == [7])
        #expect(await signals.park(until: .now, with: context.core) == .expired)
    }

    /// The descriptor is watched for the poll: it need not wait for a sweep.
    @Test func watchesTheDescriptor() async throws {
        let lines = try Lines(1)
        let poll = try Poll(lines.pulls)
        for _ in 0..<30 {
            let wait = Task { try await poll.wait() }
            try await eventually {
                let (count, isArmed) = lines.pulls[0].engine.state.withLock { ($0.lot.parkedCount, $0.isArmed) }
                #expect(count == 0 || isArmed)
                return count == 1
            }
            try await lines.pushes[0].send("x")
            _ = try await value(of: wait)
            #expect(try lines.pulls[0].tryReceive() == "x")
        }
    }

    // MARK: Many sockets

    /// Whoever serves only the first socket that is named serves all of them in turn.
    @Test func noSocketStarves() async throws {
        let lines = try Lines(5)
        for push in lines.pushes { for _ in 0..<200 { try await push.send("x") } }
        let poll = try Poll(lines.pulls)
        var served = [Int](repeating: 0, count: 5)
        for _ in 0..<500 {
            let first = try #require(try await poll.wait(timeout: SocketTest.patience).first?.socket)
            let index = try #require(lines.pulls.firstIndex { $0 === first })
            #expect(try lines.pulls[index].tryReceive() != nil)
            served[index] += 1
        }
        #expect(served == [100, 100, 100, 100, 100])
    }

    @Test func loopOverSeveralSocketsIsFair() async throws {
        let lines = try Lines(4)
        for push in lines.pushes { for number in 0..<100 { try await push.send("\(number)") } }
        var counts: [ObjectIdentifier: Int] = [:]
        for try await (socket, message) in Poll.messages(from: lines.pulls) {
            // In order at each socket, and no socket is ahead of another by more than one.
            #expect(message.string == "\(counts[ObjectIdentifier(socket), default: 0])")
            counts[ObjectIdentifier(socket), default: 0] += 1
            let (least, most) = (counts.values.min() ?? 0, counts.values.max() ?? 0)
            #expect(most - (counts.count < 4 ? 0 : least) <= 1)
            if counts.values.reduce(0, +) == 399 { break }
        }
        // The message that the loop did not reach is still there.
        #expect(try lines.pulls.compactMap { try $0.tryReceive() } == ["99"])
    }

    /// A wake costs nothing at the sockets that have no news: not one operation.
    @Test func idleSocketsAreNotAsked() async throws {
        let lines = try Lines(300)
        let poll = try Poll(lines.pulls)
        #expect(try await poll.wait(timeout: .milliseconds(1)).isEmpty)
        func moments() -> [Moment] { lines.pulls[1...].map { $0.engine.state.withLock { $0.moment } } }
        // Connecting left commands, which are looked at once.
        var before = moments()
        try await eventually {
            try await Task.sleep(for: .milliseconds(50))
            defer { before = moments() }
            return before == moments()
        }
        for number in 0..<100 {
            async let ready = poll.wait(timeout: SocketTest.patience)
            try await lines.pushes[0].send("\(number)")
            #expect(try await ready.count == 1)
            #expect(try lines.pulls[0].tryReceive()?.string == "\(number)")
        }
        #expect(moments() == before)
    }

    /// Hundreds of sockets, written to at random from several tasks, that are closed and replaced meanwhile.
    @Test func hundredsOfSocketsUnderLoad() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let lines = try Lines(200)
        let poll = try Poll(lines.pulls)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(task))
                    for _ in 0..<1500 {
                        try await lines.pushes[Int.random(in: 0..<200, using: &random)].send("x")
                        if Int.random(in: 0..<10, using: &random) == 0 { await Task.yield() }
                    }
                }
            }
            var received = 0
            while received < 6000 {
                let ready = try await poll.wait(timeout: SocketTest.patience)
                guard !ready.isEmpty else {
                    Issue.record("\(received) of 6000, seed \(seed)")
                    break
                }
                for item in ready {
                    while let message = try (item.socket as? PullSocket)?.tryReceive() {
                        #expect(message == "x")
                        received += 1
                    }
                }
            }
            try await group.waitForAll()
        }
        for pull in lines.pulls { #expect(try pull.tryReceive() == nil, "seed \(seed)") }
    }

    // MARK: Sockets that come and go

    /// A wait that is left without sockets ends, and one that loses some goes on.
    @Test func socketsRemovedDuringAWait() async throws {
        let lines = try Lines(2)
        let poll = try Poll(lines.pulls)
        let wait = Task { try await poll.wait() }
        try await eventually { parked(at: lines.pulls[1]) == 1 }
        poll.remove(lines.pulls[0])
        #expect(parked(at: lines.pulls[0]) == 0)
        try await lines.pushes[0].send("not asked for")
        try await lines.pushes[1].send("asked for")
        let ready = try await value(of: wait)
        #expect(ready.map { ObjectIdentifier($0.socket) } == [ObjectIdentifier(lines.pulls[1])])
        _ = try lines.pulls[1].tryReceive()
        let last = Task { try await poll.wait() }
        try await eventually { parked(at: lines.pulls[1]) == 1 }
        poll.remove(lines.pulls[1])
        await SocketTest.expect(.invalidArgument, "add sockets") { _ = try await value(of: last) }
    }

    /// The deadline outlives the context whose reactor kept it.
    @Test(arguments: 0..<2) func deadlineOutlivesAContext(round: Int) async throws {
        let lines = [try Lines(1), try Lines(1)]
        let poll = try Poll(lines.map { $0.pulls[0] })
        let (going, staying) = (lines[round % 2], lines[(round + 1) % 2])
        let wait = Task { try await poll.wait(timeout: .milliseconds(500)) }
        try await eventually { parked(at: going.pulls[0]) == 1 && parked(at: staying.pulls[0]) == 1 }
        poll.remove(going.pulls[0])
        for socket in going.pulls as [any Socket] + going.pushes as [any Socket] { socket.close() }
        try await going.context.terminate(within: SocketTest.patience)
        #expect(try await value(of: wait).isEmpty)
    }

    /// Tasks that add and remove one socket at once leave it there once, or not at all.
    @Test func oneSocketAddedByMany() async throws {
        let lines = try Lines(1)
        let poll = Poll()
        for _ in 0..<100 {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { for _ in 0..<10 { try? poll.add(lines.pulls[0]) } } }
            }
            #expect(poll.state.withLock { $0.entries.count } == 1)
            #expect(poll.sockets.count == 1)
            #expect(try await poll.wait(timeout: .zero).isEmpty)
            #expect(parked(at: lines.pulls[0]) == 1)
            poll.remove(lines.pulls[0])
            #expect(poll.sockets.isEmpty && parked(at: lines.pulls[0]) == 0)
        }
    }

    /// Thousands of waits and polls leave nothing in the sockets and in the reactor.
    @Test func nothingAccumulates() async throws {
        let lines = try Lines(3)
        func kept() -> [Int] {
            let reactor = lines.context.core.reactor.state.withLock { [$0.targets.count, $0.deadlines.count] }
            return reactor + lines.pulls.map(parked)
        }
        let poll = try Poll(lines.pulls)
        #expect(try await poll.wait(timeout: .milliseconds(1)).isEmpty)
        try await eventually { lines.context.core.reactor.state.withLock { $0.deadlines.next == nil } }
        let before = kept()
        for round in 0..<3000 {
            let wait = Task { try await poll.wait(timeout: SocketTest.patience) }
            if round % 3 == 0 {
                wait.cancel()
                await SocketTest.expect(.cancelled) { _ = try await wait.value }
            } else {
                try await lines.pushes[round % 2].send("x")
                #expect(try await value(of: wait).count == 1)
                _ = try lines.pulls[round % 2].tryReceive()
                #expect(try await poll.wait(timeout: round % 100 == 1 ? .microseconds(10) : .zero).isEmpty)
            }
            if round % 10 == 0 {
                let other = try Poll(lines.pulls)
                #expect(try await other.wait(timeout: .zero).isEmpty)
                #expect(parked(at: lines.pulls[0]) == 2)
            }
        }
        try await eventually { kept() == before }
    }

    /// Several tasks, each with a poll of its own, compete for the messages of the same sockets with one that receives.
    @Test func pollsCompete() async throws {
        let lines = try Lines(5)
        let count = 4000
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    let poll = try Poll(lines.pulls)
                    var received = 0
                    while true {
                        for item in try await poll.wait() {
                            guard let message = try (item.socket as? PullSocket)?.tryReceive() else { continue }
                            if message == "end" { return received }
                            received += 1
                        }
                    }
                }
            }
            group.addTask {
                var received = 0
                while try await lines.pulls[0].receive() != "end" { received += 1 }
                return received
            }
            for number in 0..<count { try await lines.pushes[number % 5].send("\(number)") }
            // An end for each task that polls, and at last for the one that receives.
            var total = 0
            for _ in 0..<3 {
                try await lines.pushes[1].send("end")
                total += try #require(try await group.next())
            }
            try await lines.pushes[0].send("end")
            total += try #require(try await group.next())
            // What the tasks that polled had no time for.
            for pull in lines.pulls { while try pull.tryReceive() != nil { total += 1 } }
            #expect(total == count)
        }
    }
}
