// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import orders_core

@Suite("orders-core with its processes", .serialized, .timeLimit(.minutes(2)))
struct SceneTests {
    /// Where the build has put the program: beside the tests.
    static let program = BuiltProgram.path(of: "orders-core")

    @Test("One shipping service is killed, and every order is accounted for")
    func scene() async throws {
        let result = try await Scene.play(orders: 400, within: .seconds(90), program: Self.program)
        #expect(result.faults == [])
        #expect(result.orders == 400)
        #expect(result.audited == 400)
        // A hundred orders were placed while one of three did nothing.
        #expect(result.explainedCount > 0)
        #expect(result.shipped + result.explainedCount == 400)
    }

    @Test func aProgramThatEndsAtOnceIsNotWaitedFor() async throws {
        await #expect(throws: SceneFailure.self) {
            _ = try await Scene.play(orders: 4, within: .seconds(60), program: "/bin/false")
        }
    }
}
