// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

@testable import custom_topology

@Suite("The pool over sockets", .serialized, .timeLimit(.minutes(1)))
struct PoolSocketTests {
    @Test("One node gets all tasks, the others take some of them, each result comes once")
    func pool() async throws {
        let context = try Context()
        let summary = try await PoolCommand.run(
            nodes: 4,
            tasks: 100,
            work: .milliseconds(20),
            within: .seconds(30),
            in: context
        )
        #expect(summary.isGood, "\(summary)")
        // Were nothing handed over, the first would have run them all, in two seconds. How many the others get depends
        // on what else the machine does.
        #expect(summary.ran.dropFirst().reduce(0, +) > 0, "\(summary)")
        try await context.terminate(within: .seconds(5))
    }
}
