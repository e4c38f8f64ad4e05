// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of messages: `test_msg_ffn`, `test_metadata`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct MessageConformance {
    private let patience = Conformance.patience

    private static func pair() throws -> (Context, PushSocket, PullSocket) {
        let context = try Context()
        let (push, pull) = (try PushSocket(context: context), try PullSocket(context: context))
        try push.connect(try pull.bind(.tcp("127.0.0.1", port: .any)))
        return (context, push, pull)
    }

    /// Memory that was lent to libzmq comes back once, whatever became of the message.
    @Test(arguments: ["dropped", "copied", "sent", "copied and sent", "sent to nobody"])
    func memoryIsGivenBackOnce(fate: String) async throws {
        let (context, push, pull) = try Self.pair()
        let releases = Count()
        do {
            let message = try CountedBytes.message(of: 4096, releases)
            switch fate {
            case "copied":
                let copy = message
                #expect(copy == message && message.copy() == message)
            case "sent":
                try await push.send(message)
                #expect(try await pull.receive(timeout: patience).byteCount == 4096)
            case "copied and sent":
                for _ in 0..<2 {
                    try await push.send(message)
                    #expect(try await pull.receive(timeout: patience) == message)
                }
            case "sent to nobody":
                let lonely = try PushSocket(context: context, options: .init(transport: Conformance.eager()))
                try lonely.connect(Conformance.abstractName())
                try await lonely.send(message)
                lonely.close()
            default: #expect(message.byteCount == 4096)
            }
        }
        try await eventually { releases.value == 1 }
        push.close()
        pull.close()
        try await context.terminate(within: patience)
        #expect(releases.value == 1)
    }

    /// What libzmq knows of the peer comes with its messages, over the transports where it asks.
    @Test(arguments: Conformance.transports) func messagesSayWhoSentThem(endpoint: Endpoint) async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let dealer = try DealerSocket(context: context, options: .init(routingID: "me"))
        try dealer.connect(try router.bind(endpoint))
        try await dealer.send(Message("a", "b"))
        let message = try await router.receive(timeout: patience).message
        #expect(message.metadata("Socket-Type") == (endpoint.isInproc ? nil : "DEALER"))
        #expect(message.metadata("Identity") == (endpoint.isInproc ? nil : "me"))
        #expect(message.userID == nil)
        if endpoint.port != nil { #expect(message.metadata("Peer-Address") == "127.0.0.1") }
        #expect(Message("made here").metadata("Socket-Type") == nil)
    }
}
