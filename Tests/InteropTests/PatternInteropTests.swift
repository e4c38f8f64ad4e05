// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

extension Interop {
    /// Every pattern with a pyzmq socket at the other end, over tcp and ipc, binding and connecting: 10 000 messages
    /// each way, each of them compared.
    @Suite(
        .serialized,
        .timeLimit(.minutes(10)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct PatternInteropTests {
        private let context: Context
        private let peer: Peer

        init() throws {
            context = try Context()
            peer = try Peer(.pyzmq)
        }

        private var transport: TransportOptions { Interop.transport() }

        /// Both ways, one after the other.
        private func exchange(with socket: some SendingSocket & ReceivingSocket) async throws {
            let (peer, there, back) = (peer, Traffic(), Traffic())
            try await Interop.together(
                { try await there.send { try await socket.send(try Message(frames: $0), timeout: Interop.patience) } },
                { try await peer.receive(there) }
            )
            try await Interop.together(
                { try await peer.send(back) },
                { try await back.receive { try await socket.receive(timeout: Interop.patience) } }
            )
        }

        @Test(arguments: Way.allCases) func pushToPull(_ way: Way) async throws {
            let push = try PushSocket(context: context, options: .init(transport: transport))
            try await peer.socket("PULL")
            try await way.join(push, peer)
            let (peer, traffic) = (peer, Traffic())
            try await Interop.together(
                { try await traffic.send { try await push.send(try Message(frames: $0), timeout: Interop.patience) } },
                { try await peer.receive(traffic) }
            )
            #expect(push.statistics.sent == UInt64(traffic.count))
        }

        @Test(arguments: Way.allCases) func pullFromPush(_ way: Way) async throws {
            let pull = try PullSocket(context: context, options: .init(transport: transport))
            try await peer.socket("PUSH")
            try await way.join(pull, peer)
            let (peer, traffic) = (peer, Traffic())
            try await Interop.together(
                { try await peer.send(traffic) },
                { try await traffic.receive { try await pull.receive(timeout: Interop.patience) } }
            )
            #expect(try pull.tryReceive() == nil)
        }

        @Test(arguments: Way.allCases) func pairWithPair(_ way: Way) async throws {
            let pair = try PairSocket(context: context, options: .init(transport: transport))
            try await peer.socket("PAIR")
            try await way.join(pair, peer)
            try await exchange(with: pair)
        }

        @Test(arguments: Way.allCases) func dealerWithDealer(_ way: Way) async throws {
            let dealer = try DealerSocket(context: context, options: .init(transport: transport))
            try await peer.socket("DEALER")
            try await way.join(dealer, peer)
            try await exchange(with: dealer)
        }

        /// The peer knows this socket by the name it was given, once the probe has come.
        @Test(arguments: Way.allCases) func dealerWithRouter(_ way: Way) async throws {
            let options = DealerSocket.Options(routingID: "dealer", probe: true, transport: transport)
            let dealer = try DealerSocket(context: context, options: options)
            try await peer.socket("ROUTER", ["ROUTER_MANDATORY": 1])
            try await way.join(dealer, peer)
            #expect(try await peer.receive() == [["dealer", ""]])
            let (peer, there, back) = (peer, Traffic(), Traffic())
            try await Interop.together(
                { try await there.send { try await dealer.send(try Message(frames: $0), timeout: Interop.patience) } },
                { try await peer.receive(there, prefix: ["dealer"]) }
            )
            try await Interop.together(
                { try await peer.send(back, prefix: ["dealer"]) },
                { try await back.receive { try await dealer.receive(timeout: Interop.patience) } }
            )
        }

        @Test(arguments: Way.allCases, ["DEALER", "ROUTER"]) func routerWith(_ way: Way, type: String) async throws {
            let options = RouterSocket.Options(routingID: "router", probe: type == "ROUTER", transport: transport)
            let router = try RouterSocket(context: context, options: options)
            let mandatory: [String: JSON] = type == "ROUTER" ? ["ROUTER_MANDATORY": 1] : [:]
            try await peer.socket(type, mandatory.merging(["ROUTING_ID": "peer", "PROBE_ROUTER": 1]) { $1 })
            try await way.join(router, peer)
            let prefix = type == "ROUTER" ? ["router"] : []
            #expect(
                try await router.receive(timeout: Interop.patience) == RoutedMessage(peer: "peer", message: Message())
            )
            if type == "ROUTER" { #expect(try await peer.receive() == [["router", ""]]) }
            let (peer, there, back) = (peer, Traffic(), Traffic())
            try await Interop.together(
                {
                    try await there.send { frames in
                        try await router.send(try Message(frames: frames), to: "peer", timeout: Interop.patience)
                    }
                },
                { try await peer.receive(there, prefix: prefix) }
            )
            try await Interop.together(
                { try await peer.send(back, prefix: prefix) },
                {
                    try await back.receive {
                        let received = try await router.receive(timeout: Interop.patience)
                        try #require(received.peer == "peer")
                        return received.message
                    }
                }
            )
        }

        /// A name that this side gives to a peer which has none.
        @Test func routerNamesItsPeer() async throws {
            let router = try RouterSocket(context: context, options: .init(transport: transport))
            try await peer.socket("DEALER")
            let answer = try await peer("bind", ["name": "peer", "endpoint": "tcp://127.0.0.1:*"])
            try router.connect(try Endpoint(parsing: try #require(answer.endpoint)), as: "worker")
            try await router.send("work", to: "worker", timeout: Interop.patience)
            #expect(try await peer.receive() == [["work"]])
            try await peer.send("done")
            #expect(try await router.receive(timeout: Interop.patience).peer == "worker")
        }
    }
}
