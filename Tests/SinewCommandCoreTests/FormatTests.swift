// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import TestSupport
import Testing

@Suite("Messages as lines", .serialized, .timeLimit(.minutes(3)))
struct FormatTests {
    private func line(_ record: MessageRecord, _ format: MessageFormat) -> String { text(format.line(for: record)) }

    private func frames(_ line: String, _ format: MessageFormat) throws -> [String] {
        try format.message(from: bytes(line)).frames.map(text)
    }

    @Test func textLines() throws {
        #expect(line(MessageRecord(frames: [bytes("a\tb"), bytes("c\n")]), MessageFormat()) == "a\tb\tc\\n\n")
        let tabs = MessageFormat(.text, splitsAtTabs: true)
        #expect(line(MessageRecord(frames: [bytes("a\tb"), []]), tabs) == "a\\tb\t\n")
        #expect(try frames("a\tb\t", MessageFormat()) == ["a\tb\t"])
        #expect(try frames("a\tb\t", tabs) == ["a", "b", ""])
        #expect(try frames("", MessageFormat()) == [""])
        #expect(try frames("", tabs) == [""])
    }

    @Test func jsonLines() throws {
        let json = MessageFormat(.json)
        let record = MessageRecord(frames: [bytes("é\"\\\n\u{85}"), [0xFF], []], topic: bytes("é"), user: "u")
        let shown = #"{"topic":"é","frames":["é\"\\\n\u0085",{"base64":"/w=="},""],"user":"u"}"# + "\n"
        #expect(line(record, json) == shown)
        #expect(try frames(#" { "frames" : [ "\ud83d\ude00\/\b" , {"base64":"Zg=="} ] } "#, json) == ["😀/\u{8}", "f"])
        let wrong = [
            "", "x", "[]", "{}", #"{"frames":[]}"#, #"{"frames":"a"}"#, #"{"frames":[1]}"#, #"{"frames":["a"]"#,
            #"{"frames":["a"]} x"#, #"{"frame":["a"]}"#, #"{"frames":["a",]}"#, #"{"frames":[{"base64":"Z"}]}"#,
            #"{"frames":[{}]}"#, #"{"frames":[{"hex":"00"}]}"#, #"{"frames":["\ud83d"]}"#, #"{"frames":["\udc00"]}"#,
            #"{"frames":["\ud83dx"]}"#, #"{"frames":["\x"]}"#, #"{"frames":["\u12"]}"#, "{\"frames\":[\"a\nb\"]}",
            #"{"frames":["a"#,
        ]
        for text in wrong { #expect(throws: DataError.self, "\(text)") { try json.message(from: bytes(text)) } }
        #expect(throws: DataError.self) { try json.message(from: bytes("{\"frames\":[\"") + [0xFF] + bytes("\"]}")) }
    }

    @Test("routers' lines name the peer")
    func addressed() throws {
        var router = MessageFormat(.text, isAddressed: true)
        #expect(line(MessageRecord(frames: [bytes("hi")], peer: bytes("w 1")), router) == "w 1\thi\n")
        #expect(line(MessageRecord(frames: [bytes("hi")], peer: [0, 1, 0xFF]), router) == "0x0001ff\thi\n")
        #expect(line(MessageRecord(frames: [bytes("hi")], peer: bytes("0xyz")), router) == "0x3078797a\thi\n")
        let record = try router.message(from: bytes("0x00ff\ta\tb"))
        #expect(record.peer == [0, 0xFF] && record.frames == [bytes("a\tb")])
        router.splitsAtTabs = true
        #expect(try router.message(from: bytes("w\ta\tb")).frames == [bytes("a"), bytes("b")])
        let long = String(repeating: "n", count: 256)
        for wrong in ["", "hi", "\thi", "0xZ\thi", "0x\thi", "\(long)\thi"] {
            #expect(throws: DataError.self, "\(wrong)") { try router.message(from: bytes(wrong)) }
        }
        let json = MessageFormat(.json, isAddressed: true)
        #expect(try json.message(from: bytes(#"{"peer":{"base64":"AAE="},"frames":["x"]}"#)).peer == [0, 1])
        #expect(throws: DataError.self) { try json.message(from: bytes(#"{"frames":["x"]}"#)) }
        #expect(throws: DataError.self) { try json.message(from: bytes(#"{"peer":"","frames":["x"]}"#)) }
    }

    @Test("any message comes back from hexadecimal and from JSON, and is one line in every notation")
    func roundTrips() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let frames = (0..<Int.random(in: 1...4, using: &random)).map { _ in random.frame() }
            let isAddressed = Bool.random(using: &random)
            let peer = isAddressed ? [UInt8.random(in: .min ... .max, using: &random)] + random.frame(upTo: 20) : nil
            let record = MessageRecord(frames: frames, peer: peer)
            for notation in [MessageFormat.Notation.text, .hex, .json] {
                let format = MessageFormat(notation, splitsAtTabs: true, isAddressed: isAddressed)
                let line = format.line(for: record)
                #expect(line.last == 0x0A && !line.dropLast().contains(0x0A))
                let back = try format.message(from: Array(line.dropLast()))
                if notation == .text {
                    #expect(back.frames.count == frames.count && back.peer == peer)
                } else {
                    #expect(back == record)
                }
            }
        }
    }

    @Test("no line of input is a trap")
    func anyLine() {
        var random = SeededGenerator(seed: 4)
        var refused = 0
        for _ in 0..<5000 {
            let json =
                bytes(#"{"frames":["#) + random.frame(upTo: 8)
                + bytes(["\"", "]", "}", "\"]}"].randomElement(using: &random) ?? "")
            for line in [random.frame(), json] {
                for notation in [MessageFormat.Notation.text, .hex, .json] {
                    let format = MessageFormat(notation, splitsAtTabs: true, isAddressed: Bool.random(using: &random))
                    do { _ = try format.message(from: line) } catch { refused += 1 }
                }
            }
        }
        #expect(refused > 5000)
    }
}
