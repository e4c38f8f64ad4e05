// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@Suite("The codec", .timeLimit(.minutes(1)))
struct ByteCodecTests {
    @Test("What is written is read, and every shorter piece of it is an error", arguments: 0..<400 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fields = (0..<Int.random(in: 1...6, using: &random)).map { _ in Field.random(using: &random) }
        var writer = ByteWriter(limit: 10_000)
        for field in fields { try field.write(to: &writer) }
        let bytes = writer.bytes
        #expect(try Self.read(fields, from: bytes[...]) == fields, "seed \(seed)")
        // Not from index 0, as a part of a message.
        #expect(try Self.read(fields, from: ([9, 9] + bytes + [9])[2..<2 + bytes.count]) == fields, "seed \(seed)")
        for length in 0..<bytes.count {
            let error = #expect(throws: CodecError.self, "seed \(seed), cut to \(length)") {
                try Self.read(fields, from: bytes[..<length])
            }
            #expect(error?.code == .truncated, "seed \(seed), cut to \(length)")
            #expect((error?.offset ?? .max) <= length, "seed \(seed), cut to \(length)")
        }
        let error = #expect(throws: CodecError.self) { try Self.read(fields, from: (bytes + [0])[...]) }
        #expect(error == CodecError(code: .trailingBytes, offset: bytes.count, expected: "the end"))
    }

    private static func read(_ fields: [Field], from bytes: ArraySlice<UInt8>) throws(CodecError) -> [Field] {
        var reader = ByteReader(bytes)
        var read: [Field] = []
        for field in fields { read.append(try Field(kind: field.kind, from: &reader)) }
        try reader.finish()
        return read
    }

    @Test("Any bytes: an error with the reader where the field began, or the one form of a value")
    func anyBytes() throws {
        var outcomes = (read: 0, refused: 0)
        for seed in 0..<100_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            // Small numbers as often as any, so that lengths and counts are met.
            let bytes = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                UInt8(truncatingIfNeeded: random.next() >> UInt64.random(in: 56..<64, using: &random))
            }
            let kind = Field.kinds[Int(seed) % Field.kinds.count]
            var reader = ByteReader(bytes)
            do throws(CodecError) {
                let field = try Field(kind: kind, from: &reader)
                var writer = ByteWriter(limit: bytes.count)
                try field.write(to: &writer)
                if writer.bytes[...] != bytes[..<reader.offset] { Issue.record("seed \(seed): \(bytes) is \(field)") }
                outcomes.read += 1
            } catch {
                if reader.offset != 0 || error.offset > bytes.count { Issue.record("seed \(seed): \(bytes), \(error)") }
                outcomes.refused += 1
            }
        }
        #expect(outcomes.read > 20_000 && outcomes.refused > 20_000, "\(outcomes)")
    }

    @Test(
        "A writer keeps its limit, and writes nothing of a field that does not fit",
        arguments: 0..<300 as Range<UInt64>
    )
    func writerLimit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let field = Field.random(using: &random)
        var whole = ByteWriter(limit: .max)
        try field.write(to: &whole)
        var exact = ByteWriter(limit: whole.count)
        try field.write(to: &exact)
        #expect(exact.bytes == whole.bytes, "seed \(seed)")
        for limit in 0..<whole.count {
            var writer = ByteWriter(limit: limit + 1)
            try writer.writeUInt8(7)
            let error = #expect(throws: CodecError.self, "seed \(seed), limit \(limit)") {
                try field.write(to: &writer)
            }
            #expect(error?.code == .overLimit, "seed \(seed), limit \(limit)")
            #expect(writer.bytes == [7], "seed \(seed), limit \(limit)")
        }
    }

    @Test("A count or length is compared with what is left before anything is made of it")
    func hostileCounts() throws {
        let count = [0xFF, 0xFF, 0xFF, 0xFF, 0x07] as [UInt8]
        var reader = ByteReader(count + [0, 0])
        var error = #expect(throws: CodecError.self) { try reader.readCount(maximum: .max) }
        #expect(error?.code == .truncated && reader.offset == 0)
        error = #expect(throws: CodecError.self) { try reader.readCount(maximum: .max, minimumBytesEach: .max) }
        #expect(error?.code == .truncated)
        error = #expect(throws: CodecError.self) { try reader.readCount(maximum: 1000) }
        #expect(error?.code == .overLimit)
        error = #expect(throws: CodecError.self) { try reader.readBytes(maximum: -1) }
        #expect(error?.code == .overLimit)
        error = #expect(throws: CodecError.self) { try reader.readString(maximumBytes: .max) }
        #expect(error?.code == .truncated)
        var three = ByteReader([3, 1, 2, 3])
        let fits = try three.readCount(maximum: 3)
        #expect(fits == 3)
        var half = ByteReader([2, 1, 2, 3])
        error = #expect(throws: CodecError.self) { try half.readCount(maximum: 3, minimumBytesEach: 2) }
        #expect(error?.code == .truncated)
    }

    @Test("Equal dictionaries have equal bytes, however they came about", arguments: 0..<50 as Range<UInt64>)
    func canonicalDictionaries(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let entries = (0..<40).map { _ in (String(random.next(), radix: 36), random.bytes(3)) }
        var forms: [[UInt8]] = []
        for capacity in [0, 1000] {
            var dictionary: [String: [UInt8]] = [:]
            dictionary.reserveCapacity(capacity)
            for (key, value) in entries.shuffled(using: &random) { dictionary[key] = value }
            var writer = ByteWriter(limit: 10_000)
            try writer.writeDictionary(dictionary)
            forms.append(writer.take())
            #expect(writer.bytes == [])
        }
        #expect(forms[0] == forms[1], "seed \(seed)")
    }

    @Test("An error says what is wrong, where, and what was expected")
    func description() {
        var reader = ByteReader([0x01, 0x80])
        let byte = try? reader.readUInt8()
        #expect(byte == 1)
        let error = #expect(throws: CodecError.self) { try reader.readVarint() }
        #expect("\(error.map(\.description) ?? "")" == "truncated at byte 1, where a varint was expected")
        #expect(error?.isRetriable == false)
        #expect(reader.remaining == 1)
    }

    @Test("A count that is negative is not written")
    func negativeCount() {
        var writer = ByteWriter(limit: 10)
        let error = #expect(throws: CodecError.self) { try writer.writeCount(-1) }
        #expect(error?.code == .invalidValue && writer.count == 0)
    }
}
