// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// The rules of libzmq's edge-triggered descriptor that concern one wait: Documentation/reactor-rules.md says which
/// change makes each of these tests fail. Most stop the reactor's thread, which would otherwise repair the mistake
/// some milliseconds later.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct ReactorRulesTests {
    /// Rule 1: an operation is tried before anything else, so a hit never waits.
    @Test func rule01_hitsDoNotPark() async throws {
        let duo = try Duo()
        let stall = await Stall(duo.context)
        defer { stall.end() }
        try await within(.seconds(5)) {
            for number in 0..<100 {
                try await duo.left.send("\(number)")
                #expect(try await duo.right.receive() == Message("\(number)"))
            }
        }
        #expect(duo.left.statistics.parks == 0)
        #expect(duo.right.statistics.parks == 0)
    }

    /// Rule 1: a hit does not read the events, which would consume a signal and cost more than the message.
    @Test(arguments: [true, false]) func rule01_hitsReadNoEvents(isSending: Bool) async throws {
        var untouched = 0
        // libzmq itself looks a millisecond after a send's last look, which a busy machine mostly reaches.
        for _ in 0..<(isSending ? 2000 : 20) where !isSending || untouched == 0 {
            let duo = try Duo(highWaterMark: 10)
            let stall = await Stall(duo.context)
            defer { stall.end() }
            // The first call takes one of them, the second two, and neither finds the queue empty.
            for _ in 0..<4 { #expect(try duo.right.trySend("hit")) }
            try await within(.seconds(5)) { _ = try await duo.left.receive() }
            let visitor = try DealerSocket(context: duo.context)
            let endpoint = try duo.left.bind(.inproc("visit"))
            try await duo.left.send("hit")
            // A peer that comes posts a command, which is the signal to be left alone.
            try visitor.connect(endpoint)
            #expect(duo.hasSignal)
            try await within(.seconds(5)) {
                if isSending { try await duo.left.send("hit") } else { _ = try await duo.left.receive() }
            }
            if duo.hasSignal { untouched += 1 }
        }
        #expect(untouched > (isSending ? 0 : 19))
    }

    /// Rule 3: a send that is refused reads the events, which looks for news, before it believes it.
    @Test func rule03_refusedSendsLookAgain() async throws {
        let duo = try Duo()
        let stall = await Stall(duo.context)
        defer { stall.end() }
        try await within(.seconds(20)) {
            for _ in 0..<1000 {
                try duo.fill()
                try duo.drain()
                try await duo.left.send("room")
                try duo.drain()
            }
        }
        #expect(duo.left.statistics.parks == 0)
    }

    /// Things that consume the signal a parked receiver waits for.
    enum Touch: CaseIterable {
        case send, sendBytes, trySend, refusedSend, bind, unbind, connect, disconnect, option
    }

    /// Rule 4: whatever touches the socket looks after a parked receiver.
    @Test(arguments: Touch.allCases) func rule04_touchesWakeReceivers(_ touch: Touch) async throws {
        let duo = try Duo()
        let spare = try duo.left.bind(.inproc("spare"))
        let other = try PairSocket(context: duo.context)
        let target = try other.bind(.inproc("target"))
        if touch == .disconnect { try duo.left.connect(target) }
        if touch == .refusedSend { try duo.fill() }
        let receiver = try await duo.parkReceivers(1)[0]
        let stall = await Stall(duo.context)
        defer { stall.end() }
        #expect(try duo.right.trySend("news"))
        switch touch {
        case .send: try await duo.left.send("touch")
        case .sendBytes: try await duo.left.send([1, 2, 3].span)
        case .trySend: #expect(try duo.left.trySend("touch"))
        case .refusedSend: #expect(try !duo.left.trySend("touch"))
        case .bind: try duo.left.bind(.inproc("another"))
        case .unbind: try duo.left.unbind(spare)
        case .connect: try duo.left.connect(target)
        case .disconnect: try duo.left.disconnect(target)
        case .option: try duo.left.setLinger()
        }
        #expect(try await value(of: receiver) == "news")
    }

    /// Ways of receiving.
    enum Take: CaseIterable {
        case receive, receiveUpTo, tryReceive
    }

    /// Rule 4: a receive looks after a parked sender.
    @Test(arguments: Take.allCases) func rule04_receivesWakeSenders(_ take: Take) async throws {
        let duo = try Duo()
        #expect(try duo.right.trySend("hello"))
        try duo.fill()
        let sender = try await duo.parkSenders(1)[0]
        let stall = await Stall(duo.context)
        defer { stall.end() }
        try duo.drain()
        switch take {
        case .receive: #expect(try await duo.left.receive() == "hello")
        case .receiveUpTo: #expect(try await duo.left.receive(upTo: 5) == ["hello"])
        case .tryReceive: #expect(try duo.left.tryReceive() == "hello")
        }
        try await value(of: sender)
        #expect(try duo.right.tryReceive() == "late 0")
    }

    /// Rule 4: a subscription looks after a parked receiver.
    @Test func rule04_subscribingWakesReceivers() async throws {
        let context = try Context()
        let publisher = try PublisherSocket(context: context)
        let subscriber = try SubscriberSocket(subscriptions: ["a"], context: context)
        try subscriber.connect(try publisher.bind(.inproc("news")))
        try await publisher.subscriptions(to: "a", atLeast: 1, timeout: .seconds(10))
        let receiver = Task { () async throws -> Message in try await subscriber.receive() }
        try await eventually { subscriber.statistics.parks >= 1 }
        let stall = await Stall(context)
        defer { stall.end() }
        try await publisher.send("a1")
        try subscriber.subscribe(to: "b")
        #expect(try await value(of: receiver) == "a1")
    }

    /// Rule 5: one signal stands for any number of messages: each receiver that was woken wakes the next.
    ///
    /// With seven, the last three find theirs in the socket's inbox, of which libzmq's events know nothing.
    @Test(arguments: [7, 8]) func rule05_oneSignalServesAllReceivers(count: Int) async throws {
        let duo = try Duo(highWaterMark: 100)
        let receivers = try await duo.parkReceivers(count)
        let stall = await Stall(duo.context)
        defer { stall.end() }
        for number in 0..<count { #expect(try duo.right.trySend(Message("\(number)"))) }
        // The same look at the socket that the reactor takes.
        duo.left.engine.descriptorFired()
        var texts: [String] = []
        for receiver in receivers { texts.append(try await value(of: receiver).string) }
        #expect(texts == (0..<count).map(String.init))
    }

    /// The same with messages of several frames, which stay in the inbox.
    @Test(arguments: 3...8) func rule05_oneSignalServesAllReceiversOfFrames(count: Int) async throws {
        let duo = try Duo(highWaterMark: 100)
        // So many that the next look takes all.
        for _ in 0..<63 { #expect(try duo.right.trySend("x")) }
        for _ in 0..<63 { _ = try await duo.left.receive() }
        let receivers = try await duo.parkReceivers(count)
        let stall = await Stall(duo.context)
        defer { stall.end() }
        for number in 0..<count { #expect(try duo.right.trySend(Message("\(number)", "more"))) }
        duo.left.engine.descriptorFired()
        var texts: [String] = []
        for receiver in receivers { texts.append(try await value(of: receiver).string) }
        #expect(texts == (0..<count).map(String.init))
    }

    /// Rule 5: a call that was woken in vain, because another was quicker, keeps its place.
    @Test func rule05_wokenInVainKeepsItsPlace() async throws {
        let duo = try Duo(highWaterMark: 10)
        let elsewhere = try Context()
        let first = Task(executorPreference: elsewhere.executor) { try await duo.left.receive() }
        try await duo.parked(1)
        let second = try await duo.parkReceivers(1)[0]
        let stall = await Stall(elsewhere)
        #expect(try duo.right.trySend("taken by another"))
        try await eventually { duo.left.engine.state.withLock { $0.lot.receiverInFlight } }
        #expect(try duo.left.tryReceive() == "taken by another")
        stall.end()
        try await duo.parked(3)
        for text in ["1", "2"] { #expect(try duo.right.trySend(Message(text))) }
        #expect(try await value(of: first) == "1")
        #expect(try await value(of: second) == "2")
    }

    /// Rule 5: likewise for senders.
    @Test func rule05_oneSignalServesAllSenders() async throws {
        let duo = try Duo(highWaterMark: 8)
        try duo.fill()
        let senders = try await duo.parkSenders(8)
        let stall = await Stall(duo.context)
        defer { stall.end() }
        try duo.drain()
        duo.left.engine.descriptorFired()
        for sender in senders { try await value(of: sender) }
        for number in 0..<8 { #expect(try duo.right.tryReceive()?.string == "late \(number)") }
    }

    /// Rule 6: a signal with nothing behind it wakes nobody, and the next one is noticed all the same.
    @Test func rule06_emptySignalsAreIgnored() async throws {
        let duo = try Duo()
        let endpoint = try duo.left.bind(.inproc("visit"))
        let receiver = try await duo.parkReceivers(1)[0]
        for _ in 0..<10 {
            duo.left.engine.descriptorFired()
            #expect(duo.left.engine.state.withLock { $0.lot.parkedCount == 1 && !$0.lot.receiverInFlight })
        }
        // A peer that comes is such a signal.
        let visitor = try DealerSocket(context: duo.context)
        try visitor.connect(endpoint)
        try await eventually { !duo.hasSignal }
        try await duo.right.send("news")
        #expect(try await value(of: receiver) == "news")
        #expect(duo.left.statistics.parks == 1)
    }
}
