// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import Testing

@Suite("Lines of the bus", .timeLimit(.minutes(1)))
struct BusLineTests {
    private static let message = BusLine.Message(
        subject: "orders.new",
        payload: [0x61, 0x09, 0x62, 0x0A, 0xFF],
        node: "orders-1",
        sequence: 7,
        headers: [BusLine.Header("trace", "1"), BusLine.Header("trace", "2=")]
    )

    private static func line(_ line: BusLine, _ message: BusLine.Message = message) -> String {
        String(decoding: line.line(for: message), as: UTF8.self)
    }

    @Test func eachNotation() {
        #expect(Self.line(BusLine(.text)) == "orders.new\ta\tb\\n\\xff\n")
        #expect(Self.line(BusLine(.hex)) == "orders.new\t6109620aff\n")
        let json =
            #"{"subject":"orders.new","payload":{"base64":"YQliCv8="},"node":"orders-1","sequence":7,"#
            + #""headers":[["trace","1"],["trace","2="]]}"# + "\n"
        #expect(Self.line(BusLine(.json)) == json)
        #expect(Self.line(BusLine(.text, isRaw: true)) == "a\tb\\n\\xff\n")
        #expect(Self.line(BusLine(.json, isRaw: true)) == #"{"payload":{"base64":"YQliCv8="}}"# + "\n")
        let answer = BusLine.Message(payload: [0x61], node: "n")
        #expect(Self.line(BusLine(.text), answer) == "a\n")
        #expect(Self.line(BusLine(.json), answer) == #"{"payload":"a","node":"n"}"# + "\n")
    }

    @Test("what is printed as JSON comes in again as it was")
    func roundTrip() throws {
        let line = BusLine(.json).line(for: Self.message).dropLast()
        let record = try MessageFormat(.json, isForBus: true).message(from: Array(line))
        #expect(record == MessageRecord(frames: [Self.message.payload], headers: Self.message.headers))
    }

    @Test func wrongInput() {
        let json = MessageFormat(.json, isForBus: true)
        for line in [
            #"{"frames":["a"]}"#, "{}", #"{"payload":"a","sequence":"1"}"#, #"{"payload":"a","headers":[["b"]]}"#,
            #"{"payload":"a","headers":{"b":"c"}}"#, #"{"payload":"a"} x"#,
        ] {
            #expect(throws: DataError.self, "\(line)") { try json.message(from: Array(line.utf8)) }
        }
        let hex = MessageFormat(.hex, isForBus: true)
        #expect(throws: DataError.self) { try hex.message(from: Array("61\t62".utf8)) }
        #expect(throws: ArgumentFault.self) { try BusLine.Header(parsing: "=x") }
        #expect(throws: ArgumentFault.self) { try BusLine.Header(parsing: "x") }
        #expect((try? BusLine.Header(parsing: "a=b=c")) == BusLine.Header("a", "b=c"))
    }

    @Test func columnsAreAsWideAsTheirWidestCell() {
        var table = TextTable("A", "LONG", "C")
        table.append("wide cell", "1", "")
        table.append("", "2", "x")
        #expect(table.lines == ["A          LONG  C", "wide cell  1     -", "-          2     x"])
    }

    @Test func ratesAreOfTheLastInterval() {
        var traffic = Traffic(maximumNodes: 2)
        for _ in 0..<10 { traffic.count("a", bytes: 3) }
        traffic.tick(after: 2)
        traffic.count("a", bytes: 5)
        traffic.count("b", bytes: 7)
        #expect((traffic["a"].messages, traffic["a"].messageRate, traffic["a"].byteRate) == (11, 5, 15))
        traffic.tick(after: 1)
        #expect((traffic["a"].messageRate, traffic["a"].byteRate) == (1, 5))
        #expect((traffic["b"].messageRate, traffic["b"].byteRate) == (1, 7))
        traffic.tick(after: 0)
        traffic.tick(after: 1)
        #expect(traffic.total.messageRate == 0)
        traffic.miss("b", 4)
        // No third is kept apart.
        traffic.count("c", bytes: 1)
        traffic.miss("d", 2)
        #expect((traffic["c"].messages, traffic[""].messages, traffic[""].missed) == (0, 1, 2))
        #expect((traffic.total.messages, traffic.total.bytes, traffic.total.missed) == (13, 43, 6))
    }
}
