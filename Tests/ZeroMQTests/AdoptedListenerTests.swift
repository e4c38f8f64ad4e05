// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import ZeroMQ

/// `bind(adopting:)`: connections are accepted from somebody else's listener, and what is none is refused, for which
/// libzmq would abort the process.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AdoptedListenerTests {
    private let patience = SocketTest.patience

    private func exchange(_ pull: PullSocket, over endpoint: Endpoint) async throws {
        let push = try PushSocket(context: Context())
        try push.connect(endpoint)
        try await push.send("hello", timeout: patience)
        #expect(try await pull.receive(timeout: patience) == "hello")
    }

    @Test func tcpListener() async throws {
        let listener = try RawListener()
        let pull = try PullSocket(context: Context())
        let endpoint = try pull.bind(adopting: listener.descriptor)
        #expect(endpoint == .tcp("127.0.0.1", port: Endpoint.Port(listener.port)))
        try await exchange(pull, over: endpoint)
        // A second one, and a usual one: neither takes the first one's descriptor.
        let other = try RawListener()
        let otherEndpoint = try pull.bind(adopting: other.descriptor)
        let usual = try pull.bind(.tcp("127.0.0.1", port: .any))
        #expect(Set([endpoint, otherEndpoint, usual]).count == 3)
        try await exchange(pull, over: otherEndpoint)
        try await exchange(pull, over: usual)

        try pull.unbind(endpoint)
        pull.close()
        // libzmq has closed its own descriptor, not this one.
        #expect(KernelSocket(descriptor: listener.descriptor).localPort == listener.port)
        #expect(listener.port != 0)
    }

    @Test func ipcListener() async throws {
        let path = "/tmp/sinew-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let listener = try RawListener(path: path)
        let pull = try PullSocket(context: Context())
        let endpoint = try pull.bind(adopting: listener.descriptor)
        #expect(endpoint == .ipc(path))
        try await exchange(pull, over: endpoint)
        pull.close()
        #expect(FileManager.default.fileExists(atPath: path), "the file is its owner's to remove")
    }

    @Test func whatDoesNotListen() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let listener = try RawListener()
        let client = socket(AF_INET, RawListener.streamType, 0)
        defer { close(client) }
        for descriptor in [-1, 9999, 0, client] {
            await SocketTest.expect(.invalidArgument, "bind(adopting:)", "PULL socket", "listen") {
                try pull.bind(adopting: descriptor)
            }
        }
        // The socket is as before.
        try await exchange(pull, over: try pull.bind(.tcp("127.0.0.1", port: .any)))
        let noThreads = try PullSocket(context: Context(options: .init(ioThreads: 0)))
        await SocketTest.expect(.notSupported, "ioThreads") { try noThreads.bind(adopting: listener.descriptor) }
        let request = try RequestSocket(context: context, options: .init(correlate: false))
        await SocketTest.expect(.notSupported, "correlate") { try request.bind(adopting: listener.descriptor) }
    }
}
