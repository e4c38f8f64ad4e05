// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import Testing
import ZeroMQ

// The pairs whose calls are exchanges, and raw streams.

extension MarkSockets {
    /// Requests that are given up at once, so that more and more of them lie at the other end.
    func request() async throws -> MarkLane {
        let sender = try RequestSocket(context: context, options: .init(transport: options))
        let receiver = try ReplySocket(
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try await connect(sender, to: receiver)
        return MarkLane(
            sender: sender,
            send: { number, patience in
                let before = sender.statistics.sent
                _ = try await MarkLane.isInTime {
                    // A request that was sent waits for its reply: no longer than it takes to see that there is room.
                    let patience = patience > .seconds(1) ? patience : .zero
                    _ = try await sender.request(MarkLane.message(number), timeout: patience)
                }
                return sender.statistics.sent > before
            },
            receive: { patience in
                let text = Locked("")
                _ = try await MarkLane.isInTime {
                    let call = try await receiver.receive(timeout: patience)
                    let request = call.request.string
                    text.withLock { $0 = request }
                }
                return MarkLane.number(of: text.withLock { $0 })
            }
        )
    }

    /// Replies to a client that asks and asks, and receives none of them.
    func reply() async throws -> MarkLane {
        let sender = try ReplySocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let receiver = try DealerSocket(
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try await connect(receiver, to: sender)
        return MarkLane(
            sender: sender,
            send: { number, patience in
                try await receiver.send(try Message(frames: ["", "?"]), timeout: SocketTest.patience)
                return try await MarkLane.isInTime {
                    let call = try await sender.receive(timeout: SocketTest.patience)
                    try await call.reply(with: MarkLane.message(number), timeout: patience)
                }
            },
            receive: MarkLane.receiving(on: receiver)
        )
    }

    /// A REQ that has asked nothing receives nothing; its next request discards what lies there.
    func routerToRequest() async throws -> MarkLane {
        let sender = try RouterSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let receiver = try RequestSocket(
            context: context,
            options: .init(routingID: "peer", probe: true, transport: options)
        )
        try await connect(receiver, to: sender)
        _ = try await sender.receive(timeout: SocketTest.patience)
        return MarkLane(
            sender: sender,
            // Without a reply's envelope a REQ would take its peer for one that breaks the protocol.
            send: MarkLane.sending(on: sender, to: "peer", access, envelope: [""]),
            receive: { _ in
                _ = try await MarkLane.isInTime { _ = try await receiver.request("?", timeout: .zero) }
                return nil
            }
        )
    }

    /// Bytes have no bounds: messages are found again by their size.
    func stream() async throws -> MarkLane {
        let sender = try StreamSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let receiver = try StreamSocket(
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try sender.connect(try receiver.bind(transport.endpoint))
        let peer = try await sender.receive(timeout: SocketTest.patience).peer
        #expect(try await receiver.receive(timeout: SocketTest.patience).message == "")
        let bytes = Locked<[UInt8]>([])
        return MarkLane(
            sender: sender,
            send: MarkLane.sending(on: sender, to: peer, access),
            receive: { patience in
                while bytes.withLock({ $0.count }) < MarkLane.messageBytes {
                    let piece = Locked<[UInt8]>([])
                    let isThere = try await MarkLane.isInTime {
                        let array = try await receiver.receive(timeout: patience).message.array
                        piece.withLock { $0 = array }
                    }
                    guard isThere else { return nil }
                    bytes.withLock { $0 += piece.withLock { $0 } }
                }
                let message = bytes.withLock { bytes in
                    defer { bytes.removeFirst(MarkLane.messageBytes) }
                    return Array(bytes.prefix(MarkLane.messageBytes))
                }
                return MarkLane.number(of: String(decoding: message, as: UTF8.self))
            }
        )
    }
}
