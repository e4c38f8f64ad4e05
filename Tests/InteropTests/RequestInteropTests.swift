// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

extension Interop {
    /// Requests and replies with pyzmq, 10 000 each way.
    @Suite(
        .serialized,
        .timeLimit(.minutes(10)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct RequestInteropTests {
        private let context: Context
        private let peer: Peer
        private let requests = Traffic()
        private let replies = Traffic()

        init() throws {
            context = try Context()
            peer = try Peer(.pyzmq)
        }

        private var transport: TransportOptions { Interop.transport() }

        private func request(correlate: Bool = true) throws -> RequestSocket {
            try RequestSocket(context: context, options: .init(correlate: correlate, transport: transport))
        }

        /// Asks all, and compares the replies.
        private func ask(_ socket: RequestSocket) async throws {
            var questions = requests.makeIterator()
            try await replies.receive {
                let question = questions.next()!.map { Frame($0) }
                return try await socket.request(try Message(frames: question), timeout: Interop.patience)
            }
        }

        /// Compares the requests, and replies to each.
        private func answer(_ socket: ReplySocket) async throws {
            var answers = replies.makeIterator()
            try await requests.receive {
                let call = try await socket.receive(timeout: Interop.patience)
                let request = call.request
                let answer = answers.next()!.map { Frame($0) }
                try await call.reply(with: try Message(frames: answer), timeout: Interop.patience)
                return request
            }
        }

        @Test(arguments: [Way.tcpBound, .ipcConnected]) func requestToReply(_ way: Way) async throws {
            let socket = try request()
            try await peer.socket("REP")
            try await way.join(socket, peer)
            try await Interop.together(
                { try await ask(socket) },
                { try await peer.exchange("answer_traffic", requests, replies: replies) }
            )
        }

        @Test(arguments: [Way.tcpBound, .ipcConnected]) func replyToRequest(_ way: Way) async throws {
            let socket = try ReplySocket(context: context, options: .init(transport: transport))
            try await peer.socket("REQ")
            try await way.join(socket, peer)
            try await Interop.together(
                { try await answer(socket) },
                { try await peer.exchange("ask_traffic", requests, replies: replies) }
            )
            #expect(socket.statistics.abandoned == 0 && socket.statistics.malformed == 0)
        }

        /// A ROUTER that returns the whole envelope understands both forms of it: with the number and without.
        /// Without it the socket cannot be bound.
        @Test(arguments: [(Way.tcpBound, true), (.ipcConnected, true), (.tcpConnected, false), (.ipcConnected, false)])
        func requestToRouter(_ way: Way, correlate: Bool) async throws {
            let socket = try request(correlate: correlate)
            try await peer.socket("ROUTER")
            try await way.join(socket, peer)
            try await Interop.together(
                { try await ask(socket) },
                {
                    let answer = try await peer.exchange("route_traffic", requests, replies: replies)
                    #expect(answer.count == (correlate ? 3 : 2))
                }
            )
        }

        @Test(arguments: [Way.tcpBound, .ipcConnected]) func routerToRequest(_ way: Way) async throws {
            let router = try RouterSocket(context: context, options: .init(transport: transport))
            try await peer.socket("REQ", ["ROUTING_ID": "asks"])
            try await way.join(router, peer)
            try await Interop.together(
                {
                    var answers = replies.makeIterator()
                    try await requests.receive {
                        let received = try await router.receive(timeout: Interop.patience)
                        let frames = received.message.frames
                        try #require(received.peer == "asks" && frames[0].isEmpty)
                        let answer = try Message(frames: [Frame()] + answers.next()!.map { Frame($0) })
                        try await router.send(answer, to: received.peer, timeout: Interop.patience)
                        return try Message(frames: Array(frames.dropFirst()))
                    }
                },
                { try await peer.exchange("ask_traffic", requests, replies: replies) }
            )
        }

        /// Many requests are under way at once; a REP answers them in order.
        @Test(arguments: [Way.tcpBound, .ipcConnected]) func dealerToReply(_ way: Way) async throws {
            let dealer = try DealerSocket(context: context, options: .init(transport: transport))
            // libzmq's REP drops replies for a client whose queue is full; without a mark it never is.
            try await peer.socket("REP", ["SNDHWM": 0])
            try await way.join(dealer, peer)
            try await Interop.together(
                {
                    try await requests.send {
                        try await dealer.send(try Message(frames: [Frame()] + $0), timeout: Interop.patience)
                    }
                },
                { try await peer.exchange("answer_traffic", requests, replies: replies) },
                {
                    try await replies.receive {
                        let frames = try await dealer.receive(timeout: Interop.patience).frames
                        try #require(frames[0].isEmpty)
                        return try Message(frames: Array(frames.dropFirst()))
                    }
                }
            )
        }

        @Test(arguments: [Way.tcpBound, .ipcConnected]) func replyToDealer(_ way: Way) async throws {
            let socket = try ReplySocket(context: context, options: .init(transport: transport))
            // Without marks the peer can send all its requests before it looks at the first reply.
            try await peer.socket("DEALER", ["SNDHWM": 0, "RCVHWM": 0])
            try await way.join(socket, peer)
            try await Interop.together(
                { try await answer(socket) },
                {
                    try await peer.send(requests, prefix: [""])
                    try await peer.receive(replies, prefix: [""])
                }
            )
        }
    }
}
