// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@testable import ZeroMQ

/// Rule 2, between a call's miss and its parking; see ``ReactorRulesTests``. A call that finds its socket not ready
/// remembers the moment, and looks again before it suspends only when something else was done since: that may have
/// consumed the signal.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct ReactorMissTests {
    /// Everything that may consume a signal.
    enum Touch: CaseIterable {
        case send, sendBytes, trySend, receive, receiveUpTo, tryReceive, receiveInVain, tryReceiveInVain, events, bind
        case option, look, exclusive

        /// How many messages it takes.
        var takes: Int {
            switch self {
            case .receive, .receiveUpTo, .tryReceive: 1
            default: 0
            }
        }

        func callAsFunction(_ duo: Duo) async throws {
            let engine = duo.left.engine
            var miss = Moment.start
            switch self {
            case .send: try await duo.left.send("touch")
            case .sendBytes: try await duo.left.send([1, 2, 3].span)
            case .trySend: #expect(try duo.left.trySend("touch"))
            case .receive: #expect(try await duo.left.receive() == "taken")
            case .receiveUpTo: #expect(try await duo.left.receive(upTo: 1) == ["taken"])
            case .tryReceive: #expect(try duo.left.tryReceive() == "taken")
            case .receiveInVain: #expect(try engine.receiveAtOnce(&miss) == nil)
            case .tryReceiveInVain: #expect(try duo.left.tryReceive() == nil)
            case .events: _ = try engine.withHandle("events") { (state) in state.handle.events() }
            case .bind: try duo.left.bind(.inproc("another"))
            case .option: try duo.left.setLinger()
            case .look: engine.descriptorFired()
            case .exclusive: try duo.left.withExclusiveAccess { _ in }
            }
        }
    }

    static let inVain: [Touch] = [.receiveInVain, .tryReceiveInVain]

    /// What comes after a receive's miss is seen, although somebody else consumed the signal.
    @Test(arguments: Touch.allCases.filter { !inVain.contains($0) })
    func rule02_receiversLookBeforeParking(_ touch: Touch) async throws {
        let duo = try Duo(highWaterMark: 10)
        let stall = await Stall(duo.context)
        defer { stall.end() }
        let engine = duo.left.engine
        var miss = Moment.start
        #expect(try engine.receiveAtOnce(&miss) == nil)
        for _ in 0..<touch.takes { #expect(try duo.right.trySend("taken")) }
        #expect(try duo.right.trySend("news"))
        try await touch(duo)
        let receiver = Task { [miss] in try await engine.receiveEventually(after: miss, timeout: nil) }
        #expect(try await value(of: receiver) == "news")
    }

    /// Likewise for a send: room that appears after its miss.
    @Test(arguments: [Touch.receiveInVain, .tryReceiveInVain, .events, .bind, .option, .look, .exclusive])
    func rule02_sendersLookBeforeParking(_ touch: Touch) async throws {
        let duo = try Duo()
        let stall = await Stall(duo.context)
        defer { stall.end() }
        let engine = duo.left.engine
        try duo.fill()
        var miss = Moment.start
        var message: Message = "late"
        #expect(try !engine.sendAtOnce(&message, &miss))
        try duo.drain()
        try await touch(duo)
        let sender = Task { [miss] in try await engine.sendEventually("late", after: miss, timeout: nil) }
        try await value(of: sender)
        #expect(try duo.right.tryReceive() == "late")
    }

    /// When nothing else was done since the miss, nobody looks: whatever changes is signalled. The call only sees to it
    /// that the signal is reported.
    @Test func rule02_parkedCallsAreArmed() async throws {
        let duo = try Duo()
        let stall = await Stall(duo.context)
        let engine = duo.left.engine
        // As after a signal while nobody waits: not armed, until a sweep that cannot come yet.
        engine.descriptorFired()
        #expect(engine.state.withLock { !$0.isArmed })
        let receiver = try await duo.parkReceivers(1)[0]
        #expect(engine.state.withLock { $0.isArmed })
        #expect(try duo.right.trySend("news"))
        stall.end()
        #expect(try await value(of: receiver) == "news")
    }
}
