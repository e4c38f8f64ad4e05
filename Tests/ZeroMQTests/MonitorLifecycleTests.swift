// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

#if canImport(Glibc)
import Glibc
#endif

/// What monitoring costs, whom it may hold up (nobody), and how it ends.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct MonitorLifecycleTests {
    /// Connects and goes away, so that a bound socket sees three events each time.
    private func visit(_ endpoint: Endpoint, from context: Context, times: Int = 1) async throws {
        for _ in 0..<times {
            let push = try PushSocket(context: context)
            try await push.connect(endpoint, timeout: SocketTest.patience)
            push.close()
        }
    }

    /// The events that are there; the socket must have ended.
    private func rest(of events: SocketEvents) async throws -> [SocketEvent] {
        try await within(SocketTest.patience) {
            var seen: [SocketEvent] = []
            for await event in events { seen.append(event) }
            return seen
        }
    }

    @Test func slowReadersAreToldHowMuchTheyMissed() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let all = try pull.events()
        let few = try pull.events(bufferingNewest: 5)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        try await visit(endpoint, from: Context(), times: 20)
        try await eventually { try pull.connections.isEmpty }
        let late = try pull.events()
        pull.close()

        let whole = try await rest(of: all)
        #expect(whole.count == 61 && whole.allSatisfy { $0.missed == 0 }, "\(whole.count)")
        let short = try await rest(of: few)
        #expect(short.first == .lagged(56), "\(short)")
        #expect(Array(short.dropFirst()) == Array(whole.suffix(5)))
        #expect(try await rest(of: late).isEmpty, "what happened before is not for who comes later")
    }

    /// libzmq's thread goes on while the reactor is blocked and nobody reads, far beyond any high-water mark.
    @Test func nobodyHoldsLibzmqUp() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let events = try pull.events(bufferingNewest: 10)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        let stall = await Stall(context)
        defer { stall.end() }
        let count = 1200
        try await onThread {
            for _ in 0..<count {
                let peer = try RawPeer(port: endpoint.port)
                // The answer comes from the thread that would be waiting.
                peer.write(RawPeer.greeting)
                _ = try peer.readExactly(RawPeer.greeting.count)
                try peer.end()
            }
        }
        // With the calling thread's help, for the reactor has none to give.
        try await eventually { try pull.connections.isEmpty }
        pull.close()
        let seen = try await rest(of: events)
        // Accepted, failed, disconnected; one listening; ten are left.
        #expect(seen.count == 11 && seen[0].missed == 3 * count + 1 - 10, "\(seen)")
    }

    /// A turn of the reactor is bounded, and it comes back for the rest by itself.
    @Test func whatTheReactorLeftItTakesLater() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let events = try pull.events(bufferingNewest: 10_000)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        let stall = await Stall(context)
        try await onThread {
            for _ in 0..<300 { try RawPeer(port: endpoint.port).end() }
        }
        stall.end()
        try await within(SocketTest.patience) {
            var count = 0
            for await event in events where event.kind == .disconnected {
                count += 1
                if count == 300 { return }
            }
        }
    }

    /// Each event reaches a reader that waits for it, and needs no other to come after it.
    @Test func everyEventIsSignalled() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let events = try pull.events()
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        try await within(SocketTest.patience) {
            var iterator = events.makeAsyncIterator()
            for _ in 0..<600 {
                try await onThread { try RawPeer(port: endpoint.port).end() }
                while let event = await iterator.next(), event.kind != .disconnected {}
            }
            try Task.checkCancellation()
        }
    }

    @Test func manyReadersSeeTheSame() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let readers = try (0..<8).map { _ in try pull.events() }
        async let results = withThrowingTaskGroup(of: [SocketEvent].self) { group in
            for reader in readers { group.addTask { try await rest(of: reader) } }
            return try await group.reduce(into: [[SocketEvent]]()) { $0.append($1) }
        }
        try await visit(pull.bind(.tcp("127.0.0.1", port: .any)), from: Context(), times: 5)
        try await eventually { try pull.connections.isEmpty }
        pull.close()
        let seen = try await results
        #expect(seen.count == 8 && seen[0].count == 16 && seen.allSatisfy { $0 == seen[0] }, "\(seen)")
    }

    /// Two iterators of one sequence share its events.
    @Test func iteratorsShareTheirEvents() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let events = try pull.events()
        async let first = rest(of: events)
        async let second = rest(of: events)
        try await visit(pull.bind(.tcp("127.0.0.1", port: .any)), from: Context(), times: 20)
        try await eventually { try pull.connections.isEmpty }
        pull.close()
        let count = try await first.count + second.count
        #expect(count == 61)
    }

    @Test func readersThatAreGoneCostNothing() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        for _ in 0..<100 { _ = try pull.events() }
        let monitor = try #require(pull.engine.state.withLock { $0.monitor })
        #expect(monitor.state.withLock { $0.rings.count } == 0)
        let reader = try pull.events()
        let task = Task { for await _ in reader {} }
        try await eventually { pull.engine.isMonitorAwaited }
        task.cancel()
        await task.value
        #expect(!pull.engine.isMonitorAwaited)
    }

    // MARK: The end

    /// A reader does not keep the socket; a socket that nobody has ends its readers.
    @Test(arguments: ["close", "shutdown", "letting go", "exclusive"])
    func eventsEndWithTheSocket(_ end: String) async throws {
        let context = try Context()
        var pull: PullSocket? = try PullSocket(context: context)
        let events = try #require(try pull?.events())
        try await visit(#require(pull?.bind(.tcp("127.0.0.1", port: .any))), from: Context())
        try await eventually { try pull?.connections.isEmpty ?? false }
        switch end {
        case "close": pull?.close()
        case "shutdown": context.shutdown()
        case "exclusive": try await onThread { [pull] in try pull?.withExclusiveAccess { _ in pull?.close() } }
        default: pull = nil
        }
        #expect(try await rest(of: events).map(\.kind) == [.listening, .accepted, .handshakeSucceeded, .disconnected])
        #expect(try await rest(of: events).isEmpty)
        pull = nil
        try await context.terminate(within: SocketTest.patience)
    }

    @Test func nothingFollowsTheClose() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let events = try pull.events()
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        pull.close()
        let other = try PullSocket(context: context)
        try await eventually { (try? other.bind(endpoint)) != nil }
        try await visit(endpoint, from: context)
        #expect(try await rest(of: events).map(\.kind) == [.listening])
    }

    // MARK: What it costs

    @Test func monitorsCountAsSockets() async throws {
        let context = try Context(options: .init(maximumSockets: 4))
        let first = try PullSocket(context: context)
        let second = try PullSocket(context: context)
        _ = try first.events()
        _ = try first.events()
        await SocketTest.expect(.tooManySockets, "maximumSockets") { _ = try second.events() }
        await SocketTest.expect(.tooManySockets, "maximumSockets") { _ = try PullSocket(context: context) }
        first.close()
        _ = try second.events()
        _ = try PullSocket(context: context)
        second.close()
        for _ in 0..<20 {
            let socket = try PullSocket(context: context)
            _ = try socket.events()
        }
        context.shutdown()
        try await context.terminate(within: SocketTest.patience)
    }

    #if os(Linux)
    @Test func unmonitoredSocketsPayNothing() async {
        await #expect(processExitsWith: .success) {
            let context = try Context()
            let pull = try PullSocket(context: context)
            let before = MonitorLoad.count(in: "/proc/self/fd")
            let other = try PullSocket(context: context)
            let one = MonitorLoad.count(in: "/proc/self/fd") - before
            _ = try pull.events()
            _ = try pull.events()
            #expect(MonitorLoad.count(in: "/proc/self/fd") - before == one + 2)
            other.close()
        }
    }

    @Test func descriptorsRunOutWithAnError() async {
        await #expect(processExitsWith: .success) {
            guard leaveDescriptors(free: 90) else { exit(2) }
            let context = try Context()
            let sockets = try (0..<30).map { _ in try PullSocket(context: context) }
            var monitored = 0
            do {
                for socket in sockets {
                    _ = try socket.events()
                    monitored += 1
                }
            } catch {
                let error = error as? ZMQError
                guard error?.code == .fileDescriptorBudget, monitored > 10 else { exit(3) }
                for socket in sockets { socket.close() }
                try await context.terminate(within: .seconds(10))
                _exit(0)
            }
            exit(4)
        }
    }

    /// In a process of its own, because it counts that process's descriptors and threads.
    @Test func endsAtAnyMomentLeaveNothingBehind() async {
        await #expect(processExitsWith: .success) {
            let shared = try Context()
            try await MonitorLoad.run(rounds: 20, seed: 1, in: shared)
            let before = (MonitorLoad.count(in: "/proc/self/fd"), MonitorLoad.count(in: "/proc/self/task"))
            let seen = try await MonitorLoad.run(rounds: 400, seed: .random(in: 0...UInt64.max), in: shared)
            #expect(seen > 1000, "only \(seen) events were seen")
            let end = ContinuousClock.now + SocketTest.patience
            // Sockets are reaped a while after closing; the pool may have started a thread or two.
            while MonitorLoad.count(in: "/proc/self/fd") > before.0
                || MonitorLoad.count(in: "/proc/self/task") > before.1 + 2
            {
                guard ContinuousClock.now < end else {
                    Issue.record("before \(before), now \(MonitorLoad.count(in: "/proc/self/fd"))")
                    break
                }
                await Task.yield()
            }
        }
    }
    #endif
}

