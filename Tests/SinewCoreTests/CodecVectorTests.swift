// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@Suite("Golden vectors of the codec", .timeLimit(.minutes(1)))
struct CodecVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let kind: String
        let bytes: [UInt8]
        let value: String
        var testDescription: String { "\(kind) \(value)" }
    }

    @Test("Every row is read, and written again, as it stands")
    func vectors() throws {
        let vectors = try Self.load()
        for vector in vectors where !vector.value.hasPrefix("!") {
            let field = try #require(Field.meant(kind: vector.kind, value: vector.value), "\(vector)")
            var reader = ByteReader(vector.bytes)
            let read = try Field(kind: vector.kind, from: &reader)
            try reader.finish()
            #expect(read == field, "\(vector)")
            var writer = ByteWriter(limit: 1000)
            try field.write(to: &writer)
            #expect(writer.bytes == vector.bytes, "\(vector)")
        }
        // A file that was not found, or not understood, would test nothing.
        #expect(Set(vectors.map(\.kind)) == Set(Field.kinds))
        #expect(vectors.count >= 70)
    }

    @Test("Every bad row gives its error, at its offset")
    func errors() throws {
        let bad = try Self.load().filter { $0.value.hasPrefix("!") }
        for vector in bad {
            let error = #expect(throws: CodecError.self, "\(vector)") {
                var reader = ByteReader(vector.bytes)
                _ = try Field(kind: vector.kind, from: &reader)
                try reader.finish()
            }
            guard let error else { continue }
            #expect("!\(error.code) at \(error.offset)" == vector.value, "\(vector): \(error)")
        }
        #expect(bad.count >= 25)
    }

    private static func load() throws -> [Vector] {
        let text = try PackageRoot.text("Tests/SinewCoreTests/Vectors/codec.txt")
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(columns.count == 3, "\(line)")
            let bytes = try #require(unhex(columns[1]), "\(line)")
            return Vector(kind: columns[0], bytes: bytes, value: columns[2])
        }
    }
}
