// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewSubjects
import TestSupport
import Testing

/// Requests that come while the responder waits for them on another thread.
@Suite("Requests one after the other", .timeLimit(.minutes(1)))
struct RequestRaceTests {
    /// The responder's task runs as soon as it has the message, beside the thread that took the message in: what the
    /// responder then looks up has to be there.
    @Test func everyRequestIsAnswered() async throws {
        let responder = try Node("responder")
        let requester = try Node("requester", discovery: .seeds(["\(responder.endpoint)"]))
        let responding = Task { try await responder.respond(to: "echo") { Response($0.payload.array) } }
        defer { responding.cancel() }
        try await requester.ready(peers: 1, within: .seconds(20))
        // Before that it would be right to say that nobody responds.
        try await eventually { requester.isWanted("echo") }
        for number in 0..<2000 {
            let reply = try await requester.request("\(number)", to: "echo", timeout: .seconds(10))
            #expect(reply.payload.string == "\(number)")
        }
    }
}
