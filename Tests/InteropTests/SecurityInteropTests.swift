// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

extension Interop {
    /// CURVE and PLAIN with pyzmq as the server (with its own authenticator) and as the client.
    @Suite(
        .serialized,
        .timeLimit(.minutes(5)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct SecurityInteropTests {
        private let context: Context
        private let peer: Peer
        private let directory: TemporaryDirectory
        private let server: CurveKeyPair
        private let listed: CurveKeyPair
        private let stranger: CurveKeyPair

        init() throws {
            context = try Context()
            peer = try Peer(.pyzmq)
            directory = try TemporaryDirectory()
            server = try .generate()
            listed = try .generate()
            stranger = try .generate()
            try CurveCertificate(publicKey: listed.publicKey).save(to: directory.path, name: "listed")
        }

        // MARK: Sinew's clients

        private func client(_ security: SocketSecurity) throws -> PushSocket {
            try PushSocket(context: context, options: .init(transport: Interop.transport(security: security)))
        }

        private func client(_ keys: CurveKeyPair) throws -> PushSocket {
            try client(.curveClient(serverKey: server.publicKey, keys: keys))
        }

        /// Starts a pyzmq server that knows the listed key, or Ann's password.
        private func startServer(_ type: String = "PULL", plain: Bool = false) async throws -> Endpoint {
            let way: [String: JSON] = plain ? ["plain": ["ann": "secret"]] : ["curve": .text(directory.path)]
            try await peer("authenticator", way)
            let curve: [String: JSON] = ["CURVE_SERVER": 1, "CURVE_SECRETKEY": .text(server.secretKey.z85)]
            try await peer.socket(type, (plain ? ["PLAIN_SERVER": 1] : curve).merging(["ZAP_DOMAIN": "test"]) { $1 })
            let answer = try await peer("bind", ["name": "peer", "endpoint": "tcp://127.0.0.1:*"])
            return try Endpoint(parsing: try #require(answer.endpoint))
        }

        /// A client that is refused, and why; then one that is let in, and that nothing but its message arrives.
        private func expect(
            _ refused: PushSocket,
            _ accepted: PushSocket,
            at endpoint: Endpoint,
            user: String
        ) async throws {
            let events = try refused.events()
            try refused.connect(endpoint)
            // Once it is refused, libzmq keeps nothing for that server any more, and this waits.
            _ = try refused.trySend("refused")
            let failure = try await Interop.next(.handshakeFailed, in: events).handshakeFailure
            #expect(failure?.reason == .refused && failure?.number == 400, "\(String(describing: failure))")
            #expect(refused.statistics.handshakeFailures == 1)

            try await accepted.connect(endpoint, timeout: Interop.patience)
            try await accepted.send("accepted", timeout: Interop.patience)
            let answer = try await peer("receive", ["name": "peer"])
            #expect(answer.messageTexts == [["accepted"]])
            #expect(answer.user == user)
            #expect(try await peer("pending", ["name": "peer"]).count == 0)
            #expect(try refused.connections.isEmpty)
        }

        /// pyzmq's authenticator reads the certificate that Sinew has written.
        @Test func curveServerOfPyzmq() async throws {
            let endpoint = try await startServer()
            try await expect(try client(stranger), try client(listed), at: endpoint, user: listed.publicKey.z85)
        }

        @Test func plainServerOfPyzmq() async throws {
            let endpoint = try await startServer(plain: true)
            let wrong = try client(.plainClient(username: "ann", password: "wrong"))
            let right = try client(.plainClient(username: "ann", password: "secret"))
            try await expect(wrong, right, at: endpoint, user: "ann")
        }

        /// An unlisted subscriber gets nothing of what the server publishes; the listed one gets all.
        @Test func unlistedSubscriberOfPyzmqGetsNothing() async throws {
            let endpoint = try await startServer("XPUB")
            func subscriber(_ keys: CurveKeyPair) throws -> SubscriberSocket {
                let security = SocketSecurity.curveClient(serverKey: server.publicKey, keys: keys)
                let options = SubscriberSocket.Options(transport: Interop.transport(security: security))
                return try SubscriberSocket(subscriptions: [.all], context: context, options: options)
            }
            let (outside, inside) = (try subscriber(stranger), try subscriber(listed))
            let events = try outside.events()
            try outside.connect(endpoint)
            #expect(try await Interop.next(.handshakeFailed, in: events).handshakeFailure?.reason == .refused)
            try inside.connect(endpoint)
            #expect(try await peer.receive() == [["\u{1}"]])
            for number in 0..<100 { try await peer.send("\(number)") }
            for number in 0..<100 {
                #expect(try await inside.receive(timeout: Interop.patience).string == "\(number)")
            }
            #expect(try outside.tryReceive() == nil)
        }

        /// A client that asks for another server's key is not answered. (Its libzmq cannot know why.)
        @Test func wrongServerKey() async throws {
            let endpoint = try await startServer()
            try await peer("monitor", ["name": "peer"])
            let push = try client(.curveClient(serverKey: stranger.publicKey, keys: listed))
            try push.connect(endpoint)
            let event = try await peer("wait_event", ["name": "peer", "events": ["HANDSHAKE_FAILED_PROTOCOL"]])
            #expect(event.count == 0x1100_0001, "it was to be ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC")
            let right = try client(listed)
            try await right.connect(endpoint, timeout: Interop.patience)
        }

        /// One who does not encrypt at all is turned away, by either side.
        @Test func mechanismsMustFit() async throws {
            let endpoint = try await startServer()
            let push = try client(.null)
            let events = try push.events()
            try push.connect(endpoint)
            // Both sides see it in the other's greeting; when the server was quicker, the client tries again.
            var reasons: [HandshakeFailure.Reason] = []
            while reasons.last != .mechanismMismatch {
                let event = try await Interop.next(.handshakeFailed, in: events)
                reasons.append(try #require(event.handshakeFailure?.reason))
            }
            #expect(reasons.dropLast().allSatisfy { $0 == .connectionEnded }, "\(reasons)")
        }

        @Test(arguments: Way.allCases, [true, false])
        func trafficIsEncryptedBothWays(_ way: Way, isServer: Bool) async throws {
            let (security, options): (SocketSecurity, [String: JSON])
            if isServer {
                security = .curveServer(secretKey: server.secretKey, accepting: .allow([listed.publicKey]))
                options = curveClient(listed)
            } else {
                try await peer("authenticator", ["curve": .text(directory.path)])
                security = .curveClient(serverKey: server.publicKey, keys: listed)
                options = ["CURVE_SERVER": 1, "CURVE_SECRETKEY": .text(server.secretKey.z85), "ZAP_DOMAIN": "test"]
            }
            let transport = Interop.transport(security: security)
            let dealer = try DealerSocket(context: context, options: .init(transport: transport))
            try await peer.socket("DEALER", options)
            try await way.join(dealer, peer)
            let (peer, there, back) = (peer, Traffic(), Traffic())
            try await Interop.together(
                { try await there.send { try await dealer.send(try Message(frames: $0), timeout: Interop.patience) } },
                { try await peer.receive(there) }
            )
            try await Interop.together(
                { try await peer.send(back) },
                {
                    try await back.receive {
                        let message = try await dealer.receive(timeout: Interop.patience)
                        if isServer { try #require(message.userID == listed.publicKey.z85) }
                        return message
                    }
                }
            )
        }

        // MARK: Sinew's servers

        private func curveClient(_ keys: CurveKeyPair) -> [String: JSON] {
            [
                "CURVE_SERVERKEY": .text(server.publicKey.z85), "CURVE_PUBLICKEY": .text(keys.publicKey.z85),
                "CURVE_SECRETKEY": .text(keys.secretKey.z85),
            ]
        }

        /// pyzmq's client is refused, which both sides' monitors say; then one is let in, under the policy's user id.
        private func expect(
            _ security: SocketSecurity,
            _ refused: [String: JSON],
            _ accepted: [String: JSON],
            user: String
        ) async throws {
            let pull = try PullSocket(
                context: context,
                options: .init(transport: Interop.transport(security: security))
            )
            let events = try pull.events()
            let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
            for (name, options) in [("refused", refused), ("accepted", accepted)] {
                try await peer("socket", ["name": .text(name), "type": "PUSH", "options": .object(options)])
                try await peer("monitor", ["name": .text(name)])
                try await peer("connect", ["name": .text(name), "endpoint": "\(endpoint)"])
                try await peer("try_send", ["name": .text(name), "frames": [.hex(name)]])
                let ends: JSON = ["HANDSHAKE_FAILED_AUTH", "HANDSHAKE_FAILED_PROTOCOL", "HANDSHAKE_SUCCEEDED"]
                let event = try await peer("wait_event", ["name": .text(name), "events": ends])
                if name == "refused" {
                    #expect(event.event == "HANDSHAKE_FAILED_AUTH" && event.count == 400)
                    let failure = try await Interop.next(.handshakeFailed, in: events).handshakeFailure
                    #expect(failure?.reason == .refused)
                } else {
                    #expect(event.event == "HANDSHAKE_SUCCEEDED")
                }
            }
            let message = try await pull.receive(timeout: Interop.patience)
            #expect(message == "accepted")
            #expect(message.userID == user)
            #expect(message.metadata("Socket-Type") == "PUSH")
            #expect(message.metadata("Peer-Address") == "127.0.0.1")
            #expect(try pull.tryReceive() == nil)
        }

        @Test func curveClientsOfPyzmq() async throws {
            let security = SocketSecurity.curveServer(
                secretKey: server.secretKey,
                accepting: .allow([listed.publicKey])
            )
            try await expect(security, curveClient(stranger), curveClient(listed), user: listed.publicKey.z85)
        }

        /// A function decides, and gives a name of its own.
        @Test func curveClientsOfPyzmqUnderANameOfThePolicys() async throws {
            let key = listed.publicKey
            let policy = AuthPolicy.verify { credentials in
                #expect(credentials.address == "127.0.0.1")
                return credentials.publicKey == key ? .accept(userID: "Ann") : .refuse
            }
            let security = SocketSecurity.curveServer(secretKey: server.secretKey, accepting: policy)
            try await expect(security, curveClient(stranger), curveClient(listed), user: "Ann")
        }

        @Test func plainClientsOfPyzmq() async throws {
            let security = SocketSecurity.plainServer(accepting: .allow(passwords: ["ann": "secret"]))
            let (wrong, right): ([String: JSON], [String: JSON]) = (
                ["PLAIN_USERNAME": "ann", "PLAIN_PASSWORD": "wrong"],
                ["PLAIN_USERNAME": "ann", "PLAIN_PASSWORD": "secret"]
            )
            try await expect(security, wrong, right, user: "ann")
        }
    }
}
