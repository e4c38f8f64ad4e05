// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

@testable import custom_topology

@Suite("The pool over sockets", .serialized, .timeLimit(.minutes(1)))
struct PoolSocketTests {
    @Test("One node gets all tasks, the others do most of them, each result comes once")
    func pool() async throws {
        let context = try Context()
        let summary = try await PoolCommand.run(
            nodes: 4,
            tasks: 200,
            work: .milliseconds(3),
            within: .seconds(30),
            in: context
        )
        #expect(summary.isGood, "\(summary)")
        // Were nothing handed over, the first would have run them all.
        #expect(summary.ran.dropFirst().allSatisfy { $0 > 10 }, "\(summary)")
        try await context.terminate(within: .seconds(5))
    }
}
