// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import Testing

@Suite("Errors of the bus", .timeLimit(.minutes(1)))
struct BusErrorTests {
    private static let codes: [BusError.Code] = [
        .noResponders, .timedOut, .cancelled, .responderLost, .responderFailed, .responderBusy, .closed, .draining,
        .invalidSubject, .invalidFilter, .invalidName, .tooLarge, .tooManyRequests,
        .tooManySubscriptions, .slowSubscriber, .notConfirmed, .superseded, .notLinked, .bindFailed, .configuration,
        .codec,
    ]

    @Test("Each code has its own name, and says in one line what to do", arguments: codes)
    func lines(code: BusError.Code) {
        let error = BusError(code, "orders.new")
        #expect(error.description == "\(code): orders.new; \(error.advice)")
        #expect(!error.advice.isEmpty && !error.advice.contains("description of the code"))
        #expect(!error.description.contains("\n"))
        #expect(Self.codes.count { $0.description == code.description } == 1)
    }

    @Test("Names whom it is about, in order")
    func nodes() {
        let error = BusError(.notConfirmed, "orders.*", advice: "wait", nodes: ["stock", "audit"])
        #expect(error.nodes == ["audit", "stock"])
        #expect(error.description == "notConfirmed: orders.* (audit, stock); wait")
    }

    @Test("What is wrong with the call itself is not to be repeated")
    func retriable() {
        let retriable = Self.codes.filter { BusError($0, "").isRetriable }
        #expect(
            retriable == [
                .noResponders, .timedOut, .responderLost, .responderBusy, .tooManyRequests, .tooManySubscriptions,
                .slowSubscriber, .notConfirmed, .notLinked, .bindFailed,
            ]
        )
    }
}
