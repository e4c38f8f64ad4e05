// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// Waiting for any of several sockets that a thread has to itself.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ExclusivePollTests {
    private struct Two: Sendable {
        let context: Context
        let pull: PullSocket
        let push: PushSocket
        let pair: PairSocket
        let peer: PairSocket

        init() throws {
            context = try Context()
            pull = try PullSocket(context: context)
            push = try PushSocket(context: context)
            pair = try PairSocket(context: context)
            peer = try PairSocket(context: context)
            try push.connect(try pull.bind(.inproc("line")))
            try peer.connect(try pair.bind(.inproc("pair")))
        }

        func exclusively<Result>(
            _ body: (inout ExclusiveAccess<PullSocket>, inout ExclusiveAccess<PairSocket>) throws -> Result
        ) throws -> Result {
            try pull.withExclusiveAccess { first in
                try pair.withExclusiveAccess { second in try body(&first, &second) }
            }
        }
    }

    @Test func namesWhoIsReady() async throws {
        let two = try Two()
        try await two.peer.send("early")
        try await onThread {
            try two.exclusively { pull, pair in
                for _ in 0..<2 {
                    let (first, second) = try ExclusivePoll.wait(pull, pair, timeout: SocketTest.patience)
                    #expect(first == [])
                    #expect(second == .receive)
                }
                let message = try pair.receive()
                #expect(message == "early")
                let (none, nothing) = try ExclusivePoll.wait(pull, pair, timeout: .milliseconds(5))
                #expect(none.isEmpty && nothing.isEmpty)
            }
        }
    }

    /// Messages that come while the thread sleeps, a thousand of them from two sides.
    @Test func everyMessageWakes() async throws {
        let two = try Two()
        async let counts: (Int, Int) = onThread {
            try two.exclusively { pull, pair in
                var counts = (0, 0)
                while counts.0 + counts.1 < 1000 {
                    let (first, second) = try ExclusivePoll.wait(pull, pair, timeout: SocketTest.patience)
                    guard !first.isEmpty || !second.isEmpty else { break }
                    if first.contains(.receive) {
                        _ = try pull.receive()
                        counts.0 += 1
                    }
                    if second.contains(.receive) {
                        _ = try pair.receive()
                        counts.1 += 1
                    }
                }
                return counts
            }
        }
        for number in 0..<500 {
            try await two.push.send("\(number)")
            try await two.peer.send("\(number)")
            if number % 7 == 0 { await Task.yield() }
        }
        let (first, second) = try await counts
        #expect(first == 500)
        #expect(second == 500)
    }

    /// What the socket took ahead before the thread had it is there at once.
    @Test func messagesTakenAheadCount() async throws {
        let two = try Two()
        for number in 0..<3 { try await two.push.send("\(number)") }
        // The second receive takes the third message ahead, so that libzmq has none.
        for number in 0..<2 { #expect(try await two.pull.receive().string == "\(number)") }
        try await onThread {
            try two.exclusively { pull, pair in
                let (before, _) = try ExclusivePoll.wait(pull, pair, timeout: .zero)
                #expect(before == .receive)
                let message = try pull.receive(timeout: .zero)
                #expect(message == "2")
                let (after, _) = try ExclusivePoll.wait(pull, pair, timeout: .zero)
                #expect(after == [])
            }
        }
    }

    @Test(arguments: [false, true]) func endingASocketEndsTheWait(byContext: Bool) async throws {
        let two = try Two()
        let isInside = Flag()
        let wait = Task {
            try await onThread {
                try two.exclusively { pull, pair in
                    isInside.raise()
                    _ = try ExclusivePoll.wait(pull, pair)
                }
            }
        }
        try await eventually { isInside.isRaised }
        if byContext { two.context.shutdown() } else { two.pair.close() }
        await SocketTest.expect(byContext ? .contextTerminated : .closed, "made at") { try await value(of: wait) }
        if !byContext { #expect(try two.pull.tryReceive() == nil) }
    }

    @Test func waitsForRoomAndRefusesTheImpossible() async throws {
        let two = try Two()
        try await onThread {
            try two.exclusively { pull, pair in
                do {
                    _ = try ExclusivePoll.wait(pull, pair, for: (.send, .send), timeout: .zero)
                    Issue.record("a PULL can be sent to")
                } catch {
                    #expect((error as? ZMQError)?.code == .invalidArgument)
                }
                try two.peer.withExclusiveAccess { peer in
                    let (mine, other) = try ExclusivePoll.wait(
                        pair,
                        peer,
                        for: (.send, .send),
                        timeout: SocketTest.patience
                    )
                    #expect(mine == .send)
                    #expect(other == .send)
                }
            }
        }
    }

    /// A forwarder waits for messages here and for room there.
    @Test func eachSocketHasAnInterestOfItsOwn() async throws {
        let two = try Two()
        try await two.peer.send("there")
        try await onThread {
            try two.exclusively { pull, pair in
                let (first, second) = try ExclusivePoll.wait(
                    pull,
                    pair,
                    for: (.receive, .send),
                    timeout: SocketTest.patience
                )
                #expect(first == [])
                #expect(second == .send)
                let (_, both) = try ExclusivePoll.wait(pull, pair, for: (.receive, [.send, .receive]))
                #expect(both == [.send, .receive])
                try two.push.withExclusiveAccess { push in
                    let (none, room, here) = try ExclusivePoll.wait(
                        pull,
                        push,
                        pair,
                        for: (.receive, .send, .receive)
                    )
                    #expect(none == [])
                    #expect(room == .send)
                    #expect(here == .receive)
                }
            }
        }
    }

    /// Two threads that take the same sockets in opposite orders: one of them is told that the other has them.
    @Test func oppositeOrdersDoNotBlock() async throws {
        let two = try Two()
        try await two.push.send("x")
        let isEnough = Flag()
        @Sendable func take(_ both: () throws -> Poll.Interest) throws -> (taken: Int, refused: Int) {
            var counts = (taken: 0, refused: 0)
            while !isEnough.isRaised {
                do {
                    let interest = try both()
                    #expect(interest == .receive)
                    counts.taken += 1
                } catch {
                    guard (error as? ZMQError)?.code == .busy else { throw error }
                    counts.refused += 1
                }
                if counts.taken >= 50, counts.refused >= 50 || counts.taken == 100_000 { isEnough.raise() }
            }
            return counts
        }
        async let one = onThread {
            try take {
                try two.pull.withExclusiveAccess { pull in
                    try two.pair.withExclusiveAccess { pair in
                        let (first, _) = try ExclusivePoll.wait(pull, pair, timeout: SocketTest.patience)
                        return first
                    }
                }
            }
        }
        async let other = onThread {
            try take {
                try two.pair.withExclusiveAccess { pair in
                    try two.pull.withExclusiveAccess { pull in
                        let (_, second) = try ExclusivePoll.wait(pair, pull, timeout: SocketTest.patience)
                        return second
                    }
                }
            }
        }
        let (first, second) = (try await one, try await other)
        #expect(first.refused + second.refused > 0, "the threads never met: \(first), \(second)")
        #expect(try two.pull.tryReceive() == "x")
    }
}
