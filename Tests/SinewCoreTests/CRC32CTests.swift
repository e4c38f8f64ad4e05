// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@Suite("CRC-32C", .timeLimit(.minutes(1)))
struct CRC32CTests {
    @Test("Agrees with the examples of RFC 3720, appendix B.4")
    func examples() {
        let ascending = (0..<32).map { UInt8($0) }
        let examples: [([UInt8], UInt32)] = [
            ([], 0), (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (ascending, 0x46DD_794E),
            (ascending.reversed(), 0x113F_DB5C),
        ]
        for (bytes, checksum) in examples { #expect(CRC32C.checksum(bytes.span) == checksum, "\(bytes)") }
    }

    @Test("Is the same bit by bit, by instructions, by tables and in pieces, for lengths around what runs side by side")
    func agrees() {
        var random = SeededGenerator(seed: 7)
        let bytes = random.bytes(10_000)
        for count in Array(0...80) + Array(3060...3090) + Array(6130...6160) + [9999] {
            let start = Int.random(in: 0..<9, using: &random)
            let part = Array(bytes[start..<min(bytes.count, start + count)])
            let checksum = CRC32C.checksum(part.span)
            #expect(checksum == Self.bitByBit(part), "\(count) bytes from \(start)")
            #expect(checksum == CRC32C.checksumByTables(part.span))
            var pieces = CRC32C()
            let cut = Int.random(in: 0...part.count, using: &random)
            let (first, second) = (Array(part[..<cut]), Array(part[cut...]))
            pieces.add(first.span)
            pieces.add(second.span)
            #expect(pieces.value == checksum)
        }
    }

    private static func bitByBit(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
        }
        return ~crc
    }
}
