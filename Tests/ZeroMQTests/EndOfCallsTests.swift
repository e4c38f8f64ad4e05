// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import ZeroMQ

/// Every kind of call, while it waits, ends when its socket or its context does.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct EndOfCallsTests {
    /// How a call is ended from outside.
    enum Ending: CaseIterable {
        case close, shutdown, terminate

        /// What the call throws.
        var code: ZMQError.Code { self == .close ? .closed : .contextTerminated }
    }

    /// A call that is going to wait.
    struct Call: Sendable {
        let socket: any Socket
        let body: @Sendable () async throws -> Void
        /// A loop ends without an error.
        var isLoop = false
    }

    typealias Make = @Sendable (Context) async throws -> Call

    static let calls: [(name: String, make: Make)] = [
        (
            "receive",
            { context in
                let pull = try PullSocket(context: context)
                return Call(socket: pull) { _ = try await pull.receive() }
            }
        ),
        (
            "receive(upTo:)",
            { context in
                let pull = try PullSocket(context: context)
                return Call(socket: pull) { _ = try await pull.receive(upTo: 5) }
            }
        ),
        (
            "messages",
            { context in
                let pull = try PullSocket(context: context)
                return Call(socket: pull, body: { for try await _ in pull.messages {} }, isLoop: true)
            }
        ),
        (
            "send",
            { context in
                let push = try PushSocket(context: context)
                return Call(socket: push) { try await push.send("to nobody") }
            }
        ),
        (
            "send to a full peer",
            { context in
                let router = try RouterSocket(context: context, options: .init(sendHighWaterMark: 1))
                let dealer = try DealerSocket(
                    context: context,
                    options: .init(receiveHighWaterMark: 1, routingID: "full")
                )
                try dealer.connect(try router.bind(.inproc("full")))
                try await dealer.send("hello")
                _ = try await router.receive(timeout: SocketTest.patience)
                return Call(socket: router) {
                    // The peer lives as long as the call.
                    while true { try await router.send(Message("\(dealer.statistics.sent)"), to: "full") }
                }
            }
        ),
        (
            "request without a peer",
            { context in
                let request = try RequestSocket(context: context)
                return Call(socket: request) { _ = try await request.request("nobody") }
            }
        ),
        (
            "request without an answer",
            { context in
                let request = try RequestSocket(context: context)
                let router = try RouterSocket(context: context)
                try request.connect(try router.bind(.inproc("silent")))
                return Call(socket: request) {
                    _ = try await request.request("question")
                    router.close()
                }
            }
        ),
        (
            "reply's receive",
            { context in
                let reply = try ReplySocket(context: context)
                return Call(socket: reply) { _ = try await reply.receive() }
            }
        ),
        (
            "serve",
            { context in
                let reply = try ReplySocket(context: context)
                return Call(socket: reply, body: { try await reply.serve { $0 } }, isLoop: true)
            }
        ),
        (
            "routed messages",
            { context in
                let router = try RouterSocket(context: context)
                return Call(socket: router, body: { for try await _ in router.messages {} }, isLoop: true)
            }
        ),
        (
            "subscriptions",
            { context in
                let publisher = try PublisherSocket(context: context)
                return Call(socket: publisher) { try await publisher.subscriptions(to: "x", atLeast: 1) }
            }
        ),
    ]

    @Test(arguments: calls.map(\.name), Ending.allCases)
    func waitingCallEnds(name: String, ending: Ending) async throws {
        let make = try #require(Self.calls.first { $0.name == name }).make
        let context = try Context()
        let call = try await make(context)
        let parks = call.socket.statistics.parks
        let task = Task { try await call.body() }
        try await eventually { call.socket.statistics.parks > parks }
        let termination = end(ending, context, call.socket)
        let code = await failure { try await value(of: task) }
        #expect(code == (call.isLoop ? nil : ending.code))
        // Called again, it ends at once.
        let again = await failure { try await within(SocketTest.patience) { try await call.body() } }
        #expect(again == (call.isLoop ? nil : ending.code))
        call.socket.close()
        termination?.cancel()
    }

    /// Ends the calls. A termination goes on until the sockets are closed.
    private func end(_ ending: Ending, _ context: Context, _ socket: any Socket) -> Task<Void, any Error>? {
        switch ending {
        case .close: socket.close()
        case .shutdown: context.shutdown()
        case .terminate: return Task { try await context.terminate(within: SocketTest.patience) }
        }
        return nil
    }

    @Test(arguments: [true, false], Ending.allCases)
    func exclusiveWaitEnds(isSending: Bool, ending: Ending) async throws {
        let context = try Context()
        let socket = try PairSocket(context: context)
        let ended = Task {
            try await onThread {
                try socket.withExclusiveAccess { access in
                    if isSending { try access.send("to nobody") } else { _ = try access.receive() }
                }
            }
        }
        try await eventually { await failure { _ = try socket.tryReceive() } == .busy }
        let termination = end(ending, context, socket)
        #expect(await failure { try await value(of: ended) } == ending.code)
        // The thread has left: the socket can be closed, and nothing holds the context up.
        socket.close()
        try await termination?.value
        try await context.terminate(within: SocketTest.patience)
    }
}
