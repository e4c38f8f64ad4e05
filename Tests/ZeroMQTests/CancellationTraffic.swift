// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// One direction of traffic between two sockets, whose calls are cancelled one by one.
struct Traffic: Sendable {
    /// The ways of receiving.
    enum Taking: Sendable {
        case one(timeout: Duration?)
        case several(limit: Int)
        case loop

        static func random(using random: inout SeededGenerator) -> Taking {
            switch Int.random(in: 0..<6, using: &random) {
            case 0...2: .one(timeout: nil)
            case 3: .one(timeout: .microseconds(Int.random(in: 0..<500, using: &random)))
            case 4: .several(limit: Int.random(in: 1..<8, using: &random))
            default: .loop
            }
        }
    }

    let sender: any Socket
    let receiver: any Socket
    let send: @Sendable (Message, Duration?) async throws -> Void
    let receive: @Sendable (Taking, Arrivals) async throws -> Void

    init<Sender: SendingSocket, Receiver: ReceivingSocket>(from sender: Sender, to receiver: Receiver) {
        self.init(from: sender, to: receiver) { try await sender.send($0, timeout: $1) }
    }

    init<Receiver: ReceivingSocket>(
        from sender: any Socket,
        to receiver: Receiver,
        send: @escaping @Sendable (Message, Duration?) async throws -> Void
    ) {
        (self.sender, self.receiver, self.send) = (sender, receiver, send)
        receive = { taking, arrivals in
            switch taking {
            case .one(let timeout): arrivals.add(try await receiver.receive(timeout: timeout))
            case .several(let limit):
                for message in try await receiver.receive(upTo: limit) { arrivals.add(message) }
            case .loop:
                for try await message in receiver.messages { arrivals.add(message) }
            }
        }
    }

    init(from sender: DealerSocket, to receiver: RouterSocket) {
        (self.sender, self.receiver) = (sender, receiver)
        send = { try await sender.send($0, timeout: $1) }
        receive = { taking, arrivals in
            switch taking {
            case .one(let timeout): arrivals.add(try await receiver.receive(timeout: timeout).message)
            case .several(let limit):
                for routed in try await receiver.receive(upTo: limit) { arrivals.add(routed.message) }
            case .loop:
                for try await routed in receiver.messages { arrivals.add(routed.message) }
            }
        }
    }

    /// Two senders and three receivers, all of whose calls are cancelled at random points; checks that each message
    /// arrives once and whole.
    func run(_ load: CallLoad, _ name: String) async throws -> Outcome {
        let arrivals = Arrivals()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<2 { group.addTask { try await sendAll(part, load, arrivals) } }
            for part in 2..<5 { group.addTask { try await receiveAll(part, load, arrivals) } }
            try await group.waitForAll()
        }
        // A message too many would come last.
        try? await receive(.one(timeout: .milliseconds(10)), arrivals)
        try arrivals.check(load.messages, "\(name), \(load.advice)")
        return Outcome(sender: .init(sender), receiver: .init(receiver))
    }

    private func sendAll(_ part: Int, _ load: CallLoad, _ arrivals: Arrivals) async throws {
        var random = load.generator(part)
        for index in stride(from: part, to: load.messages, by: 2) where !arrivals.hasStopped {
            if !isFlood(arrivals) { await pause(until: receiver) }
            let message = try numbered(index, bytes: load.bytes)
            var isSent = false
            while !isSent, !arrivals.hasStopped {
                if Int.random(in: 0..<8, using: &random) == 0 {
                    // Nobody cancels this one: it must not be forgotten when others around it go.
                    try await send(message, SocketTest.patience)
                    break
                }
                let timeout: Duration? = Int.random(in: 0..<8, using: &random) == 0 ? .microseconds(300) : nil
                isSent = try await attempt(&random, at: sender) {
                    try await send(message, timeout)
                }
            }
        }
    }

    private func receiveAll(_ part: Int, _ load: CallLoad, _ arrivals: Arrivals) async throws {
        var random = load.generator(part)
        while arrivals.count < load.messages, !arrivals.hasStopped {
            if isFlood(arrivals) { await pause(until: sender) }
            let taking = Taking.random(using: &random)
            _ = try await attempt(&random, at: receiver) {
                try await receive(taking, arrivals)
            }
        }
    }

    /// By turns the receivers are slow and the queue is full, or the senders are and it is empty.
    private func isFlood(_ arrivals: Arrivals) -> Bool { arrivals.count / 32 % 2 == 1 }

    /// Lets the other side go on until one of its calls has to wait, or for some turns.
    private func pause(until other: any Socket) async {
        let before = other.statistics.parks
        for _ in 0..<500 {
            if other.statistics.parks != before { return }
            await Task.yield()
        }
    }
}
