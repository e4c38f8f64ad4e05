// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing

@testable import ZeroMQ

/// A numbered message of several frames that shows whether it is whole: a topic, the number, filling, a checksum.
func numbered(_ number: Int) throws(ZMQError) -> Message {
    let filling = (0..<number % 3).map { Frame("\(number)/\($0)") }
    let frames = [Frame("t"), Frame("\(number)")] + filling
    return try Message(frames: frames + [Frame("\(checksum(frames))")])
}

/// The number of a message, or nil when it is torn.
func number(of message: Message) -> Int? {
    let frames = Array(message.frames)
    guard frames.count >= 3, let last = frames.last, let number = Int(frames[1].string) else { return nil }
    let isWhole = frames.count == 3 + number % 3 && last.string == "\(checksum(frames.dropLast()))"
    return isWhole ? number : nil
}

private func checksum(_ frames: some Sequence<Frame>) -> UInt32 {
    frames.reduce(2_166_136_261) { sum, frame in
        frame.array.reduce(sum &* 31 &+ UInt32(frame.byteCount)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}

/// One direction of traffic between two sockets, whose calls can be cancelled one by one.
struct Traffic: Sendable {
    let name: String
    let send: @Sendable (Message) async throws -> Void
    let receive: @Sendable () async throws -> Message
    let statistics: @Sendable () -> [SocketStatistics]
    let close: @Sendable () -> Void

    init<Sender: SendingSocket, Receiver: ReceivingSocket>(_ name: String, _ sender: Sender, _ receiver: Receiver) {
        self.name = name
        send = { try await sender.send($0) }
        receive = { try await receiver.receive() }
        statistics = { [sender.statistics, receiver.statistics] }
        close = {
            sender.close()
            receiver.close()
        }
    }

    init(
        _ name: String,
        _ sockets: [any Socket],
        send: @escaping @Sendable (Message) async throws -> Void,
        receive: @escaping @Sendable () async throws -> Message
    ) {
        self.name = name
        self.send = send
        self.receive = receive
        statistics = { sockets.map(\.statistics) }
        close = { for socket in sockets { socket.close() } }
    }

    struct Outcome: Sendable {
        var sent = 0
        var parks: UInt64 = 0
        var cancellations: UInt64 = 0
    }

    /// Sends `count` messages by two senders to two receivers while calls are cancelled at random points, and checks
    /// that each arrives once and whole.
    func run(_ count: Int, seed: UInt64) async throws -> Outcome {
        let seen = Seen()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<2 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(sender))
                    for index in 0..<count / 2 {
                        let message = try numbered(index * 2 + sender)
                        while try await !Self.attempt(&random, { try await send(message) }) {}
                    }
                }
            }
            for receiver in 2..<4 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(receiver))
                    while seen.count < count {
                        _ = try await Self.attempt(&random) {
                            let message = try await receive()
                            guard let number = number(of: message) else { throw Torn(description: "\(message)") }
                            seen.add(number)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let numbers = seen.sorted
        #expect(numbers == Array(0..<count), "\(name), seed \(seed): lost or doubled")
        let all = statistics()
        return Outcome(
            sent: count,
            parks: all.reduce(0) { $0 + $1.parks },
            cancellations: all.reduce(0) { $0 + $1.cancellations }
        )
    }

    /// The numbers that arrived.
    private final class Seen: Sendable {
        private let numbers = Locked<[Int]>([])
        var count: Int { numbers.withLock { $0.count } }
        var sorted: [Int] { numbers.withLock { $0.sorted() } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    struct Torn: Error, CustomStringConvertible { let description: String }

    /// Runs one call in a task and cancels it after a random number of turns, or never while it does not wait for
    /// long. False when the call was cancelled.
    private static func attempt(
        _ random: inout SeededGenerator,
        _ call: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        // Another part of the run failed, or it took too long.
        try Task.checkCancellation()
        let task = Task { try await call() }
        for _ in 0..<Int.random(in: 0..<6, using: &random) { await Task.yield() }
        task.cancel()
        do {
            try await task.value
            return true
        } catch let error as ZMQError {
            guard error.code == .cancelled else { throw error }
            return false
        }
    }
}
