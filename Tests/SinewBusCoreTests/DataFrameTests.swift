// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import TestSupport
import Testing

@Suite("Frames of a data lane", .timeLimit(.minutes(1)))
struct DataFrameTests {
    private static func pair(_ name: String, _ value: String) -> NaiveRecord.Pair {
        NaiveRecord.Pair(name: Array(name.utf8), value: Array(value.utf8))
    }

    private static func message(
        _ flags: UInt8,
        _ subject: String,
        _ payload: String,
        groups: [String] = [],
        id: UInt64 = 0,
        remaining: UInt64 = 0,
        headers: [NaiveRecord.Pair] = []
    ) -> NaiveRecord {
        NaiveRecord(
            kind: 1,
            flags: flags,
            subject: Array(subject.utf8),
            groups: groups.map { Array($0.utf8) },
            id: id,
            remaining: remaining,
            headers: headers,
            payload: Array(payload.utf8)
        )
    }

    private static func reply(
        _ flags: UInt8,
        _ status: UInt64,
        _ payload: String,
        headers: [NaiveRecord.Pair] = []
    ) -> NaiveRecord {
        NaiveRecord(kind: 2, flags: flags, id: 300, status: status, headers: headers, payload: Array(payload.utf8))
    }

    /// What the golden vectors stand for: the number of the first record, and the records.
    private static let golden: [String: (first: UInt64, records: [NaiveRecord])] = {
        let longest = message(4, "a", "", id: .max, remaining: 9_223_372_036_854_775)
        let trace = pair("trace", "7f3a")
        return [
            "nothing": (10, []),
            "message": (9, [message(0, "orders.new", "hello")]),
            "message-without-payload": (1, [message(0, "a", "")]),
            "message-to-groups": (9, [message(9, "orders.new", "hello", groups: ["audit", "shipping"])]),
            "message-to-a-group-too": (9, [message(1, "orders.new", "hello", groups: ["shipping"])]),
            "message-with-headers": (
                9, [message(2, "orders.new", "hello", headers: [trace, pair("Trace", ""), pair("trace", "91bc")])]
            ),
            "request": (9, [message(4, "inventory.check", "3", id: 300, remaining: 1_000_000)]),
            "request-longest": (9, [longest]),
            "message-with-all": (
                9, [message(15, "orders.new", "hello", groups: ["shipping"], id: 1, headers: [trace])]
            ),
            "reply": (9, [reply(16, 0, "12")]),
            "reply-of-many": (9, [reply(2, 0, "12", headers: [pair("unit", "pieces")])]),
            "reply-end": (9, [reply(16, 5, "")]),
            "reply-failure": (9, [reply(48, 2, "no such item")]),
            "reply-no-responder": (9, [reply(48, 1, "")]),
            "reply-own-status": (9, [reply(16, 404, "")]),
            "reply-own-failure": (9, [reply(50, 404, "sold out", headers: [pair("why", "sold")])]),
            "cancel": (9, [NaiveRecord(kind: 3, id: 300)]),
            "unknown": (9, [NaiveRecord(kind: 200, payload: [1, 2, 3])]),
            "several": (
                1 << 40,
                [
                    message(0, "a", "1"), NaiveRecord(kind: 4), NaiveRecord(kind: 3, id: 1),
                    message(0, "b", String(repeating: "2", count: 200)),
                ]
            ),
        ]
    }()

    /// A frame to process 7, by the writer.
    private func write(_ first: UInt64, _ records: [NaiveRecord]) throws -> [UInt8] {
        var frame: [UInt8] = []
        DataFrameHead(to: Incarnation(rawValue: 7), first: 0, count: 0).append(to: &frame)
        for record in records { try record.write(to: &frame) }
        DataFrameHead(to: Incarnation(rawValue: 7), first: first, count: UInt32(records.count)).overwrite(&frame)
        return frame
    }

    private func read(_ frame: [UInt8], limit: Int = .max) throws(CodecError) -> [NaiveRecord] {
        let head = try DataFrameHead(decoding: frame.span, maximumBytes: limit)
        var reader = RecordReader(head)
        var records: [NaiveRecord] = []
        while let record = try reader.next(in: frame.span) {
            records.append(NaiveRecord(record, in: frame))
            #expect(reader.number == head.first + UInt64(records.count))
        }
        return records
    }

    @Test("Frames have the bytes that the description says, and these are read as the same records")
    func goldenVectors() throws {
        var golden = Self.golden
        for vector in try WireVector.load("data.txt") where !vector.isRefused {
            let meant = golden.removeValue(forKey: vector.name)
            let value = try #require(meant, "\(vector.name)")
            let written = try write(value.first, value.records)
            #expect(written == vector.bytes, "\(vector.name)")
            let head = try DataFrameHead(decoding: vector.bytes.span, maximumBytes: vector.bytes.count)
            let count = UInt32(value.records.count)
            let expected = DataFrameHead(to: Incarnation(rawValue: 7), first: value.first, count: count)
            #expect(head == expected, "\(vector.name)")
            let read = try read(vector.bytes)
            #expect(read == value.records, "\(vector.name)")
        }
        #expect(golden.isEmpty)
    }

