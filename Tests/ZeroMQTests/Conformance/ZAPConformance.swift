// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// libzmq's test of ZAP handlers that break the protocol: `test_security_zap`. Source: ZeroMQ RFC 27/ZAP.
///
/// The library's own handler answers as it should (`ZAPTests`), and its place is refused to others. Here it is taken
/// away, so that a broken one can be put there: whatever happens, nobody gets in, and the monitor says why.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ZAPConformance {
    enum Fault: String, CaseIterable, Sendable {
        case version, requestID, status, emptyStatus, tooFewFrames, tooManyFrames, metadata, temporary, refused, failure

        /// The frames of an answer, after REP's envelope.
        func answer(to id: Frame) -> [Frame] {
            switch self {
            case .version: ["2.0", id, "200", "OK", "user", ""]
            case .requestID: ["1.0", "another", "200", "OK", "user", ""]
            case .status: ["1.0", id, "201", "OK", "user", ""]
            case .emptyStatus: ["1.0", id, "", "OK", "user", ""]
            case .tooFewFrames: ["1.0", id, "200", "OK", "user"]
            case .tooManyFrames: ["1.0", id, "200", "OK", "user", "", ""]
            case .metadata: ["1.0", id, "200", "OK", "user", "nonsense"]
            case .temporary: ["1.0", id, "300", "Later", "", ""]
            case .refused: ["1.0", id, "400", "No", "", ""]
            case .failure: ["1.0", id, "500", "Broken", "", ""]
            }
        }

        var reason: HandshakeFailure.Reason {
            switch self {
            case .version: .zapBadVersion
            case .requestID: .zapBadRequestID
            case .status, .emptyStatus: .zapInvalidStatusCode
            case .tooFewFrames, .tooManyFrames: .zapMalformedReply
            case .metadata: .zapInvalidMetadata
            case .temporary: .temporaryFailure
            case .refused: .refused
            case .failure: .authenticatorFailed
            }
        }
    }

    /// A server whose handler is a ROUTER of the test's.
    private struct Scene: Sendable {
        let context: Context
        let keys: Keys
        let server: PullSocket
        let endpoint: Endpoint
        let events: SocketEvents
        let handler: RouterSocket

        init(isCurve: Bool) async throws {
            (context, keys) = (try Context(), try Keys())
            let security = isCurve ? keys.server(accepting: .anyone) : .plainServer(accepting: .anyone)
            (server, endpoint) = try Secured.pull(security, in: context)
            events = try server.events()
            context.core.authenticator.close(try #require(server.engine.gate))
            handler = try RouterSocket(context: context)
            let taken = handler
            try await eventually { (try? taken.engine.bind(.inproc(ZAPRequest.endpointName))) != nil }
        }

        func client(patience: Duration = .seconds(30)) throws -> PushSocket {
            let isCurve = server.engine.gate?.mechanism == .curve
            let security = isCurve ? keys.client() : .plainClient(username: "a", password: "b")
            let push = try Secured.push(security, to: endpoint, in: context, patience: patience)
            _ = try push.trySend("let in")
            return push
        }
    }

    @Test(arguments: Fault.allCases, [true, false]) func brokenAnswersLetNobodyIn(
        fault: Fault,
        isCurve: Bool
    ) async throws {
        let scene = try await Scene(isCurve: isCurve)
        let push = try scene.client()
        let request = try await scene.handler.receive(timeout: Conformance.patience)
        let frames = Array(request.message.frames)
        #expect(frames.count == (isCurve ? 8 : 9) && frames[0] == "" && frames[1] == "1.0")
        let answer = try Message(frames: [""] + fault.answer(to: frames[2]))
        try await scene.handler.send(answer, to: request.peer)
        #expect(try await SecurityConformance.failure(scene.events) == fault.reason)
        #expect(try scene.server.tryReceive() == nil)
        #expect(scene.server.statistics.handshakeFailures == 1)
        push.close()
    }

    /// The test's own handler does let in who should be: the faults above are what keeps them out.
    @Test(arguments: [true, false]) func rightAnswersLetIn(isCurve: Bool) async throws {
        let scene = try await Scene(isCurve: isCurve)
        let push = try scene.client()
        let request = try await scene.handler.receive(timeout: Conformance.patience)
        let id = Array(request.message.frames)[2]
        // A property: the length of its name, the name, the length of its value in four bytes, the value.
        let property = Frame([5] + Array("Hello".utf8) + [0, 0, 0, 5] + Array("World".utf8))
        try await scene.handler.send(Message("", "1.0", id, "200", "OK", "ann", property), to: request.peer)
        let message = try await scene.server.receive(timeout: Conformance.patience)
        #expect(message == "let in" && message.userID == "ann")
        #expect(message.metadata("User-Id") == "ann" && message.metadata("Hello") == "World")
        #expect(message.metadata("Peer-Address") == "127.0.0.1" && message.metadata("Socket-Type") == "PUSH")
        #expect(message.metadata("No such name") == nil)
        push.close()
    }

    /// The client gives up; nothing else would end this handshake before the server's own time is up.
    @Test func handlerThatNeverAnswersLetsNobodyIn() async throws {
        let scene = try await Scene(isCurve: true)
        let push = try scene.client(patience: .milliseconds(200))
        _ = try await scene.handler.receive(timeout: Conformance.patience)
        #expect(try await SecurityConformance.failure(scene.events) == .connectionEnded)
        #expect(try scene.server.tryReceive() == nil)
        push.close()
    }

    @Test(arguments: [true, false]) func handlerThatGoesAwayLetsNobodyIn(afterTheQuestion: Bool) async throws {
        let scene = try await Scene(isCurve: true)
        if !afterTheQuestion { scene.handler.close() }
        let push = try scene.client(patience: .milliseconds(500))
        if afterTheQuestion {
            _ = try await scene.handler.receive(timeout: Conformance.patience)
            scene.handler.close()
        }
        #expect(try await SecurityConformance.failure(scene.events) == .connectionEnded)
        #expect(try scene.server.tryReceive() == nil)
        push.close()
    }
}
