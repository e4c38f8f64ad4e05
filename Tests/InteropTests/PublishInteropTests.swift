// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

extension Interop {
    /// Publishers and subscribers of both libraries, over tcp and ipc, binding and connecting: 10 000 messages each.
    @Suite(
        .serialized,
        .timeLimit(.minutes(10)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct PublishInteropTests {
        private let context: Context
        private let peer: Peer

        init() throws {
            context = try Context()
            peer = try Peer(.pyzmq)
        }

        private var transport: TransportOptions { Interop.transport() }

        /// A publisher of the peer's that loses nothing, and an XSUB's first message: both know no other way.
        private func prepare(_ type: String) async throws {
            let isPublisher = type.hasSuffix("PUB")
            try await peer.socket(type, isPublisher ? ["SNDHWM": 0] : [:], subscriptions: type == "SUB" ? [[]] : [])
        }

        @Test(arguments: Way.allCases, ["SUB", "XSUB"]) func publisherTo(_ way: Way, type: String) async throws {
            let publisher = try PublisherSocket(context: context, options: .init(overflow: .wait, transport: transport))
            try await prepare(type)
            try await way.join(publisher, peer)
            if type == "XSUB" { try await peer.send("\u{1}") }
            try await publisher.subscriptions(to: .all, atLeast: 1, timeout: Interop.patience)
            let (peer, traffic) = (peer, Traffic())
            try await Interop.together(
                {
                    try await traffic.send {
                        try await publisher.send(try Message(frames: $0), timeout: Interop.patience)
                    }
                },
                { try await peer.receive(traffic) }
            )
            #expect(publisher.statistics.dropped == 0)
        }

        @Test(arguments: Way.allCases, ["SUB", "XSUB"]) func xPublisherTo(_ way: Way, type: String) async throws {
            let publisher = try XPublisherSocket(
                context: context,
                options: .init(overflow: .wait, transport: transport)
            )
            try await prepare(type)
            try await way.join(publisher, peer)
            if type == "XSUB" { try await peer.send("\u{1}") }
            let wish = try await publisher.receive(timeout: Interop.patience).subscriptionChange
            #expect(wish?.isSubscribed == true && wish?.topic == .all)
            let (peer, traffic) = (peer, Traffic())
            try await Interop.together(
                {
                    try await traffic.send {
                        try await publisher.send(try Message(frames: $0), timeout: Interop.patience)
                    }
                },
                { try await peer.receive(traffic) }
            )
            guard type == "XSUB" else { return }
            // Upstream, what is no subscription passes as it is.
            for number in 0..<1000 { try await peer.send("up \(number)") }
            for number in 0..<1000 {
                let message = try await publisher.receive(timeout: Interop.patience)
                try #require(message.string == "up \(number)")
            }
        }

        @Test(arguments: Way.allCases, ["PUB", "XPUB"]) func subscriberTo(_ way: Way, type: String) async throws {
            let subscriber = try SubscriberSocket(
                subscriptions: [.all],
                context: context,
                options: .init(transport: transport)
            )
            try await prepare(type)
            try await way.join(subscriber, peer)
            try await receiveAll(from: type) { try await subscriber.receive(timeout: $0) }
        }

        @Test(arguments: Way.allCases, ["PUB", "XPUB"]) func xSubscriberTo(_ way: Way, type: String) async throws {
            let subscriber = try XSubscriberSocket(context: context, options: .init(transport: transport))
            try await prepare(type)
            try await way.join(subscriber, peer)
            try await subscriber.subscribe(to: .all, timeout: Interop.patience)
            try await receiveAll(from: type) { try await subscriber.receive(timeout: $0) }
            guard type == "XPUB" else { return }
            for number in 0..<1000 { try await subscriber.send("up \(number)", timeout: Interop.patience) }
            #expect(try await peer.receive(1000) == (0..<1000).map { ["up \($0)"] })
        }

        /// A PUB does not say when it knows of a subscription: it is asked to publish until something arrives.
        private func receiveAll(
            from type: String,
            _ receive: @escaping @Sendable (Duration) async throws -> Message
        ) async throws {
            let probe = Message("is anybody there?")
            if type == "XPUB" {
                #expect(try await peer.receive() == [["\u{1}"]])
            } else {
                try await eventually {
                    try await peer.send(probe.string)
                    return (try? await receive(.milliseconds(20))) != nil
                }
            }
            let traffic = Traffic()
            try await Interop.together(
                { try await peer.send(traffic) },
                {
                    try await traffic.receive {
                        var message = try await receive(Interop.patience)
                        while message == probe { message = try await receive(Interop.patience) }
                        return message
                    }
                }
            )
        }
    }
}
