// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import ZeroMQ

/// A sender and the receiver whose queue it fills.
struct MarkLane: Sendable {
    let sender: any Socket
    /// Sends message number `n`; false when that was not possible within the time.
    let send: @Sendable (_ number: Int, _ patience: Duration) async throws -> Bool
    /// The number of the next message that was received; nil when none came within the time.
    let receive: @Sendable (_ patience: Duration) async throws -> Int?

    /// So large that few of them fill the kernel's buffers, which are made small.
    static let messageBytes = 32 << 10
    /// More messages than the buffers between two sockets hold: libzmq's on both sides, and the kernel's.
    static let bufferedMessages = 45

    static func message(_ number: Int, bytes: Int = messageBytes) -> Message {
        let head = "\(number)."
        return Message(Array(head.utf8) + [UInt8](repeating: 0x2e, count: bytes - head.utf8.count))
    }

    private static func message(_ number: Int, behind envelope: [Frame]) throws -> Message {
        envelope.isEmpty ? message(number) : try Message(frames: envelope + Array(message(number).frames))
    }

    static func number(of text: String) -> Int? { text.split(separator: ".").first.flatMap { Int($0) } }

    /// The defaults, but with small buffers of the kernel.
    static var transport: TransportOptions {
        var transport = TransportOptions()
        transport.kernelSendBufferBytes = 4096
        transport.kernelReceiveBufferBytes = 4096
        return transport
    }

    init(
        sender: any Socket,
        send: @escaping @Sendable (Int, Duration) async throws -> Bool,
        receive: @escaping @Sendable (Duration) async throws -> Int?
    ) {
        self.sender = sender
        self.send = send
        self.receive = receive
    }

    init(
        _ sender: some SendingSocket,
        _ access: MarkAccess,
        to receiver: some ReceivingSocket,
        messageBytes: Int = messageBytes
    ) {
        self.init(
            sender: sender,
            send: Self.sending(on: sender, access, messageBytes: messageBytes),
            receive: Self.receiving(on: receiver)
        )
    }

    /// Whether a call ended in time; throws any other failure.
    static func isInTime(_ call: () async throws -> Void) async throws -> Bool {
        do {
            try await call()
            return true
        } catch {
            guard (error as? ZMQError)?.code == .timedOut else { throw error }
            return false
        }
    }

    static func sending<Sender: SendingSocket>(
        on sender: Sender,
        _ access: MarkAccess,
        messageBytes: Int = messageBytes
    ) -> @Sendable (Int, Duration) async throws -> Bool {
        { number, patience in
            switch access {
            case .tasks:
                try await isInTime {
                    try await sender.send(message(number, bytes: messageBytes), timeout: patience)
                }
            case .exclusive:
                try await onThread {
                    try sender.withExclusiveAccess {
                        try $0.send(message(number, bytes: messageBytes), timeout: patience)
                    }
                }
            }
        }
    }

    static func sending<Sender: RoutedSocket>(
        on sender: Sender,
        to peer: RoutingID,
        _ access: MarkAccess,
        envelope: [Frame] = []
    ) -> @Sendable (Int, Duration) async throws -> Bool {
        { number, patience in
            switch access {
            case .tasks:
                try await isInTime {
                    let message = try message(number, behind: envelope)
                    try await sender.send(message, to: peer, timeout: patience)
                }
            case .exclusive:
                try await onThread {
                    let message = try message(number, behind: envelope)
                    return try sender.withExclusiveAccess { try $0.send(message, to: peer, timeout: patience) }
                }
            }
        }
    }

    static func receiving(on receiver: some ReceivingSocket) -> @Sendable (Duration) async throws -> Int? {
        { patience in
            let received = Locked<Message?>(nil)
            _ = try await isInTime {
                let message = try await receiver.receive(timeout: patience)
                received.withLock { $0 = message }
            }
            // REP's envelope, where there is one, comes before the text.
            return received.withLock { $0 }.flatMap { number(of: $0.frames.last?.string ?? "") }
        }
    }

    static func receiving(on receiver: some RoutedSocket) -> @Sendable (Duration) async throws -> Int? {
        { patience in
            let received = Locked<Message?>(nil)
            _ = try await isInTime {
                let routed = try await receiver.receive(timeout: patience)
                received.withLock { $0 = routed.message }
            }
            return received.withLock { $0 }.flatMap { number(of: $0.string) }
        }
    }
}
