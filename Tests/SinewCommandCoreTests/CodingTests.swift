// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import TestSupport
import Testing

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension SeededGenerator {
    /// Bytes that matter to encodings: text of all lengths, control characters, broken UTF-8, tabs and newlines.
    mutating func frame(upTo limit: Int = 40) -> [UInt8] {
        let pieces = ["a", "\t", "\n", "\\", "\"", "é", "😀", "\u{85}", "\0", "{", "0x", " "].map { Array($0.utf8) }
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...limit, using: &self) {
            if Int.random(in: 0..<4, using: &self) == 0 {
                bytes.append(UInt8.random(in: .min ... .max, using: &self))
            } else {
                bytes += pieces.randomElement(using: &self) ?? []
            }
        }
        return bytes
    }
}

@Suite("Hexadecimal digits, base64 and plain text", .serialized, .timeLimit(.minutes(3)))
struct CodingTests {
    @Test func hexVectors() throws {
        #expect(text(Hex.encode([0x00, 0xFF, 0x1a])) == "00ff1a")
        #expect(try Hex.decode(bytes("00fF1A")) == [0x00, 0xFF, 0x1A])
        #expect(try Hex.decode(bytes(" de ad  be ef ")) == [0xDE, 0xAD, 0xBE, 0xEF])
        #expect(try Hex.decode([]) == [])
        for wrong in ["0", "000", "0g", "d e", "é0", "0x00", "\n0"] {
            #expect(throws: DataError.self, "\(wrong)") { try Hex.decode(bytes(wrong)) }
        }
    }

    @Test("RFC 4648's vectors, and what is not base64")
    func base64Vectors() throws {
        let vectors = [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
        for (plain, encoded) in vectors {
            #expect(text(Base64.encode(bytes(plain))) == encoded)
            #expect(try Base64.decode(bytes(encoded)) == bytes(plain))
        }
        #expect(text(Base64.encode([0xFB, 0xFF])) == "+/8=")
        for wrong in ["Z", "Zg", "Zg=", "====", "Z===", "Zh==", "Zm9=", "Zm 9", "Zg==Zg==", "-_8="] {
            #expect(throws: DataError.self, "\(wrong)") { try Base64.decode(bytes(wrong)) }
        }
    }

    @Test func randomBytesComeBack() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let frame = random.frame()
            #expect(try Hex.decode(Hex.encode(frame)) == frame)
            #expect(try Base64.decode(Base64.encode(frame)) == frame)
        }
    }

    @Test("plain text shows everything on one line, and text as it is")
    func plainText() {
        let cases: [([UInt8], String)] = [
            (bytes("plain {\"a\":\"x\\ny\"}"), "plain {\"a\":\"x\\ny\"}"), (bytes("naïve 😀"), "naïve 😀"),
            (bytes("two\nlines\r"), #"two\nlines\r"#), ([0x1B, 0x5B], #"\x1b["#), ([0, 0x7F], #"\0\x7f"#),
            ([0xFF, 0x61], #"\xffa"#), (bytes("\u{9B}"), #"\xc2\x9b"#), (bytes("\u{A0}"), "\u{A0}"),
            ([0xE2, 0x82], #"\xe2\x82"#), ([0xF0, 0x9F, 0x98, 0x61], #"\xf0\x9f\x98a"#), ([0xC0, 0x80], #"\xc0\x80"#),
            ([], ""),
        ]
        for (frame, shown) in cases { #expect(text(PlainText.escape(frame, escapingTabs: false)) == shown) }
        #expect(text(PlainText.escape(bytes("a\tb"), escapingTabs: false)) == "a\tb")
        #expect(text(PlainText.escape(bytes("a\tb"), escapingTabs: true)) == #"a\tb"#)
    }

    @Test func plainTextIsAlwaysOneLineOfText() {
        var random = SeededGenerator(seed: 2)
        var escaped = 0
        for _ in 0..<5000 {
            let frame = random.frame()
            let line = PlainText.escape(frame, escapingTabs: true)
            if line != frame { escaped += 1 }
            #expect(String(validating: line, as: UTF8.self) != nil)
            let isTame = text(line).unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
            #expect(isTame, "\(frame)")
        }
        #expect(escaped > 1000, "too few of the frames needed an escape")
    }
}
