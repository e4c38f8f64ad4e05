// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import Synchronization
import TestSupport
import Testing

@testable import ZeroMQ

/// The rules that concern the whole socket, and what users see of it; see ``ReactorRulesTests``.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct ReactorRulesMoreTests {
    /// Rule 7: reading a socket's events consumes its signal, so users cannot: nothing public gives them the
    /// descriptor or the events, and one function reads them.
    @Test func rule07_neitherDescriptorNorEventsArePublic() throws {
        let sources = PackageRoot.url.appending(path: "Sources/ZeroMQ")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var readers = 0
        var count = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            count += 1
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            let code = lines.filter { !$0.drop(while: \.isWhitespace).starts(with: "//") }
            readers += code.count { $0.contains("ZMQ_EVENTS") || $0.contains("ZMQ_FD") }
            for line in code where line.contains("public ") || line.contains("@usableFromInline") {
                // The events of the monitor are others: what happens to connections.
                let others = ["fileDescriptorBudget", "SocketEvents", "func events(bufferingNewest"]
                let isOther = others.contains(where: line.contains)
                #expect(isOther || !line.lowercased().contains(#/descriptor|events|pollin|pollout/#), "\(line)")
            }
        }
        #expect(count > 20)
        // One asks for the descriptor, one for the events; the third line names the former in an error.
        #expect(readers == 3)
    }

    /// Calls that can go on without ever having to wait.
    enum Loop: CaseIterable {
        case send, receive, receiveUpTo, sendToPeer
    }

    /// Rule 8: calls that never wait let others run, here on an executor with one thread.
    @Test(arguments: Loop.allCases) func rule08_busyLoopsYield(_ loop: Loop) async throws {
        let context = try Context()
        let near = try DealerSocket(
            context: context,
            options: .init(sendHighWaterMark: 0, receiveHighWaterMark: 0, routingID: "near")
        )
        let far = try RouterSocket(context: context, options: .init(sendHighWaterMark: 0, receiveHighWaterMark: 0))
        try near.connect(try far.bind(.inproc("busy")))
        try await near.send("hello")
        _ = try await far.receive()
        for _ in 0..<40_000 { #expect(try far.trySend("x", to: "near")) }

        let calls = try await within(.seconds(20)) {
            try await Task(executorPreference: context.executor) {
                let flag = Flag()
                let other = Task(executorPreference: context.executor) { flag.raise() }
                var calls = 0
                while calls < 20_000, !flag.isRaised {
                    switch loop {
                    case .send: try await near.send("x")
                    case .receive: _ = try await near.receive()
                    case .receiveUpTo: _ = try await near.receive(upTo: 2)
                    case .sendToPeer: try await far.send("x", to: "near")
                    }
                    calls += 1
                }
                let wasRaised = flag.isRaised
                await other.value
                return wasRaised ? calls : nil
            }.value
        }
        #expect(calls != nil, "20 000 calls, and nobody else ran")
    }

    /// Rule 9: a peer that goes away in the middle of a message leaves no torn one behind.
    ///
    /// There are two peers at most, because libzmq's balancer loses its place when one of three goes away: the next
    /// visitor comes once libzmq has closed the descriptor of the one before (or somebody else has it by now).
    @Test func rule09_messagesAreNeverTorn() async throws {
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 2))
        let endpoint = try push.bind(.inproc("torn"))
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 2))
        try pull.connect(endpoint)
        let frameCount = 3000
        let isDone = Flag()
        let (comings, arrivals) = (Count(), Count())
        let coming = Task {
            while !isDone.isRaised {
                let options = PullSocket.Options(receiveHighWaterMark: 2)
                let visitor = try PullSocket(context: context, options: options)
                let descriptor = visitor.engine.state.withLock { $0.handle.descriptor }
                try visitor.connect(endpoint)
                await Task.yield()
                visitor.close()
                for _ in 0..<50 where fcntl(descriptor, F_GETFD) >= 0 { try await Task.sleep(for: .milliseconds(1)) }
                comings.rise()
            }
        }
        let receiving = Task {
            for try await message in pull.messages {
                let isWhole = message.frames.enumerated().allSatisfy { $1.string == "\($0)" }
                #expect(isWhole && message.frames.count == frameCount, "torn: \(message.frames.count) frames")
                arrivals.rise()
            }
        }
        let frames = (0..<frameCount).map { Frame("\($0)") }
        let least = isSanitized ? 5 : 100
        let end = ContinuousClock.now + .seconds(40)
        while ContinuousClock.now < end, min(comings.value, arrivals.value) < least {
            try await within(.seconds(10)) { try await push.send(try Message(frames: frames)) }
        }
        isDone.raise()
        try await value(of: coming)
        pull.close()
        try await value(of: receiving)
        #expect(comings.value >= least && arrivals.value >= least, "too slow to test anything")
    }

    /// Rule 9: a message whose peer went away in the middle is begun anew. Only a frame that looks like its last makes
    /// libzmq take the second beginning for one; else it would drop that too, and report success.
    @Test func rule09_interruptedMessagesBeginAnew() async throws {
        let message = try Message(frames: (0..<300_000).map { Frame("\($0)") })
        var interruptions = 0
        var whole = 1.0
        for round in 0..<200 where interruptions < 15 {
            let context = try Context()
            let push = try PushSocket(context: context)
            let visitor = try PullSocket(context: context)
            try visitor.connect(try push.bind(.inproc("visited")))
            let hasBegun = Flag()
            if round > 0 {
                let delay = whole * Double.random(in: 0.3..<0.7)
                // On a thread of its own, because those of the pool may all be busy for longer than this takes.
                Thread.detachNewThread {
                    while !hasBegun.isRaised { Thread.sleep(forTimeInterval: 0.0002) }
                    Thread.sleep(forTimeInterval: delay)
                    visitor.close()
                }
            }
            let start = ContinuousClock.now
            hasBegun.raise()
            let isSent = try push.trySend(message)
            let time = start.duration(to: .now) / .seconds(1)
            // Sent: the visitor left too late. Refused soon: it left too early, which seldom looks like the third case.
            // Refused after a while: it left in the middle, and there was nobody to begin anew with.
            if isSent { whole = min(whole, time) }
            guard !isSent, time > whole / 4 else { continue }
            interruptions += 1
            let pull = try PullSocket(context: context)
            try pull.connect(.inproc("visited"))
            try await push.send("next", timeout: .seconds(10))
            #expect(try await pull.receive(timeout: .seconds(10)) == "next")
        }
        #expect(interruptions == 15)
    }

    #if os(Linux)
    /// Rule 10: signals interrupt libzmq's calls, and nobody notices.
    @Test func rule10_signalsAreNotErrors() async {
        await #expect(processExitsWith: .success) {
            // Made before a handler asks for it: one that interrupts its making would wait for that for ever, and for
            // the rest of the run another thread would keep a core busy with signals.
            interruptions.store(0, ordering: .relaxed)
            signal(SIGUSR1) { _ in interruptions.add(1, ordering: .relaxed) }
            let context = try Context()
            let pull = try PullSocket(context: context)
            let push = try PushSocket(context: context)
            try push.connect(try pull.bind(.inproc("signals")))
            let thread = Atomic<UInt>(0)
            let isDone = Flag()
            let target = Thread {
                // The threads of the pool block all signals, and so do those that they start.
                var all = sigset_t()
                unsafe sigfillset(&all)
                unsafe pthread_sigmask(SIG_UNBLOCK, &all, nil)
                thread.store(pthread_self(), ordering: .releasing)
                let bytes: [UInt8] = [1]
                var miss = Moment.start
                while interruptions.load(ordering: .relaxed) < 20_000 {
                    do {
                        _ = try pull.tryReceive()
                        _ = try push.trySend("x")
                        _ = try pull.tryReceive()
                        _ = try push.engine.sendAtOnce(bytes.span, &miss)
                        _ = try push.engine.withHandle("events") { (state) in
                            let readiness = state.handle.events()
                            guard readiness.failure == 0 else { fatalError("\(readiness)") }
                        }
                    } catch { fatalError("\(error)") }
                }
                isDone.raise()
                while thread.load(ordering: .acquiring) != 0 {}
            }
            target.start()
            while thread.load(ordering: .acquiring) == 0 {}
            while !isDone.isRaised { pthread_kill(pthread_t(thread.load(ordering: .acquiring)), SIGUSR1) }
            thread.store(0, ordering: .releasing)
        }
    }
    #endif

    /// Rule 11: a call that is cancelled after it was woken either returns the message or leaves it to the next.
    @Test func rule11_cancellationAfterTheWakeLosesNothing() async throws {
        for _ in 0..<20 {
            let duo = try Duo(highWaterMark: 10)
            let elsewhere = try Context()
            let first = Task(executorPreference: elsewhere.executor) { try await duo.left.receive() }
            try await duo.parked(1)
            let second = try await duo.parkReceivers(1)[0]
            let stall = await Stall(elsewhere)
            try await duo.right.send("news")
            try await eventually { duo.left.engine.state.withLock { $0.lot.receiverInFlight } }
            first.cancel()
            stall.end()
            do {
                #expect(try await value(of: first) == "news")
                try await duo.right.send("more")
                #expect(try await value(of: second) == "more")
            } catch let error as ZMQError where error.code == .cancelled {
                #expect(try await value(of: second) == "news")
            }
        }
    }

    /// Rule 11: likewise a send; the room that it was woken for is not forgotten.
    @Test func rule11_sendersCancelledAfterTheWakeHoldNobodyUp() async throws {
        for _ in 0..<20 {
            let duo = try Duo()
            try duo.fill()
            let elsewhere = try Context()
            let first = Task(executorPreference: elsewhere.executor) { try await duo.left.send("first") }
            try await duo.parked(1)
            let second = try await duo.parkSenders(1)[0]
            let stall = await Stall(elsewhere)
            try duo.drain()
            try await eventually { duo.left.engine.state.withLock { $0.lot.senderInFlight } }
            first.cancel()
            stall.end()
            let code = await failure { try await value(of: first) }
            #expect(code == nil || code == .cancelled)
            try await value(of: second)
            if code == nil { #expect(try duo.right.tryReceive() == "first") }
            #expect(try duo.right.tryReceive() == "late 0")
        }
    }

    /// Rule 11: a call that is cancelled while parked takes nothing with it.
    @Test func rule11_cancelledCallsTakeNothing() async throws {
        let duo = try Duo()
        for number in 0..<200 {
            let receiver = try await duo.parkReceivers(1)[0]
            receiver.cancel()
            await #expect(throws: ZMQError.self) { try await value(of: receiver) }
            try await duo.right.send("\(number)")
            #expect(try await duo.left.receive(timeout: .seconds(5)) == Message("\(number)"))
        }
    }

    /// Rule 11: what was taken ahead belongs to the socket, not to a call that is cancelled.
    @Test func rule11_cancelledCallsLeaveTheInbox() async throws {
        let duo = try Duo(highWaterMark: 10)
        let engine = duo.left.engine
        for number in 0..<7 { #expect(try duo.right.trySend(Message("\(number)"))) }
        // Refills of one, two and four messages, of which three are left.
        for number in 0..<4 { #expect(try await duo.left.receive() == Message("\(number)")) }
        #expect(engine.shelf.count > 0)
        let reason = await Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await engine.park(in: .receive, atFront: false, until: nil)
        }.value
        #expect(reason == .cancelled)
        for number in 4..<7 { #expect(try duo.left.tryReceive() == Message("\(number)")) }
    }

    /// Rule 12: closing, and shutting the context down, end the calls of every direction.
    @Test(arguments: [true, false]) func rule12_endingWakesEverybody(isClosed: Bool) async throws {
        let duo = try Duo()
        try duo.fill()
        let receivers = try await duo.parkReceivers(3)
        let senders = try await duo.parkSenders(3)
        let stall = await Stall(duo.context)
        defer { stall.end() }
        if isClosed { duo.left.close() } else { duo.context.shutdown() }
        let code: ZMQError.Code = isClosed ? .closed : .contextTerminated
        for receiver in receivers { #expect(await failure { _ = try await value(of: receiver) } == code) }
        for sender in senders { #expect(await failure { try await value(of: sender) } == code) }
        #expect(await failure { _ = try await duo.left.receive() } == code)
        #expect(await failure { try await duo.left.send("x") } == code)
    }
}

#if os(Linux)
/// How often a signal's handler ran; it can capture nothing.
private let interruptions = Atomic<Int>(0)
#endif

/// The code of the error that `body` throws; nil when it throws none, or another kind.
func failure(_ body: () async throws -> Void) async -> ZMQError.Code? {
    do { try await body() } catch { return (error as? ZMQError)?.code }
    return nil
}
