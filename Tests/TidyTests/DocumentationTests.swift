// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A promise whose test is gone is no promise.
@Suite(.serialized) struct DocumentationTests {
    private static let folder = Tree.root.appending(path: "Documentation")

    private static func text(_ document: String) throws -> String {
        try String(contentsOf: folder.appending(path: document), encoding: .utf8)
    }

    private func index() async throws -> TestIndex {
        try await onThread { TestIndex(try Tree.files(below: ["Tests"])) }
    }

    /// In every document that there is, and in the README.
    @Test func testsThatAreCitedExist() async throws {
        let index = try await index()
        #expect(index.suites["DocumentationTests"]?["testsThatAreCitedExist"] == 1, "the index must know this test")
        let documents = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            $0.hasSuffix(".md")
        }
        var counts: [String: Int] = [:]
        for document in documents.sorted() + ["../README.md"] {
            let citations = Citations(try Self.text(document))
            let faults = citations.faults(index)
            #expect(faults.isEmpty, "\(document): \(faults.joined(separator: "\n"))")
            counts[document] = citations.count
        }
        let citing = [
            "guarantees.md", "interop.md", "reactor-rules.md", "conformance.md", "testing.md", "high-water-marks.md",
        ]
        for document in citing {
            #expect(counts[document] ?? 0 > 10, "\(document) must cite tests, or this checks nothing")
        }
    }

    /// Each test of libzmq's has its rows, and each row an answer.
    @Test func conformanceTableIsComplete() throws {
        let table = ConformanceTable(Citations(try Self.text("conformance.md")))
        let faults = table.faults(expecting: ConformanceTable.files + ConformanceTable.drafts)
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }
}

/// Each check is shown what it must find, and what it must not.
@Suite(.serialized) struct CitationTests {
    private static let index = TestIndex([
        SourceFile(
            path: "A.swift",
            text: """
                @Suite(.serialized)
                struct ATests {
                    @Test(arguments: [1])
                    func one() {}
                    func helper() {}
                    @Test func twice(a: Int) {}
                    @Test func twice() {}
                    // @Test func inAComment() {}
                }
                @Suite struct BConformance {}
                extension BConformance { @Test func rule01_b() {} }
                """
        ),
        SourceFile(path: "C.swift", text: "struct CTests { @Test func c() {} }\nstruct CTests { @Test func d() {} }"),
        SourceFile(path: "D.swift", text: "struct DTests {\n}\n"),
        SourceFile(path: "E.swift", text: "extension E {\n    struct ETests {\n        @Test func e() {}\n    }\n}\n"),
    ])

    @Test(
        arguments: [
            ("`ATests.one`", nil), ("`ATests`, `BConformance` and `rule01_b`", nil),
            ("no `Tests` at all: ATests.x", nil), ("`ETests.e`", nil), ("`ETests.a`", "no such test in this suite"),
            ("| a | `BConformance.rule01_b` |", nil), ("`ATests.helper`", "no such test in this suite"),
            ("`ATests.inAComment`", "no such test in this suite"), ("`NoTests`", "no such suite"),
            ("`NoTests.one`", "no such suite"), ("`rule01_c`", "no such test"),
            ("`ATests.twice`", "several tests"), ("x\n`CTests.c`", "line 2"), ("`CTests.c`", "several suites"),
            ("`DTests`", "no tests"), ("`BConformance.one`", "no such test in this suite"),
        ] as [(String, String?)]
    )
    func citationsAreChecked(text: String, fault: String?) {
        let faults = Citations(text).faults(Self.index)
        #expect(faults.isEmpty == (fault == nil), "\(faults)")
        if let fault { #expect(faults.contains { $0.contains(fault) }, "\(faults)") }
    }

    @Test(
        arguments: [
            ("| `test_a` | one | `ATests.one` |\n| `test_b` | two | for a reason |", nil),
            ("| `test_a` | one | `ATests.one` |", "test_b has no row"),
            ("| `test_a` | one | `ATests.one` |\n| `test_b` | two | – |", "neither a test nor a reason"),
            ("| `test_a` | one | `ATests.one` |\n| `test_b` | two |", "neither a test nor a reason"),
            ("| `test_a` | | `ATests.one` |\n| `test_b` | two | `ATests.one` |", "no behaviour"),
            ("| `test_a` | one | `ATests` |\n| `test_a` | one | `BConformance` |", "has a row already"),
            ("| `test_a` | one | `ATests.one` |\n| `test_a` | two | `ATests.one` |", "make it one row"),
            (
                "| `test_a` | x | `ATests` |\n| `test_b` | x | `ATests` |\n| `test_c` | x | `ATests` |",
                "test_c is no test"
            ),
        ] as [(String, String?)]
    )
    func tablesAreChecked(text: String, fault: String?) {
        let faults = ConformanceTable(Citations(text)).faults(expecting: ["test_a", "test_b"])
        #expect(faults.isEmpty == (fault == nil), "\(faults)")
        if let fault { #expect(faults.contains { $0.contains(fault) }, "\(faults)") }
    }
}
