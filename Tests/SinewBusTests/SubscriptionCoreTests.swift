// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects
import Testing
import ZeroMQ

@testable import SinewBus

@Suite("What waits for a subscription", .timeLimit(.minutes(1)))
struct SubscriptionCoreTests {
    /// A frame with a small message, and a large one for somebody else.
    private static func frame(_ number: UInt64) throws -> (MessageOrigin, QueuedMessage) {
        var bytes: [UInt8] = []
        let head = DataFrameHead(to: Incarnation(rawValue: 1), first: number, count: 2)
        head.append(to: &bytes)
        let headers: Headers = ["trace": "7"]
        let small = Array("payload \(number)".utf8)
        let large = [UInt8](repeating: 0, count: 100_000)
        try RecordWriter.appendMessage(subject: Array("other".utf8).span, payload: large.span, to: &bytes)
        try RecordWriter.appendMessage(
            subject: Array("small".utf8).span,
            payload: small.span,
            headers: headers,
            to: &bytes
        )
        var reader = RecordReader(head)
        _ = try reader.next(in: bytes.span)
        let record = try reader.next(in: bytes.span)
        let publisher = ProcessID(NodeID(cluster: "test", name: "publisher"), Incarnation(rawValue: 2))
        let origin = MessageOrigin(frame: Frame(bytes), publisher: publisher, publisherName: "publisher", first: number)
        return (origin, QueuedMessage(try #require(record), position: 1))
    }

    @Test("A small message does not keep a large frame for as long as its reader takes")
    func frames() throws {
        let interest = Interest(SubjectFilter("small"), group: nil)
        let core = SubscriptionCore(number: 0, interest: interest, options: SubscriptionOptions(), isResponder: false)
        for number in stride(from: 1, to: 200, by: 2) as StrideTo<UInt64> {
            let (origin, message) = try Self.frame(number)
            let delivered = core.deliver([message], of: origin)
            #expect(delivered.drops.isEmpty)
        }
        for number in stride(from: 1, to: 200, by: 2) as StrideTo<UInt64> {
            let message = try #require(core.pop().message)
            #expect(message.origin.frame.byteCount < 100)
            #expect(message.payload.string == "payload \(number)" && message.subject == "small")
            #expect(message.headers["trace"] == "7" && message.sequence == number + 1)
        }
    }
}
