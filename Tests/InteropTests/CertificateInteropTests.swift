// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import ZeroMQ

extension Interop {
    /// Certificate files that czmq and pyzmq wrote, and theirs reading ours.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct CertificateInteropTests {
        private static let golden = PeerKind.package.appending(path: "Tests/InteropTests/Golden")
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        // MARK: Files that are kept, so that this needs no peer

        private static let metadata = [
            "name": "Ann Example", "email": "ann@example.com", "motto": "say 'hello' # twice",
        ]

        /// As Golden/README.md says that they were made. pyzmq writes metadata into the secret file only.
        private static let files: [(name: String, open: [String: String], closed: [String: String])] = [
            ("czmq.key", metadata, metadata), ("pyzmq.key", [:], metadata.filter { $0.key != "motto" }),
        ]

        @Test(arguments: [0, 1]) func keptFilesAreRead(index: Int) throws {
            let (name, openMetadata, closedMetadata) = Self.files[index]
            let open = try CurveCertificate(contentsOfFile: try directory.copy(Self.golden.appending(path: name)))
            let closed = try CurveCertificate(
                contentsOfFile: try directory.copy(Self.golden.appending(path: "\(name)_secret"))
            )
            #expect(open.metadata == openMetadata && closed.metadata == closedMetadata)
            #expect(open.secretKey == nil)
            #expect(open.publicKey == closed.publicKey)
            let secretKey = try #require(closed.secretKey)
            #expect(try CurveKeyPair(secretKey: secretKey).publicKey == closed.publicKey)
            #expect(
                try String(contentsOf: Self.golden.appending(path: name), encoding: .utf8).contains(open.publicKey.z85)
            )
        }

        // MARK: Files that are written now

        @Test(.enabled(if: PeerKind.czmq.isInstalled, PeerKind.czmq.isMissing))
        func czmqReadsOursAndWeTheirs() async throws {
            let peer = try Peer(.czmq)
            let ours = CurveCertificate(keys: try .generate(), metadata: Self.metadata)
            let path = try ours.save(to: directory.path, name: "ours")
            let names = JSON.list(ours.metadata.keys.map { .text($0) })
            // czmq loads the secret from beside the public file.
            let read = try await peer("load_certificate", ["path": .text(path), "metadata": names])
            #expect(read.public == ours.publicKey.z85)
            #expect(read.secret == ours.secretKey?.z85)
            #expect(read.metadata == ours.metadata)

            let file = "\(directory.path)/theirs.key"
            let metadata = ours.metadata.mapValues { JSON.text($0) }
            let written = try await peer("save_certificate", ["path": .text(file), "metadata": .object(metadata)])
            let theirs = try CurveCertificate(contentsOfFile: "\(file)_secret")
            #expect(theirs.publicKey.z85 == written.public)
            #expect(theirs.secretKey?.z85 == written.secret)
            #expect(theirs.metadata == ours.metadata)
            #expect(try CurveCertificate(contentsOfFile: file).publicKey == theirs.publicKey)
        }

        @Test(.enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing))
        func pyzmqReadsOursAndWeTheirs() async throws {
            let peer = try Peer(.pyzmq)
            let ours = CurveCertificate(keys: try .generate(), metadata: Self.metadata)
            let path = try ours.save(to: directory.path, name: "ours")
            let open = try await peer("load_certificate", ["path": .text(path)])
            #expect(open.public == ours.publicKey.z85 && open.secret == nil)
            let closed = try await peer("load_certificate", ["path": "\(path)_secret"])
            #expect(closed.public == ours.publicKey.z85)
            #expect(closed.secret == ours.secretKey?.z85)

            let metadata: JSON = ["name": "Ann Example", "email": "ann@example.com"]
            try await peer(
                "create_certificate",
                ["directory": .text(directory.path), "name": "theirs", "metadata": metadata]
            )
            // pyzmq lets everybody read the secret it writes, and this side reads none that everybody can.
            let secret = "\(directory.path)/theirs.key_secret"
            let mode = try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int
            if mode == 0o644 {
                let error = #expect(throws: ZMQError.self) { _ = try CurveCertificate(contentsOfFile: secret) }
                #expect(error?.code == .unsafePermissions)
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
            let theirs = try CurveCertificate(contentsOfFile: secret)
            #expect(theirs.metadata == Self.files[1].closed)
            #expect(theirs.keys != nil)
            // All public files of a directory, ours and theirs.
            let all = try await peer("load_certificates", ["directory": .text(directory.path)])
            #expect(all.keys == [ours.publicKey.z85, theirs.publicKey.z85].sorted())
        }

        // MARK: Directories of certificates

        /// zauth lets in whom the directory names, which Sinew wrote.
        @Test(.enabled(if: PeerKind.czmq.isInstalled, PeerKind.czmq.isMissing))
        func zauthReadsOurDirectory() async throws {
            let (context, peer) = (try Context(), try Peer(.czmq))
            let (server, listed, stranger) = (
                try CurveKeyPair.generate(), try CurveKeyPair.generate(), try CurveKeyPair.generate()
            )
            let other = try TemporaryDirectory()
            let serverFile = try CurveCertificate(keys: server).save(to: other.path, name: "server")
            try CurveCertificate(publicKey: listed.publicKey).save(to: directory.path, name: "listed")
            try await peer("authenticator", ["curve": .text(directory.path)])
            let endpoint = try await startServer(peer, ["certificate": .text(serverFile)])

            func client(_ keys: CurveKeyPair) throws -> PushSocket {
                let security = SocketSecurity.curveClient(serverKey: server.publicKey, keys: keys)
                return try PushSocket(
                    context: context,
                    options: .init(transport: Interop.transport(security: security))
                )
            }
            try await expect(try client(stranger), try client(listed), at: endpoint, of: peer)
        }

        /// zauth's PLAIN, whose passwords are in a file.
        @Test(.enabled(if: PeerKind.czmq.isInstalled, PeerKind.czmq.isMissing))
        func zauthReadsPasswords() async throws {
            let (context, peer) = (try Context(), try Peer(.czmq))
            let passwords = "\(directory.path)/passwords"
            try Data("ann=secret\n".utf8).write(to: URL(filePath: passwords))
            try await peer("authenticator", ["plain": .text(passwords)])
            let endpoint = try await startServer(peer, [:])

            func client(_ password: String) throws -> PushSocket {
                let security = SocketSecurity.plainClient(username: "ann", password: password)
                return try PushSocket(
                    context: context,
                    options: .init(transport: Interop.transport(security: security))
                )
            }
            try await expect(try client("wrong"), try client("secret"), at: endpoint, of: peer)
        }

        private func startServer(_ peer: Peer, _ arguments: [String: JSON]) async throws -> Endpoint {
            try await peer("socket", arguments.merging(["name": "peer", "type": "PULL", "server": true]) { $1 })
            return try Endpoint(parsing: try #require(try await peer("bind", ["name": "peer"]).endpoint))
        }

        private func expect(
            _ refused: PushSocket,
            _ accepted: PushSocket,
            at endpoint: Endpoint,
            of peer: Peer
        ) async throws {
            let events = try refused.events()
            try refused.connect(endpoint)
            _ = try refused.trySend("refused")
            let failure = try await Interop.next(.handshakeFailed, in: events).handshakeFailure
            #expect(failure?.reason == .refused && failure?.number == 400, "\(String(describing: failure))")
            try await accepted.connect(endpoint, timeout: Interop.patience)
            for number in 0..<100 { try await accepted.send("\(number)", timeout: Interop.patience) }
            let texts = try await peer("receive", ["name": "peer", "count": 100]).texts
            #expect(texts == (0..<100).map(String.init))
        }

        /// Sinew's server lets in whom the directory names, which czmq wrote, with the secret files in it.
        @Test(.enabled(if: PeerKind.czmq.isInstalled, PeerKind.czmq.isMissing))
        func weReadTheDirectoryOfCzmq() async throws {
            let (context, peer) = (try Context(), try Peer(.czmq))
            let (server, other) = (try CurveKeyPair.generate(), try TemporaryDirectory())
            let listed = "\(directory.path)/listed.key"
            let key = try await peer("save_certificate", ["path": .text(listed), "metadata": ["name": "Ann"]]).public
            let stranger = "\(other.path)/stranger.key"
            try await peer("save_certificate", ["path": .text(stranger)])

            let security = SocketSecurity.curveServer(
                secretKey: server.secretKey,
                accepting: .directory(directory.path)
            )
            let pull = try PullSocket(
                context: context,
                options: .init(transport: Interop.transport(security: security))
            )
            let events = try pull.events()
            let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
            for (name, file) in [("refused", stranger), ("accepted", listed)] {
                let arguments: [String: JSON] = [
                    "name": .text(name), "type": "PUSH", "certificate": .text(file),
                    "server_key": .text(server.publicKey.z85),
                ]
                try await peer("socket", arguments)
                try await peer("connect", ["name": .text(name), "endpoint": "\(endpoint)"])
                try await peer("send", ["name": .text(name), "text": .text(name)])
                guard name == "refused" else { continue }
                let failure = try await Interop.next(.handshakeFailed, in: events).handshakeFailure
                #expect(failure?.reason == .refused)
            }
            let message = try await pull.receive(timeout: Interop.patience)
            #expect(message == "accepted")
            #expect(message.userID == key)
            #expect(try pull.tryReceive() == nil)
        }
    }
}
