// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The table of pain points in Documentation/testing.md: none is left out, and each is shown or documented somewhere.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PainPointTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The cells of the rows.
    private static func rows() throws -> [[String]] {
        let page = root.appending(path: "Documentation/testing.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let table = lines.drop { $0 != "## Pain points" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        // The first two rows are the head, and the line below it.
        return table.filter { $0.hasPrefix("|") }.dropFirst(2).map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test func allAreThere() throws {
        let rows = try Self.rows()
        #expect(rows.compactMap { Int($0[0]) } == Array(1...25))
        #expect(rows.count { $0[0] == "also" } == 10)
        #expect(rows.count == 35)
    }

    /// Each says which issues it comes from, what happens here, and where that is shown or documented.
    @Test func eachIsShownOrDocumented() throws {
        for row in try Self.rows() {
            try #require(row.count == 4, "\(row)")
            #expect(row[1].contains(#/[\w.\-]+#\d+/#), "\(row[0]) names no issue")
            #expect(!row[2].isEmpty, "\(row[0])")
            let tests = row[3].matches(of: #/`\w+Tests\.\w+`/#)
            let links = row[3].matches(of: #/documented in \[[^\]]+\]\([\w.\-]+\.md#[\w\-]+\)/#)
            #expect(!tests.isEmpty || !links.isEmpty, "\(row[0]) is shown nowhere")
        }
    }

    /// A test that is named is one of the suite that is named.
    @Test(arguments: ["testing.md", "high-water-marks.md"]) func testsThatAreNamedExist(page: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: "Documentation/\(page)"), encoding: .utf8)
        let suites = try Self.suites()
        var count = 0
        for match in text.matches(of: #/`(?<suite>\w+Tests)\.(?<test>\w+)`/#) {
            count += 1
            let source = suites[String(match.suite)]
            #expect(source?.contains("func \(match.test)(") == true, "no \(match.suite).\(match.test)")
        }
        #expect(count > 10, "the page must name tests, or this checks nothing")
    }

    /// The texts of the suites, by name; a file may hold several.
    private static func suites() throws -> [String: String] {
        let folder = root.appending(path: "Tests")
        let walk = try #require(FileManager.default.enumerator(atPath: folder.path))
        var suites: [String: String] = [:]
        for case let name as String in walk where name.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            for match in text.matches(of: #/struct (?<suite>\w+Tests)\W/#) {
                let rest = text[match.range.lowerBound...].dropFirst()
                let end = rest.firstMatch(of: #/\n(@Suite.*\n)?struct \w+Tests\W/#)?.range.lowerBound ?? rest.endIndex
                suites[String(match.suite)] = String(rest[..<end])
            }
        }
        return suites
    }
}
