// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The table of pain points in Documentation/testing.md: none is left out, and each is shown or documented somewhere.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PainPointTableTests {
    /// The cells of the rows.
    private static func rows() throws -> [[Substring]] {
        MarkdownTable.rows(under: "Pain points", in: try PackageRoot.text("Documentation/testing.md"))
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
}
