// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import ZeroMQ

/// The pairs of sockets that stand for the cells: between them every type sends, and every type receives.
enum MarkPair: String, CaseIterable, Sendable {
    case push, pub, xpub, xsub, sub, req, rep, dealer, router, routerToReq, pair, stream

    /// The rows of the table: the type that sends, and the one that receives.
    var rows: (sending: String, receiving: String) {
        switch self {
        case .push: ("PUSH", "PULL")
        case .pub: ("PUB", "SUB")
        case .xpub: ("XPUB", "XSUB")
        case .xsub: ("XSUB", "XPUB")
        case .sub: ("SUB", "PUB")
        case .req: ("REQ", "REP")
        case .rep: ("REP", "DEALER")
        case .dealer: ("DEALER", "ROUTER")
        case .router: ("ROUTER", "DEALER")
        case .routerToReq: ("ROUTER", "REQ")
        case .pair: ("PAIR", "PAIR")
        case .stream: ("STREAM", "STREAM")
        }
    }

    /// REQ and REP have whole exchanges only; a subscriber subscribes.
    var hasExclusiveAccess: Bool { ![.req, .rep, .sub].contains(self) }
}

/// The marks of a pair: S at the sender, R at the receiver. A REQ has libzmq's, which cannot be changed.
struct Marks: Sendable {
    var send = 3
    var receive = 2
    var sum: Int { send + receive }

    static let ofRequests = 1000

    init(send: Int = 3, receive: Int = 2) {
        self.send = send
        self.receive = receive
    }

    init(of pair: MarkPair) {
        if pair == .req { send = Self.ofRequests }
        if pair == .routerToReq { receive = Self.ofRequests }
    }
}

/// Makes connected pairs of sockets.
struct MarkSockets {
    let context: Context
    let transport: MarkTransport
    let access: MarkAccess
    let marks: Marks
    let options = MarkLane.transport

    init(_ transport: MarkTransport, _ access: MarkAccess, _ marks: Marks) throws {
        context = try Context()
        self.transport = transport
        self.access = access
        self.marks = marks
    }

    func lane(_ pair: MarkPair) async throws -> MarkLane {
        switch pair {
        case .push: try await push()
        case .pub: try await publisher()
        case .xpub: try await extendedPublisher()
        case .xsub: try await extendedSubscriber()
        case .sub: try await subscriber()
        case .req: try await request()
        case .rep: try await reply()
        case .dealer: try await dealer()
        case .router: try await router()
        case .routerToReq: try await routerToRequest()
        case .pair: try await self.pair()
        case .stream: try await stream()
        }
    }

    /// Connects, and waits until the handshake is through. Over `inproc` there is none.
    func connect(_ socket: some Socket, to other: some Socket) async throws {
        let endpoint = try other.bind(transport.endpoint)
        guard transport != .inproc else { return try socket.connect(endpoint) }
        try await socket.connect(endpoint, timeout: SocketTest.patience)
    }

    func push() async throws -> MarkLane {
        let sender = try PushSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let receiver = try PullSocket(
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try await connect(sender, to: receiver)
        return MarkLane(sender, access, to: receiver)
    }

    func publisher(_ overflow: PublisherOverflow = .drop) async throws -> MarkLane {
        let sender = try PublisherSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, overflow: overflow, transport: options)
        )
        let receiver = try SubscriberSocket(
            subscriptions: [.all],
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try await connect(receiver, to: sender)
        try await sender.subscriptions(to: .all, atLeast: 1, timeout: SocketTest.patience)
        return MarkLane(sender, access, to: receiver)
    }

    func extendedPublisher(_ overflow: PublisherOverflow = .drop) async throws -> MarkLane {
        let sender = try XPublisherSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, overflow: overflow, transport: options)
        )
        let receiver = try XSubscriberSocket(
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try await connect(receiver, to: sender)
        try await receiver.subscribe(to: .all)
        _ = try await sender.receive(timeout: SocketTest.patience)
        return MarkLane(sender, access, to: receiver)
    }

    private func extendedSubscriber() async throws -> MarkLane {
        let sender = try XSubscriberSocket(context: context, options: .init(transport: options))
        let receiver = try XPublisherSocket(
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try await connect(sender, to: receiver)
        return MarkLane(sender, access, to: receiver)
    }

    /// What a SUB sends is subscriptions. The publisher cannot take them in before somebody receives.
    private func subscriber() async throws -> MarkLane {
        let sender = try SubscriberSocket(context: context, options: .init(transport: options))
        let receiver = try PublisherSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        try await connect(sender, to: receiver)
        let stall = await Stall(context)
        let next = Locked(0)
        return MarkLane(
            sender: sender,
            send: { number, _ in
                try sender.subscribe(to: Topic("\(number)."))
                return true
            },
            receive: { patience in
                stall.end()
                let number = next.withLock { $0 }
                let isThere = try await MarkLane.isInTime {
                    try await receiver.subscriptions(to: Topic("\(number)."), atLeast: 1, timeout: patience)
                }
                if isThere { next.withLock { $0 += 1 } }
                return isThere ? number : nil
            }
        )
    }

    func dealer() async throws -> MarkLane {
        let sender = try DealerSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let receiver = try RouterSocket(
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try await connect(sender, to: receiver)
        let send = MarkLane.sending(on: sender, access)
        return MarkLane(sender: sender, send: send, receive: MarkLane.receiving(on: receiver))
    }

    private func router() async throws -> MarkLane {
        let sender = try RouterSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let receiver = try DealerSocket(
            context: context,
            options: .init(
                receiveHighWaterMark: marks.receive,
                routingID: "peer",
                probe: true,
                transport: options
            )
        )
        try await connect(receiver, to: sender)
        _ = try await sender.receive(timeout: SocketTest.patience)
        let send = MarkLane.sending(on: sender, to: "peer", access)
        return MarkLane(sender: sender, send: send, receive: MarkLane.receiving(on: receiver))
    }

    private func pair() async throws -> MarkLane {
        let sender = try PairSocket(
            context: context,
            options: .init(sendHighWaterMark: marks.send, transport: options)
        )
        let receiver = try PairSocket(
            context: context,
            options: .init(receiveHighWaterMark: marks.receive, transport: options)
        )
        try await connect(sender, to: receiver)
        return MarkLane(sender, access, to: receiver)
    }
}
