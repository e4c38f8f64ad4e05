// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import TestSupport
import Testing
import ZeroMQ

@testable import SinewBus

@Suite("Answers that wait for who asked", .timeLimit(.minutes(1)))
struct ReplyCoreTests {
    private static func reply(_ number: UInt64) throws -> Reply {
        var bytes: [UInt8] = []
        let head = DataFrameHead(to: Incarnation(rawValue: 1), first: number, count: 1)
        head.append(to: &bytes)
        try RecordWriter.appendReply(to: 7, payload: [UInt8("x".utf8.first ?? 0)].span, to: &bytes)
        var reader = RecordReader(head)
        let record = try reader.next(in: bytes.span)
        let publisher = ProcessID(NodeID(cluster: "test", name: "responder"), Incarnation(rawValue: 2))
        let origin = MessageOrigin(frame: Frame(bytes), publisher: publisher, publisherName: "responder", first: number)
        return Reply(origin, try #require(record))
    }

    @Test("No more wait than the limit, the first of them stay, and there is room again once one was taken")
    func limit() async throws {
        let core = ReplyCore()
        let reply = try Self.reply(1)
        for number in 0..<65_536 { #expect(core.add(reply), "answer \(number)") }
        #expect(!core.add(reply))
        #expect(try await core.next() != nil)
        #expect(core.add(reply))
        #expect(!core.add(reply))
        core.end(nil)
        var count = 0
        while try await core.next() != nil { count += 1 }
        #expect(count == 65_536)
    }

    @Test("An answer that comes at the same time as the end is not lost, whichever is told first")
    func endBeforeAnAnswer() async throws {
        let core = ReplyCore()
        #expect(core.add(try Self.reply(1)))
        core.end(nil, after: 2)
        #expect(try await core.next() != nil)
        let second = Task { try await core.next() }
        // With the end alone it waits.
        try await eventually { core.isAwaited }
        #expect(core.add(try Self.reply(2)))
        #expect(try await second.value != nil)
        #expect(try await core.next() == nil)
    }

    @Test("An end waits for no answer for which there is no room")
    func endWithoutRoom() async throws {
        let core = ReplyCore()
        let reply = try Self.reply(1)
        for _ in 0..<65_536 { #expect(core.add(reply)) }
        core.end(nil, after: 65_537)
        #expect(!core.add(reply))
        for _ in 0..<65_536 { #expect(try await core.next() != nil) }
        #expect(try await core.next() == nil)
    }
}
