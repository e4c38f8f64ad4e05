// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing
import ZeroMQ

/// What counts against the mark, for whom it counts, and when a sender may go on.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HighWaterMarkCreditTests {
    private func pair(_ marks: Marks) throws -> (PushSocket, PullSocket) {
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: marks.send))
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: marks.receive))
        try push.connect(try pull.bind(.inproc("credit")))
        return (push, pull)
    }

    /// How many messages the socket takes now.
    private func room(_ push: PushSocket, _ message: Message = "x") throws -> Int {
        var count = 0
        while try push.trySend(message) { count += 1 }
        return count
    }

    /// libzmq tells the sender after each half of the queue that was received, and of no message before.
    @Test(arguments: [Marks(), Marks(send: 1, receive: 1), Marks(send: 10, receive: 10), Marks(send: 100, receive: 7)])
    func creditComesBackByHalves(marks: Marks) async throws {
        let (push, pull) = try pair(marks)
        #expect(try room(push) == marks.sum)
        let half = (marks.sum + 1) / 2
        // Exclusive access takes nothing ahead.
        let rooms = try await onThread {
            try pull.withExclusiveAccess { socket in
                try (0..<half).map { _ in
                    _ = try socket.receive(timeout: SocketTest.patience)
                    var count = 0
                    while try push.trySend("more") { count += 1 }
                    return count
                }
            }
        }
        #expect(rooms == [Int](repeating: 0, count: half - 1) + [half])
    }

    /// Both sides of a network connection have a queue of their own, which gives credit by its own halves.
    @Test(arguments: [MarkTransport.ipc, .tcp]) func creditComesBackOverNetworks(transport: MarkTransport) async throws
    {
        let marks = Marks(send: 8, receive: 8)
        let lane = try await MarkSockets(transport, .tasks, marks).push()
        let measurement = MarkMeasurement(transport: transport, access: .tasks, marks: marks)
        let (accepted, isRefused) = try await measurement.fill(lane)
        #expect(isRefused)
        // All that lies in both queues is received, so both have given credit; then as much fits again.
        for number in 0..<accepted { #expect(try await lane.receive(SocketTest.patience) == number) }
        let (again, _) = try await measurement.fill(lane)
        #expect(again >= marks.send)
    }

    /// A receive takes up to 32 messages out of the queues, so a reader that stops then holds up to 31 more. Many
    /// short queues, each with room again after one message, show all of them.
    @Test func stoppedReaderHoldsWhatItTookAhead() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context, options: .init(receiveHighWaterMark: 1))
        let endpoint = try pull.bind(.inproc("ahead"))
        let pushes = try (0..<80).map { _ in try PushSocket(context: context, options: .init(sendHighWaterMark: 1)) }
        for push in pushes { try push.connect(endpoint) }
        func fill() throws -> Int { try pushes.reduce(0) { try $0 + room($1) } }
        var sent = try fill()
        #expect(sent == 160)
        var most = 0
        for received in 1...500 {
            _ = try await pull.receive(timeout: SocketTest.patience)
            sent += try fill()
            most = max(most, sent - received)
        }
        #expect(most == 160 + 31)
    }

    /// A message counts once, however many frames and bytes it has.
    @Test(arguments: [(10, 1), (1, 1 << 20), (3, 100_000)])
    func messagesCountNotFramesOrBytes(frames: Int, bytes: Int) async throws {
        let (push, pull) = try pair(Marks())
        let message = try SocketTest.message(frames: frames, bytes: bytes)
        #expect(try room(push, message) == 5)
        for _ in 0..<5 { #expect(try await pull.receive(timeout: SocketTest.patience) == message) }
    }

    /// The mark is one of each peer, not one of the socket.
    @Test(arguments: 1...4) func eachPeerHasAQueue(count: Int) throws {
        let context = try Context()
        let push = try PushSocket(context: context, options: .init(sendHighWaterMark: 3))
        let endpoint = try push.bind(.inproc("peers"))
        let pulls = try (0..<count).map { _ in
            try PullSocket(context: context, options: .init(receiveHighWaterMark: 2))
        }
        for pull in pulls { try pull.connect(endpoint) }
        #expect(try room(push) == 5 * count)
        for pull in pulls { pull.close() }
    }
}
