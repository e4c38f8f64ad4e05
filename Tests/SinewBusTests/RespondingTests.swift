// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewBusCore
import SinewSubjects
import TestSupport
import Testing

@Suite("Responders", .timeLimit(.minutes(1)))
struct RespondingTests {
    @Test("Who says that it is ready to respond can be asked by every peer")
    func ready() async throws {
        let (first, second) = try await Pair.linked()
        let unconfirmed = AsyncStream.makeStream(of: [String].self)
        let responding = Task {
            try await second.respond(to: "echo", onReady: { unconfirmed.continuation.yield($0) }) {
                Response($0.payload.array)
            }
        }
        var names = unconfirmed.stream.makeAsyncIterator()
        let missing = await names.next()
        #expect(missing == [] && first.isWanted("echo"))
        responding.cancel()
        try await responding.value
    }

    @Test("A responder that is cancelled ends, however many requests come meanwhile")
    func endsUnderLoad() async throws {
        let node = try Node("alone")
        let responding = Task {
            try await node.respond(to: "slow") { request in
                // Until the next one is there, too: something is always running.
                for _ in 0..<200 { await Task.yield() }
                return Response(request.payload.array)
            }
        }
        try await eventually { node.isWanted("slow") }
        let askers = (0..<48).map { _ in
            Task {
                while !Task.isCancelled {
                    do {
                        _ = try await node.request("x", to: "slow", timeout: .seconds(10))
                    } catch {
                        // Nobody is left who responds.
                        await Task.yield()
                    }
                }
            }
        }
        try await eventually { node.statistics.delivered > 500 }
        responding.cancel()
        _ = await responding.result
        #expect(!node.isWanted("slow"))
        for asker in askers { asker.cancel() }
        for asker in askers { await asker.value }
    }

    @Test("An answer that nobody could take fails the request at once, and says why")
    func answersThatCannotBeSent() async throws {
        var options = Node.Options()
        options.maximumPayloadBytes = 1000
        let responder = try Node("responder", options: options)
        let requester = try Node("requester", discovery: .seeds(["\(responder.endpoint)"]))
        let responding = Task {
            try await responder.respond(to: "large") { _ in Response([UInt8](repeating: 0, count: 1001)) }
        }
        defer { responding.cancel() }
        try await requester.ready(peers: 1, within: .seconds(20))
        try await eventually { requester.isWanted("large") }
        let began = ContinuousClock.now
        for node in [requester, responder] {
            let error = await #expect(throws: BusError.self) {
                try await node.request("x", to: "large", timeout: .seconds(50))
            }
            #expect(error?.code == .responderFailed && "\(error.map { "\($0)" } ?? "")".contains("1001 bytes"))
        }
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test("Also where there is no room for the reason")
    func noRoomForTheReason() async throws {
        var options = Node.Options()
        options.maximumPayloadBytes = 8
        let node = try Node("small", options: options)
        let responding = Task { try await node.respond(to: "large") { _ in "nine bytes and more" } }
        defer { responding.cancel() }
        try await eventually { node.isWanted("large") }
        let error = await #expect(throws: BusError.self) {
            try await node.request("x", to: "large", timeout: .seconds(30))
        }
        #expect(error?.code == .responderFailed)
    }

    @Test("A shutdown does not wait for anything once the last answer is there, also to the node itself")
    func shutdownAfterTheLastAnswer() async throws {
        let node = try Node("alone")
        let began = ContinuousClock.now
        let isAsked = AsyncStream<Void>.makeStream()
        let mayAnswer = AsyncStream<Void>.makeStream()
        let responding = Task {
            try await node.respond(to: "last") { request in
                isAsked.continuation.yield()
                for await _ in mayAnswer.stream { break }
                return Response(request.payload.array)
            }
        }
        try await eventually { node.isWanted("last") }
        let asking = Task { try await node.request("x", to: "last", timeout: .seconds(50)) }
        for await _ in isAsked.stream { break }
        let ending = Task { await node.shutdown(within: .seconds(40)) }
        try await eventually { !node.isWanted("last") }
        mayAnswer.continuation.yield()
        await ending.value
        #expect(ContinuousClock.now - began < .seconds(30))
        _ = await (asking.result, responding.result)
    }
}
