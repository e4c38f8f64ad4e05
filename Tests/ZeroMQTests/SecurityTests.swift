// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// Who gets in and who does not, over real connections.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SecurityTests {
    @Test func listedKeyGetsIn() async throws {
        let (keys, context) = (try Keys(), try Context())
        do {
            let (pull, endpoint) = try Secured.pull(
                keys.server(accepting: .allow([keys.client.publicKey])),
                in: context
            )
            let id = keys.client.publicKey.z85
            try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context, userID: id)
            #expect(pull.authStatistics.accepted == 1)
            #expect(context.authStatistics == pull.authStatistics)
        }
        try await context.terminate(within: SocketTest.patience)
    }

    @Test func unlistedKeyIsTurnedAwayAndDisturbsNobody() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .allow([keys.client.publicKey])), in: context)
        let good = try Secured.push(keys.client(), to: endpoint, in: context)
        try await good.send("before")
        #expect(try await pull.receive(timeout: SocketTest.patience).string == "before")
        let bad = try PushSocket(
            context: context,
            options: .init(transport: Secured.transport(keys.client(keys.stranger)))
        )
        let watch = try HandshakeWatch(bad, in: context)
        try bad.connect(endpoint)
        _ = try bad.trySend("refused")
        let (event, value) = try await watch.next(HandshakeWatch.failures)
        #expect(event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && value == 400)
        #expect(pull.authStatistics.refused == 1)
        try await good.send("after")
        #expect(try await pull.receive(timeout: SocketTest.patience).string == "after")
        #expect(try pull.tryReceive() == nil)
        #expect(pull.authStatistics.accepted == 1)
    }

    @Test func emptyListLetsNobodyIn() async throws {
        let (keys, context) = (try Keys(), try Context())
        let none: [CurvePublicKey] = []
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .allow(none)), in: context)
        let push = try Secured.push(keys.client(), to: endpoint, in: context)
        _ = try push.trySend("x")
        try await eventually { pull.authStatistics.refused == 1 }
        #expect(try pull.tryReceive() == nil)
        #expect(pull.authStatistics.accepted == 0)
    }

    @Test func anyoneIsEverybodyWithTheServersKey() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        try await Secured.expectOnly(keys.client(keys.stranger), at: endpoint, reaches: pull, in: context)
    }

    /// Peers that do not get as far as the policy: each fails its handshake, and nothing of it arrives.
    @Test(arguments: ["wrong server key", "null", "plain"]) func wrongPeersFail(which: String) async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        let watch = try HandshakeWatch(pull, in: context)
        let security: SocketSecurity =
            switch which {
            case "null": .null
            case "plain": .plainClient(username: "a", password: "b")
            default: keys.client(serverKey: keys.stranger.publicKey)
            }
        let bad = try Secured.push(security, to: endpoint, in: context)
        _ = try bad.trySend("wrong")
        _ = try await watch.next(HandshakeWatch.failures)
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        #expect(pull.authStatistics.accepted == 1 && context.authStatistics.refused == 0)
    }

    @Test func curveClientDoesNotTalkToAnOpenServer() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(.null, in: context)
        let client = try PushSocket(context: context, options: .init(transport: Secured.transport(keys.client())))
        let watch = try HandshakeWatch(client, in: context)
        try client.connect(endpoint)
        _ = try client.trySend("secret")
        _ = try await watch.next(HandshakeWatch.failures)
        try await Secured.expectOnly(.null, at: endpoint, reaches: pull, in: context)
    }

    @Test func plainPasswords() async throws {
        let context = try Context()
        let policy = AuthPolicy.allow(passwords: ["ann": "right", "bob": "other"])
        let (pull, endpoint) = try Secured.pull(.plainServer(accepting: policy), in: context)
        var refused: UInt64 = 0
        for (name, password) in [("ann", "wrong"), ("ann", "other"), ("eve", "right"), ("right", "ann")] {
            let security = SocketSecurity.plainClient(username: name, password: password)
            let push = try PushSocket(context: context, options: .init(transport: Secured.transport(security)))
            let watch = try HandshakeWatch(push, in: context)
            try push.connect(endpoint)
            _ = try push.trySend("refused")
            let (event, value) = try await watch.next(HandshakeWatch.failures)
            #expect(event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && value == 400, "\(name)")
            refused += 1
            #expect(pull.authStatistics.refused == refused)
        }
        let right = SocketSecurity.plainClient(username: "ann", password: "right")
        try await Secured.expectOnly(right, at: endpoint, reaches: pull, in: context, userID: "ann")
    }

    @Test func twoServersInOneContextHaveTheirOwnPolicies() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (one, first) = try Secured.pull(keys.server(accepting: .allow([keys.client.publicKey])), in: context)
        let (two, second) = try Secured.pull(keys.server(accepting: .allow([keys.stranger.publicKey])), in: context)
        let wrongWay = try Secured.push(keys.client(keys.stranger), to: first, in: context)
        let otherWrongWay = try Secured.push(keys.client(), to: second, in: context)
        _ = try wrongWay.trySend("refused")
        _ = try otherWrongWay.trySend("refused")
        try await eventually { one.authStatistics.refused == 1 && two.authStatistics.refused == 1 }
        try await Secured.expectOnly(keys.client(), at: first, reaches: one, in: context)
        try await Secured.expectOnly(keys.client(keys.stranger), at: second, reaches: two, in: context)
        // The first is closed: the second still asks.
        one.close()
        try await Secured.expectOnly(keys.client(keys.stranger), at: second, reaches: two, in: context)
        #expect(two.authStatistics.accepted == 2)
        #expect(context.authStatistics.accepted == 3 && context.authStatistics.refused == 2)
    }

    @Test func twoContextsDoNotMeet() async throws {
        let keys = try Keys()
        let (here, there) = (try Context(), try Context())
        let (one, first) = try Secured.pull(keys.server(accepting: .allow([keys.client.publicKey])), in: here)
        let (two, second) = try Secured.pull(keys.server(accepting: .allow([keys.stranger.publicKey])), in: there)
        try await Secured.expectOnly(keys.client(), at: first, reaches: one, in: there)
        try await Secured.expectOnly(keys.client(keys.stranger), at: second, reaches: two, in: here)
        #expect(here.authStatistics.accepted == 1 && there.authStatistics.accepted == 1)
    }

    /// The handler ends with the last server and comes back with the next one, however fast they follow.
    @Test func handlerComesAndGoes() async throws {
        let (keys, context) = (try Keys(), try Context())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50 {
                        let options = PullSocket.Options(transport: Secured.transport(keys.server(accepting: .anyone)))
                        try PullSocket(context: context, options: options).close()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(context.openSockets.isEmpty)
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        #expect(context.openSockets.count == 1, "the handler is not the user's")
        try await Secured.expectOnly(keys.client(), at: endpoint, reaches: pull, in: context)
        pull.close()
        try await context.terminate(within: SocketTest.patience)
    }

    @Test func handlerTakesNoPlaceOfTheUsers() throws {
        let (keys, context) = (try Keys(), try Context(options: .init(maximumSockets: 1)))
        let options = PullSocket.Options(transport: Secured.transport(keys.server(accepting: .anyone)))
        let pull = try PullSocket(context: context, options: options)
        #expect(throws: ZMQError.self) { try PullSocket(context: context) }
        pull.close()
    }

    /// libzmq is told to refuse everybody when nobody answers, should that ever be.
    @Test func withoutAHandlerNobodyGetsIn() async throws {
        let (keys, context) = (try Keys(), try Context())
        let (pull, endpoint) = try Secured.pull(keys.server(accepting: .anyone), in: context)
        let watch = try HandshakeWatch(pull, in: context)
        let gate = try #require(pull.engine.gate)
        context.core.authenticator.close(gate)
        let push = try Secured.push(keys.client(), to: endpoint, in: context)
        _ = try push.trySend("x")
        _ = try await watch.next(HandshakeWatch.failures)
        #expect(try pull.tryReceive() == nil)
    }

    @Test func mistakesInTheOptionsAreTypedErrors() async throws {
        let (keys, context) = (try Keys(), try Context())
        func pull(_ security: SocketSecurity) throws {
            _ = try PullSocket(context: context, options: .init(transport: .init(security: security)))
        }
        await SocketTest.expect(.invalidArgument, "PLAIN") {
            try pull(.plainServer(accepting: .allow([keys.client.publicKey])))
        }
        await SocketTest.expect(.invalidArgument, "PLAIN") { try pull(.plainServer(accepting: .directory("/tmp"))) }
        await SocketTest.expect(.invalidArgument, "CURVE") { try pull(keys.server(accepting: .allow(passwords: [:]))) }
        await SocketTest.expect(.system, "/no/such/directory") {
            try pull(keys.server(accepting: .directory("/no/such/directory")))
        }
        let long = String(repeating: "x", count: 256)
        for (name, password) in [("", "x"), ("x", ""), (long, "x"), ("x", long)] {
            await SocketTest.expect(.invalidArgument, "1 to 255") {
                try pull(.plainClient(username: name, password: password))
            }
        }
        for security in [keys.server(accepting: .anyone), keys.client(), .plainServer(accepting: .anyone)] {
            await SocketTest.expect(.notSupported, "STREAM") {
                _ = try StreamSocket(context: context, options: .init(transport: .init(security: security)))
            }
        }
        await SocketTest.expect(.addressInUse, "authenticator") {
            try PullSocket(context: context).bind(.inproc("zeromq.zap.01"))
        }
        #expect(context.openSockets.isEmpty)
        try await context.terminate(within: SocketTest.patience)
    }

    @Test func contextThatWasShutDownMakesNoServer() async throws {
        let (keys, context) = (try Keys(), try Context())
        context.shutdown()
        await SocketTest.expect(.contextTerminated) {
            _ = try Secured.pull(keys.server(accepting: .anyone), in: context)
        }
    }

    /// Every pattern takes the option, and libzmq has it.
    @Test(arguments: OptionsTests.kinds.map(\.name)) func everyPatternIsSecured(kind: String) throws {
        guard kind != "STREAM" else { return }
        let make = try #require(OptionsTests.kinds.first { $0.name == kind }).make
        let (keys, context) = (try Keys(), try Context())
        let plain = SocketSecurity.plainServer(accepting: .anyone)
        for (security, expected) in [
            (keys.server(accepting: .anyone), ZMQ_CURVE), (keys.client(), ZMQ_CURVE), (plain, ZMQ_PLAIN),
        ] {
            let socket = try make(context, TransportOptions(security: security))
            let mechanism = socket.engine.state.withLock { state in
                unsafe state.handle.withRaw { raw -> Int32 in
                    var value: Int32 = -1
                    var size = MemoryLayout<Int32>.size
                    return unsafe zmq_getsockopt(raw, ZMQ_MECHANISM, &value, &size) == 0 ? value : -1
                }
            }
            #expect(mechanism == expected)
        }
    }
}
