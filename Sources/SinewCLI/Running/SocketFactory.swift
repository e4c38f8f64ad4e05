// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ZeroMQ

/// Makes the sockets of one command or one side of a proxy, all with the same marks and the same transport.
struct SocketFactory {
    let context: Context
    /// How many messages wait for each peer, in either direction.
    let highWaterMark: Int
    let transport: TransportOptions

    init(_ session: Session, highWaterMark: Int, _ transport: TransportOptions) {
        context = session.context
        self.highWaterMark = highWaterMark
        self.transport = transport
    }

    func push() throws -> PushSocket {
        try PushSocket(context: context, options: .init(sendHighWaterMark: highWaterMark, transport: transport))
    }

    func pull() throws -> PullSocket {
        try PullSocket(context: context, options: .init(receiveHighWaterMark: highWaterMark, transport: transport))
    }

    func publisher(overflow: PublisherOverflow = .drop) throws -> PublisherSocket {
        let options = PublisherSocket.Options(
            sendHighWaterMark: highWaterMark,
            overflow: overflow,
            transport: transport
        )
        return try PublisherSocket(context: context, options: options)
    }

    func subscriber(to topics: [Topic] = []) throws -> SubscriberSocket {
        let options = SubscriberSocket.Options(receiveHighWaterMark: highWaterMark, transport: transport)
        return try SubscriberSocket(subscriptions: topics, context: context, options: options)
    }

    func xPublisher() throws -> XPublisherSocket {
        try XPublisherSocket(context: context, options: .init(sendHighWaterMark: highWaterMark, transport: transport))
    }

    func xSubscriber() throws -> XSubscriberSocket {
        let options = XSubscriberSocket.Options(receiveHighWaterMark: highWaterMark, transport: transport)
        return try XSubscriberSocket(context: context, options: options)
    }

    /// A REQ socket has one request under way, and no mark.
    func request(correlate: Bool = true) throws -> RequestSocket {
        try RequestSocket(context: context, options: .init(correlate: correlate, transport: transport))
    }

    func reply() throws -> ReplySocket {
        let options = ReplySocket.Options(
            sendHighWaterMark: highWaterMark,
            receiveHighWaterMark: highWaterMark,
            transport: transport
        )
        return try ReplySocket(context: context, options: options)
    }

    func dealer(routingID: RoutingID? = nil) throws -> DealerSocket {
        let options = DealerSocket.Options(
            sendHighWaterMark: highWaterMark,
            receiveHighWaterMark: highWaterMark,
            routingID: routingID,
            transport: transport
        )
        return try DealerSocket(context: context, options: options)
    }

    func router() throws -> RouterSocket {
        let options = RouterSocket.Options(
            sendHighWaterMark: highWaterMark,
            receiveHighWaterMark: highWaterMark,
            transport: transport
        )
        return try RouterSocket(context: context, options: options)
    }

    func pair() throws -> PairSocket {
        let options = PairSocket.Options(
            sendHighWaterMark: highWaterMark,
            receiveHighWaterMark: highWaterMark,
            transport: transport
        )
        return try PairSocket(context: context, options: options)
    }
}
