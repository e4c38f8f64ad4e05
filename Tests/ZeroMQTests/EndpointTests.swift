// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import ZeroMQ

/// Endpoints that libzmq would take in silence, or take something away for.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct EndpointTests {
    /// libzmq deletes whatever is at the path of an `ipc` endpoint.
    @Test func filesAreNotDeleted() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).txt")
        try Data("precious".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let pull = try PullSocket(context: try Context())
        await SocketTest.expect(.addressInUse, "delete", file.path) { try pull.bind(.ipc(file.path)) }
        #expect(try Data(contentsOf: file) == Data("precious".utf8))
    }

    /// A path that cannot be looked at is not "in use": nobody should remove it.
    @Test func pathsThatCannotBeSearchedAreNamed() async throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        try Data().write(to: URL(filePath: "\(folder.path)/file"))
        let pull = try PullSocket(context: try Context())
        let path = "\(folder.path)/file/socket"
        await SocketTest.expect(.system, path, "permissions") { try pull.bind(.ipc(path)) }
    }

    /// What a process that crashed left behind is taken over.
    @Test func leftOverSocketsAreReplaced() async throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let path = "\(folder.path)/socket"
        let context = try Context()
        let first = try PullSocket(context: context)
        try first.bind(.ipc(path))
        await SocketTest.expect(.addressInUse, path) { try PullSocket(context: context).bind(.ipc(path)) }
        // A hard link survives whatever becomes of the first path, as a file survives a crash.
        try FileManager.default.linkItem(atPath: path, toPath: path + "2")
        first.close()
        try await context.terminate(within: SocketTest.patience)
        let second = try PullSocket(context: try Context())
        try second.bind(.ipc(path + "2"))
    }

    @Test func hostsThatCannotBeReadAreNamed() async throws {
        let pull = try PullSocket(context: try Context())
        for host in ["a b", "127.0.0.1:1 tcp://127.0.0.1", "127.0.0.1:1", "[", "%"] {
            let endpoint = Endpoint.tcp(host, port: 5)
            do {
                try pull.bind(endpoint)
                Issue.record("bound to \(endpoint)")
            } catch {
                #expect(error.code == .invalidEndpoint || error.code == .addressNotAvailable, "\(error)")
                #expect(!error.advice.isEmpty && error.operation.contains("\(endpoint)"), "\(error)")
            }
        }
    }

    /// An endpoint cut off by a NUL byte is another endpoint.
    @Test func nulBytesEndNothing() async throws {
        let pull = try PullSocket(context: try Context())
        try pull.bind(.inproc("a"))
        await SocketTest.expect(.invalidEndpoint, "NUL") { try pull.unbind(.inproc("a\0b")) }
        await SocketTest.expect(.invalidEndpoint, "NUL") { try pull.disconnect(.inproc("a\0b")) }
        try pull.unbind(.inproc("a"))
    }

    /// libzmq's notation for the address to connect from. Left alone, the system takes 127.0.0.1, which is the only one
    /// that macOS has.
    @Test func sourceAddressesArePassedOn() async throws {
        #if os(Linux)
        let source = "127.0.0.2"
        #else
        let source = "127.0.0.1"
        #endif
        let context = try Context()
        let pull = try PullSocket(context: context)
        let port = try #require(try pull.bind(.tcp("127.0.0.1", port: .any)).port)
        let endpoint = try Endpoint(parsing: "tcp://\(source):0;127.0.0.1:\(port)")
        #expect(endpoint.description == "tcp://\(source):0;127.0.0.1:\(port)")
        let push = try PushSocket(context: context)
        try push.connect(endpoint)
        try await push.send("hello")
        let message = try await pull.receive(timeout: SocketTest.patience)
        #expect(message == "hello")
        #expect(message.metadata("Peer-Address") == source)
    }

    /// Nobody connects from an address that the machine does not have, as long as somebody listens to the wish at all.
    @Test func foreignSourceAddressesDoNotConnect() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let port = try #require(try pull.bind(.tcp("127.0.0.1", port: .any)).port)
        let push = try PushSocket(context: context)
        let events = try push.events()
        // Set aside for documentation by RFC 5737.
        try push.connect(try Endpoint(parsing: "tcp://192.0.2.1:0;127.0.0.1:\(port)"))
        let first = try await within(SocketTest.patience) {
            await events.first { [.connected, .connectRetried].contains($0.kind) }
        }
        #expect(first?.kind == .connectRetried)
    }
}
