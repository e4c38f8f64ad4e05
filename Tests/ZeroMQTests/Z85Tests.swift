// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ZeroMQ

/// Z85 as RFC 32 says, both ways, and errors with their place for everything else.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct Z85Tests {
    @Test func vectorsOfTheRFC() throws {
        let bytes: [UInt8] = [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]
        #expect(try Z85.encode(bytes) == "HelloWorld")
        #expect(try Z85.decode("HelloWorld") == bytes)
        // The RFC's test case in C.
        let key: [UInt8] = [
            0x8e, 0x0b, 0xdd, 0x69, 0x76, 0x28, 0xb9, 0x1d, 0x8f, 0x24, 0x55, 0x87, 0xee, 0x95, 0xc5, 0xb0,
            0x4d, 0x48, 0x96, 0x3f, 0x79, 0x25, 0x98, 0x77, 0xb4, 0x9c, 0xd9, 0x06, 0x3a, 0xea, 0xd3, 0xb7,
        ]
        #expect(try Z85.encode(key) == "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6")
        #expect(try Z85.decode("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6") == key)
        #expect(try Z85.encode([UInt8]()) == "")
        #expect(try Z85.decode("") == [])
        #expect(try Z85.encode([0xff, 0xff, 0xff, 0xff]) == "%nSc0")
        #expect(try Z85.decode("%nSc0") == [0xff, 0xff, 0xff, 0xff])
    }

    @Test func everyTextOfBytesIsReadBack() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for round in 0..<500 {
            let bytes = generator.bytes(round % 50 * 4)
            let text = try Z85.encode(bytes)
            #expect(text.utf8.count == bytes.count / 4 * 5)
            #expect(try Z85.decode(text) == bytes, "seed \(seed)")
        }
    }

    /// Either an error, or the one text that stands for the bytes: no two texts mean the same.
    @Test func anyTextIsRefusedOrTheOnlyOne() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var read = 0
        for round in 0..<2000 {
            let any = generator.bytes(round % 21)
            let text = round % 2 == 0 ? any : any.map { Z85.alphabet[Int($0) % 85] }
            guard let bytes = try? Z85.decode(utf8: text) else { continue }
            read += 1
            #expect(Z85.characters(of: bytes) == text, "seed \(seed)")
        }
        #expect(read > 50)
    }

    @Test func errorsSayWhere() throws {
        func failure(_ text: String) -> Z85.Failure? {
            do throws(Z85.Failure) { _ = try Z85.decode(text) } catch { return error }
            return nil
        }
        #expect(failure("Hello Worl") == Z85.Failure(reason: .character, position: 5))
        #expect(failure("HelloWorl~") == Z85.Failure(reason: .character, position: 9))
        #expect(failure("HelloWorl") == Z85.Failure(reason: .length, position: 9))
        #expect(failure("Hello#####") == Z85.Failure(reason: .overflow, position: 5))
        // One more than the largest number.
        #expect(failure("%nSc1") == Z85.Failure(reason: .overflow, position: 0))
        #expect(failure("Hell\u{e9}")?.reason == .length)
        #expect(failure("Hel\u{e9}")?.reason == .character)
        #expect(failure("Hello Worl")?.description == "character 5 is not one of Z85's")
        #expect(throws: Z85.Failure(reason: .length, position: 3)) { try Z85.encode([1, 2, 3]) }
    }
}