    @Test("What is no frame is refused, with the code and the place")
    func refusedVectors() throws {
        let vectors = try WireVector.load("data.txt").filter(\.isRefused)
        #expect(vectors.count == 54)
        for vector in vectors {
            let error = #expect(throws: CodecError.self, "\(vector.name)") { try read(vector.bytes) }
            if let error { #expect(vector.names(error), "\(vector.name): \(error), not \(vector.meaning)") }
        }
    }

    @Test("A frame that ends early is refused, wherever it ends, and so is one that goes on")
    func truncation() throws {
        for vector in try WireVector.load("data.txt") where !vector.isRefused {
            for end in 0..<vector.bytes.count {
                #expect(throws: CodecError.self, "\(vector.name) \(end)") { try read(Array(vector.bytes[..<end])) }
            }
            #expect(throws: CodecError.self, "\(vector.name)") { try read(vector.bytes + [0]) }
        }
    }

    @Test("Every byte of flags is taken or refused as the naive way does")
    func flags() throws {
        // With all flags: a subject, a group, a request, a header. What is not there by the flags is payload.
        let message: [UInt8] = [1, 0x61, 1, 1, 0x62, 1, 1, 1, 1, 0x6E, 0]
        let reply: [UInt8] = [1, 7, 1, 1, 0x6E, 0]
        var accepted: [UInt8: Int] = [:]
        for (kind, body) in [(1, message), (2, reply)] as [(UInt8, [UInt8])] {
            for flags in UInt8.min ... .max {
                var frame: [UInt8] = []
                let head = DataFrameHead(to: Incarnation(rawValue: 7), first: 1, count: 1)
                head.append(to: &frame)
                frame += [UInt8(body.count + 2), kind, flags] + body
                let mine = try? read(frame)
                let naive = try? NaiveRecord.decode(frame, head)
                #expect(mine == naive, "\(kind) \(flags)")
                if mine != nil { accepted[kind, default: 0] += 1 }
            }
        }
        // Of replies with a status of the users all 8 combinations mean something.
        #expect(accepted[1] ?? 0 > 3 && accepted[2] == 8, "\(accepted)")
    }

    @Test("A frame larger than the limit is refused")
    func frameLimit() throws {
        let frame = try write(1, [Self.message(0, "a", "hello")])
        let records = try read(frame, limit: frame.count)
        #expect(records.count == 1)
        let error = #expect(throws: CodecError.self) { try read(frame, limit: frame.count - 1) }
        #expect(error?.code == .overLimit)
    }

    @Test("What cannot be said is not written, and leaves nothing behind")
    func unsayable() throws {
        let groups = try (0..<65).map { try QueueGroup("g\($0)") }
        let wrong: Headers = ["no colon:": "x"]
        func refusal(_ subject: Int, _ groups: [QueueGroup], _ headers: Headers, _ only: Bool) -> CodecError.Code? {
            var frame: [UInt8] = [1, 2, 3]
            let name = [UInt8](repeating: 97, count: subject)
            defer { #expect(frame == [1, 2, 3]) }
            do throws(CodecError) {
                try RecordWriter.appendMessage(
                    subject: name.span,
                    payload: name.span,
                    headers: headers,
                    groups: groups,
                    isForGroupsOnly: only,
                    to: &frame
                )
                frame = []
                return nil
            } catch {
                return error.code
            }
        }
        #expect(refusal(0, [], [:], false) == .overLimit)
        #expect(refusal(4097, [], [:], false) == .overLimit)
        #expect(refusal(1, groups, [:], false) == .overLimit)
        #expect(refusal(1, [], wrong, false) == .invalidValue)
        #expect(refusal(1, [], [:], true) == .invalidValue)
        var frame: [UInt8] = []
        #expect(throws: CodecError.self) {
            try RecordWriter.appendReply(to: 1, headers: wrong, payload: [UInt8]([]).span, to: &frame)
        }
        #expect(frame.isEmpty)
    }

    @Test("The writer puts in order what has to be in order")
    func normalForms() throws {
        let unordered = try write(1, [Self.message(1, "a", "", groups: ["b", "a", "b"])])
        let ordered = try write(1, [Self.message(1, "a", "", groups: ["a", "b"])])
        #expect(unordered == ordered)
        let failure = try write(1, [Self.reply(48, 0, "x")])
        #expect(try read(failure) == [Self.reply(48, 2, "x")])
        let busy = try write(1, [Self.reply(16, 3, "x")])
        #expect(try read(busy) == [Self.reply(48, 3, "x")])
        let end = try write(1, [Self.reply(0, 5, "")])
        #expect(try read(end) == [Self.reply(16, 5, "")])
        let late = try write(1, [Self.message(4, "a", "", remaining: .max)])
        #expect(try read(late) == [Self.message(4, "a", "", remaining: Record.maximumRemainingMicroseconds)])
    }

    @Test("A reader that is given another frame than its own throws")
    func otherFrame() throws {
        let frame = try write(1, [Self.message(0, "abcdef", "hello"), Self.message(0, "b", "hello")])
        var reader = RecordReader(try DataFrameHead(decoding: frame.span, maximumBytes: 1000))
        let first = try reader.next(in: frame.span)
        let record = try #require(first)
        let short = Array(frame[..<24])
        #expect(record.payload.array(in: short.span).isEmpty)
        #expect(record.subject.array(in: short.span).isEmpty)
        #expect(record.headers(in: short.span).isEmpty)
        let error = #expect(throws: CodecError.self) { try reader.next(in: short.span) }
        #expect(error?.code == .truncated)
    }
}
