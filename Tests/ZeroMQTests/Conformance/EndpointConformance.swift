// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of endpoints: `test_inproc_connect`, `test_bind_after_connect_tcp`, `test_disconnect_inproc`,
/// `test_term_endpoint`, `test_unbind_wildcard`, `test_last_endpoint`, `test_ipc_wildcard`, `test_rebind_ipc`,
/// `test_connect_resolve`, `test_abstract_ipc`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct EndpointConformance {
    private let patience = Conformance.patience

    // MARK: Connecting first

    /// What was sent before anybody was there arrives once somebody is.
    @Test(arguments: [Endpoint.inproc("later"), .ipc("@"), .tcp("127.0.0.1", port: .any)])
    func connectMayComeBeforeBind(place: Endpoint) async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        var endpoint = place == .ipc("@") ? Conformance.abstractName() : place
        if endpoint.port != nil {
            endpoint = try pull.bind(place)
            try pull.unbind(endpoint)
        }
        let pushes = try (0..<3).map { _ in
            try PushSocket(context: context, options: .init(transport: Conformance.eager()))
        }
        for (number, push) in pushes.enumerated() {
            try push.connect(endpoint)
            for part in ["a", "b"] { try await push.send("\(number)\(part)") }
        }
        try await eventually { (try? pull.bind(endpoint)) != nil }
        var received: Set<String> = []
        for _ in 0..<6 { received.insert(try await pull.receive(timeout: patience).string) }
        #expect(received == ["0a", "0b", "1a", "1b", "2a", "2b"])
    }

    /// Sockets that connect and one that binds, all at the same moment.
    @Test func manyThreadsConnectWhileOneBinds() async throws {
        for round in 0..<20 {
            let context = try Context()
            let name = Endpoint.inproc("many")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await onThread {
                            let push = try PushSocket(context: context)
                            try push.connect(name)
                            try push.withExclusiveAccess { try $0.send(Message("\(number)")) }
                        }
                    }
                }
                let pull = try PullSocket(context: context)
                if round.isMultiple(of: 2) { await Task.yield() }
                try pull.bind(name)
                var received: Set<String> = []
                while received.count < 8 { received.insert(try await pull.receive(timeout: patience).string) }
                #expect(received == Set((0..<8).map(String.init)))
                try await group.waitForAll()
            }
        }
    }

    // MARK: Unbinding and disconnecting

    @Test func disconnectedNamesCanBeConnectedToAgain() async throws {
        let context = try Context()
        let (publisher, subscriber) = (try PublisherSocket(context: context), try SubscriberSocket(context: context))
        let endpoint = try publisher.bind(.inproc("feed"))
        try subscriber.subscribe(to: "foo")
        for round in 0..<3 {
            try subscriber.connect(endpoint)
            try await publisher.subscriptions(to: "foo", atLeast: 1, timeout: patience)
            try await publisher.send(Message("foo", "\(round)"))
            #expect(try await subscriber.receive(timeout: patience) == Message("foo", "\(round)"))
            try subscriber.disconnect(endpoint)
            await SocketTest.expect(.endpointNotFound, "\(endpoint)") { try subscriber.disconnect(endpoint) }
            try await eventually { try await publisher.subscriptions(to: "foo", atLeast: 0) == 0 }
            try await publisher.send("foo, nobody")
            #expect(try subscriber.tryReceive() == nil)
        }
    }

    @Test(arguments: [Endpoint.ipc("*"), .tcp("127.0.0.1", port: .any)])
    func sendAfterUnbindWaits(endpoint: Endpoint) async throws {
        let context = try Context()
        let (push, pull) = (try PushSocket(context: context), try PullSocket(context: context))
        let bound = try push.bindWatched(endpoint)
        try pull.connect(bound)
        try await push.send("ABC", timeout: patience)
        #expect(try await pull.receive(timeout: patience) == "ABC")
        try push.unbind(bound)
        try await eventually { try push.connections.isEmpty }
        try await eventually { try !push.trySend("lost, or not sent") }
        await SocketTest.expect(.timedOut, "send") { try await push.send("DEF", timeout: .milliseconds(10)) }
        await SocketTest.expect(.endpointNotFound, "\(bound)") { try push.unbind(bound) }
    }

    /// libzmq leaves those who are connected alone; only newcomers do not find the name.
    @Test func unboundNamesKeepTheirConnections() async throws {
        let context = try Context()
        let (push, pull) = (try PushSocket(context: context), try PullSocket(context: context))
        let bound = try push.bind(.inproc("kept"))
        try pull.connect(bound)
        try push.unbind(bound)
        let late = try PullSocket(context: context)
        try late.connect(bound)
        for number in 0..<10 { try await push.send("\(number)", timeout: patience) }
        for number in 0..<10 { #expect(try await pull.receive(timeout: patience).string == "\(number)") }
        #expect(try late.tryReceive() == nil)
    }

    @Test(arguments: Conformance.transports) func sendAfterDisconnectWaits(endpoint: Endpoint) async throws {
        let context = try Context()
        let (push, pull) = (try PushSocket(context: context), try PullSocket(context: context))
        let bound = try pull.bind(endpoint)
        try push.connect(bound)
        try await push.send("ABC", timeout: patience)
        #expect(try await pull.receive(timeout: patience) == "ABC")
        try push.disconnect(bound)
        #expect(try !push.trySend("nobody"))
        await SocketTest.expect(.timedOut, "send", "neither bound nor connected") {
            try await push.send("DEF", timeout: .milliseconds(10))
        }
    }

    @Test(arguments: [Endpoint.tcp("*", port: .any), .tcp("127.0.0.1", port: .any), .ipc("*")])
    func wildcardsAreUnboundByWhatTheyBecame(wildcard: Endpoint) async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let bound = try pull.bind(wildcard)
        #expect(bound != wildcard && bound.port != .any)
        await SocketTest.expect(.endpointNotFound) { try pull.unbind(wildcard) }
        try pull.unbind(bound)
        await SocketTest.expect(.endpointNotFound) { try pull.unbind(bound) }
        // It can be had again.
        if bound.port != nil { try await eventually { (try? pull.bind(bound)) == bound } }
    }

    @Test func bindReturnsEachEndpointThatItMade() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let wildcards = [Endpoint.tcp("127.0.0.1", port: .any), .tcp("127.0.0.1", port: .any), .ipc("*"), .inproc("x")]
        let endpoints = try wildcards.map { try pull.bind($0) }
        #expect(Set(endpoints).count == 4)
        for endpoint in endpoints {
            let push = try PushSocket(context: context)
            try push.connect(endpoint)
            try await push.send("\(endpoint)")
            #expect(try await pull.receive(timeout: patience).string == "\(endpoint)")
        }
    }

    @Test func pathsAreBoundAgain() async throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let endpoint = Endpoint.ipc("\(folder.path)/socket")
        let context = try Context()
        let pull = try PullSocket(context: context)
        for round in 0..<3 {
            try await eventually { (try? pull.bind(endpoint)) != nil }
            let push = try PushSocket(context: context)
            try push.connect(endpoint)
            try await push.send("\(round)")
            #expect(try await pull.receive(timeout: patience).string == "\(round)")
            try pull.unbind(endpoint)
        }
    }

    // MARK: Names

    @Test func hostNamesAreResolved() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let endpoint = try pull.bind(.tcp("127.0.0.1", port: .any))
        let push = try PushSocket(context: context)
        try await push.connect(.tcp("localhost", port: try #require(endpoint.port)), timeout: patience)
        for text in [
            "tcp://localhost:*", "tcp://localhost:invalid", "tcp://in val id:1234", "invalid://localhost:1234",
        ] {
            await SocketTest.expect(.invalidEndpoint) { try push.connect(try Endpoint(parsing: text)) }
        }
    }

    #if os(Linux)
    @Test func abstractNamesLeaveNoFile() async throws {
        let context = try Context()
        let pull = try PullSocket(context: context)
        let name = Conformance.abstractName()
        let bound = try pull.bind(name)
        #expect(bound == name)
        let push = try PushSocket(context: context)
        try push.connect(bound)
        try await push.send("hello")
        #expect(try await pull.receive(timeout: patience) == "hello")
        #expect(!FileManager.default.fileExists(atPath: String(name.description.dropFirst("ipc://".count))))
        try pull.unbind(bound)
    }
    #endif
}
