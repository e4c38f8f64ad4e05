// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SinewCommandCore
import TestSupport
import Testing

/// What nats-server's own functions answer; the rows `subset_upstream_quirk` are its mistakes, which are not copied.
@Suite("Vectors of nats-server", .timeLimit(.minutes(1)))
struct SubjectVectorTests {
    static let file: SubjectVectorFile = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/subjects.tsv")
        return SubjectVectorFile(Array((try? Data(contentsOf: url)) ?? Data()))
    }()

    @Test(arguments: file.rows) func row(_ row: SubjectVectorFile.Row) {
        let complaint = Self.file.complaint(about: row)
        #expect(complaint == nil)
    }

    @Test("there are rows of every kind")
    func kinds() {
        let vectors = Self.file.rows.compactMap { if case .vector(let vector) = $0 { vector } else { nil } }
        #expect(vectors.count == 175)
        let kinds = Set(vectors.map(\.kind))
        #expect(kinds == Set(SubjectVector.Kind.allCases))
    }

    @Test("every row can fail: with another answer it does", arguments: file.rows)
    func mutated(_ row: SubjectVectorFile.Row) throws {
        guard case .vector(let vector) = row else { return }
        let text = String(decoding: vector.expected, as: UTF8.self)
        let other = text == "true" ? "false" : text == "false" ? "true" : text + "x"
        let mutated = SubjectVector(vector, expected: Array(other.utf8))
        #expect(!mutated.passes)
    }
}