/// Monitored sockets that come and go, ended at random moments in every way.
private enum MonitorLoad {
    #if os(Linux)
    static func count(in folder: String) -> Int {
        guard let directory = unsafe opendir(folder) else { return 0 }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        return count
    }
    #endif

    @discardableResult
    static func run(rounds: Int, seed: UInt64, in shared: Context) async throws -> Int {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var seen = 0
        for round in 0..<rounds {
            let pauses = Int.random(in: 0...200, using: &generator)
            let ending = Int.random(in: 0...3, using: &generator)
            seen += try await one(round, pauses, ending, in: shared)
        }
        return seen
    }

    private static func one(_ round: Int, _ pauses: Int, _ ending: Int, in shared: Context) async throws -> Int {
        let context = ending == 2 ? try Context() : shared
        let options = TransportOptions(linger: .zero, reconnectInterval: .milliseconds(1))
        var pull: PullSocket? = try PullSocket(context: context, options: .init(transport: options))
        var push: PushSocket? = try PushSocket(context: context, options: .init(transport: options))
        let readers = [try pull!.events(), try pull!.events(bufferingNewest: 2), try push!.events()]
        let endpoint = try pull!.bind(round % 2 == 0 ? .tcp("127.0.0.1", port: .any) : .ipc("*"))
        let nobody = try PullSocket(context: context)
        let refused = try nobody.bind(.tcp("127.0.0.1", port: .any))
        nobody.close()

        let tasks = readers.map { reader in
            Task {
                var count = 0
                for await event in reader { count += max(1, event.missed) }
                return count
            }
        }
        let waiting = Task { [push] () -> ZMQError.Code? in
            do {
                try await push?.connected(atLeast: 3)
                return nil
            } catch {
                return (error as? ZMQError)?.code
            }
        }
        try push!.connect(endpoint)
        try push!.connect(refused)
        for _ in 0..<pauses { await Task.yield() }
        switch ending {
        case 0:
            let (first, second) = (pull, push)
            async let one: Void? = onThread { first?.close() }
            async let other: Void? = onThread { second?.close() }
            _ = try await (one, other)
        case 1:
            for task in tasks { task.cancel() }
            waiting.cancel()
        case 2: context.shutdown()
        default:
            waiting.cancel()
            _ = await waiting.value
            (pull, push) = (nil, nil)
        }
        let codes: Set<ZMQError.Code> = [.closed, .cancelled, .contextTerminated]
        let code = await waiting.value
        #expect(code.map(codes.contains) == true, "\(String(describing: code))")
        var seen = 0
        for task in tasks { seen += await task.value }
        (pull, push) = (nil, nil)
        if ending == 2 { try await context.terminate(within: SocketTest.patience) }
        return seen
    }
}
