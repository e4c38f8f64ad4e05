// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's tests of ROUTER, of which most are elsewhere: `test_router_mandatory`, `test_issue_566`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct RouterConformance {
    private let patience = Conformance.patience

    @Test(arguments: Conformance.transports)
    func unknownPeersAreReachableOnceTheySpoke(endpoint: Endpoint) async throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let bound = try router.bind(endpoint)
        await SocketTest.expect(.unreachable, "ROUTER socket") { try await router.send("too early", to: "peer") }
        let dealer = try DealerSocket(context: context, options: .init(routingID: "peer"))
        try dealer.connect(bound)
        try await dealer.send("hello")
        #expect(try await router.receive(timeout: patience) == RoutedMessage(peer: "peer", message: "hello"))
        try await router.send("hello yourself", to: "peer", timeout: patience)
        #expect(try await dealer.receive(timeout: patience) == "hello yourself")
        #expect(router.statistics.sent == 1)
    }

    /// Each client that comes gets the answer to its own question, and nobody else's.
    @Test(arguments: Conformance.transports)
    func shortLivedClientsAreToldApart(endpoint: Endpoint) async throws {
        let context = try Context()
        let other = endpoint.isInproc ? context : try Context()
        let router = try RouterSocket(context: context)
        let bound = try router.bind(endpoint)
        let answering = Task {
            for try await question in router.messages { try await router.send(question.message, to: question.peer) }
        }
        for number in 0..<100 {
            let dealer = try DealerSocket(context: other)
            try dealer.connect(bound)
            try await dealer.send("\(number)")
            #expect(try await dealer.receive(timeout: patience).string == "\(number)")
            dealer.close()
        }
        router.close()
        try await value(of: answering)
    }
}
