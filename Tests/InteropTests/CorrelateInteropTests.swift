// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

extension Interop {
    /// REQ and ROUTERs of pyzmq that take requests apart by hand: what `correlate` is for.
    @Suite(
        .serialized,
        .timeLimit(.minutes(5)),
        .enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing)
    )
    struct CorrelateInteropTests {
        private let context: Context
        private let peer: Peer

        init() throws {
            context = try Context()
            peer = try Peer(.pyzmq)
        }

        private func connected(correlate: Bool) async throws -> RequestSocket {
            let options = RequestSocket.Options(correlate: correlate, transport: Interop.transport())
            let socket = try RequestSocket(context: context, options: options)
            try await peer.socket("ROUTER")
            try await Way.tcpConnected.join(socket, peer)
            return socket
        }

        /// The peer answers [id, empty, reply], whatever came.
        @Test func naiveRouterServesRequestsWithoutCorrelation() async throws {
            let socket = try await connected(correlate: false)
            let (peer, count) = (peer, Traffic.usualCount)
            try await Interop.together(
                {
                    for number in 0..<count {
                        let reply = try await socket.request("\(number)", timeout: Interop.patience)
                        try #require(reply.string == "re: \(number)" && reply.frames.count == 1)
                    }
                },
                {
                    let answer = try await peer("naive_router", ["name": "peer", "count": .number(count)])
                    #expect(answer.count == 0, "requests that did not have three frames")
                }
            )
        }

        /// With correlation, which is the default, its answers carry no number: they are discarded, and the call times
        /// out. The next request, whose reply comes behind that one, shows that it had arrived.
        @Test func naiveRouterServesNoRequestsWithCorrelation() async throws {
            let socket = try await connected(correlate: true)
            let peer = peer
            try await Interop.together(
                {
                    do {
                        let reply = try await socket.request("first", timeout: .milliseconds(300))
                        Issue.record("a reply without the number was taken: \(reply)")
                    } catch let error as ZMQError {
                        #expect(error.code == .timedOut)
                    }
                },
                {
                    let answer = try await peer("naive_router", ["name": "peer", "count": 1])
                    #expect(answer.count == 1, "the request was to have four frames")
                }
            )
            let (requests, replies) = (Traffic(count: 1), Traffic(count: 1))
            var questions = requests.makeIterator()
            let question = try Message(frames: questions.next()!.map { Frame($0) })
            try await Interop.together(
                { try await replies.receive { try await socket.request(question, timeout: Interop.patience) } },
                { try await peer.exchange("route_traffic", requests, replies: replies) }
            )
        }

        /// Nothing in a late reply tells that it belongs to a request that was given up; a new connection does.
        @Test func lateRepliesAreNotTakenWithoutCorrelation() async throws {
            let socket = try await connected(correlate: false)
            for round in 0..<20 {
                let abandoned = Task { try await socket.request("slow \(round)") }
                let slow = try await frames()
                #expect(Array(slow.dropFirst()) == ["", Hex.text(of: Array("slow \(round)".utf8))])
                abandoned.cancel()
                await #expect(throws: ZMQError.self) { try await abandoned.value }
                async let reply = socket.request("quick \(round)", timeout: Interop.patience)
                let quick = try await frames()
                try await send([slow[0], "", Hex.text(of: Array("late".utf8))])
                try await send([quick[0], "", Hex.text(of: Array("in time".utf8))])
                #expect(try await reply.string == "in time")
            }
        }

        private func frames() async throws -> [String] {
            try #require(try await peer("receive", ["name": "peer"]).messages?.first)
        }

        private func send(_ frames: [String]) async throws {
            try await peer("send", ["name": "peer", "messages": [.list(frames.map { .text($0) })]])
        }
    }
}
