// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import TestSupport
import Testing

@Suite("Headers", .timeLimit(.minutes(1)))
struct HeadersTests {
    @Test("Pairs keep their order and their case, and a name can be there twice")
    func pairs() throws {
        var headers: Headers = ["trace": "7f3a", "Trace": "x"]
        try headers.append("trace", "91bc")
        try headers.append("empty", "")
        #expect(headers["trace"] == "7f3a")
        #expect(headers["Trace"] == "x")
        #expect(headers["TRACE"] == nil)
        #expect(headers["empty"]?.isEmpty == true)
        #expect(headers.values("trace") == ["7f3a", "91bc"])
        #expect(headers.values("nothing").isEmpty)
        #expect(headers.bytes("trace") == Array("7f3a".utf8))
        #expect(headers.pairs.map(\.name) == ["trace", "Trace", "trace", "empty"])
        #expect(headers.count == 4)
        #expect(!headers.isEmpty)
        #expect("\(headers)" == "[trace: 7f3a, Trace: x, trace: 91bc, empty: ]")
        #expect(headers != ["Trace": "x", "trace": "7f3a"])
        let again = try Headers(headers.pairs.map { ($0.name, $0.value) })
        #expect(again == headers)
    }

    @Test("None are no bytes")
    func none() throws {
        let none: Headers = [:]
        #expect(none.isEmpty && none.count == 0 && none.encoded.isEmpty && none.pairs.isEmpty && none.error == nil)
        let decoded = try Headers(decoding: [UInt8]([]).span)
        #expect(decoded == none)
        #expect(throws: CodecError.self) { try Headers(decoding: [UInt8]([0]).span) }
    }

    @Test("The encoded form is the one of the description, and is read again")
    func encoded() throws {
        let headers: Headers = ["a": "b", "cd": ""]
        #expect(headers.encoded == [2, 1, 0x61, 1, 0x62, 2, 0x63, 0x64, 0])
        let decoded = try Headers(decoding: headers.encoded.span)
        #expect(decoded == headers)
        for end in 1..<headers.encoded.count {
            #expect(throws: CodecError.self, "\(end)") { try Headers(decoding: Array(headers.encoded[..<end]).span) }
        }
        #expect(throws: CodecError.self) { try Headers(decoding: (headers.encoded + [0]).span) }
    }

    @Test("Bytes that are not UTF-8 go through, and are repaired as text")
    func bytes() throws {
        var headers = Headers()
        try headers.append("raw", bytes: [0x61, 0xFF, 0x00])
        #expect(headers.bytes("raw") == [0x61, 0xFF, 0x00])
        #expect(headers["raw"] == "a\u{FFFD}\0")
    }

    @Test("Each limit is kept, up to its last byte, and what breaks it adds nothing")
    func limits() throws {
        func code(_ name: String, _ bytes: Int, after count: Int = 0, of size: Int = 0) -> HeadersError.Code? {
            var headers = Headers()
            for _ in 0..<count { try? headers.append("x", bytes: [UInt8](repeating: 97, count: size)) }
            let before = headers
            do throws(HeadersError) {
                try headers.append(name, bytes: [UInt8](repeating: 97, count: bytes))
                #expect(headers.count == count + 1)
                return nil
            } catch {
                #expect(headers == before)
                #expect("\(error)".contains(error.advice) && !error.isRetriable)
                return error.code
            }
        }
        #expect(code("", 0) == .invalidName)
        for name in ["a b", "a:b", "a\n", "é", "\u{7F}"] { #expect(code(name, 0) == .invalidName, "\(name)") }
        #expect(code("!#$~", 0) == nil)
        #expect(code(String(repeating: "n", count: 255), 0) == nil)
        #expect(code(String(repeating: "n", count: 256), 0) == .invalidName)
        #expect(code("n", 4096) == nil)
        #expect(code("n", 4097) == .valueTooLong)
        #expect(code("n", 0, after: 63) == nil)
        #expect(code("n", 0, after: 64) == .tooMany)
        // The count, seven pairs of 4100 bytes, and one of 4067.
        #expect(code("n", 32_768 - 1 - 7 * 4100 - 4, after: 7, of: 4096) == nil)
        #expect(code("n", 32_768 - 1 - 7 * 4100 - 3, after: 7, of: 4096) == .tooLarge)
    }

    @Test("More than 32 KiB are refused by the reader too")
    func largest() throws {
        var headers = Headers()
        for _ in 0..<7 { try headers.append("x", bytes: [UInt8](repeating: 97, count: 4096)) }
        try headers.append("n", bytes: [UInt8](repeating: 97, count: 32_768 - 1 - 7 * 4100 - 4))
        #expect(headers.encoded.count == 32_768)
        let decoded = try Headers(decoding: headers.encoded.span)
        #expect(decoded == headers)
        var larger = headers.encoded
        larger[0] += 1
        larger += [1, 0x6E, 0]
        let error = #expect(throws: CodecError.self) { try Headers(decoding: larger.span) }
        #expect(error?.code == .overLimit)
    }

    @Test("A literal outside of the limits is known by its error")
    func literals() {
        let value = String(repeating: "v", count: 5000)
        let headers: Headers = ["fine": "x", "long": value]
        #expect(headers.error?.code == .valueTooLong)
        #expect(headers.error?.name == "long")
        #expect(headers.isEmpty)
    }
}
