// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A promise whose test is gone is no promise.
@Suite struct DocumentationTests {
    @Test(arguments: ["guarantees.md", "interop.md", "reactor-rules.md"]) func testsThatAreCitedExist(
        document: String
    ) async throws {
        let path = Tree.root.appending(path: "Documentation/\(document)")
        let text = try String(contentsOf: path, encoding: .utf8)
        let tests = try await onThread { try Tree.files(below: ["Tests"]).map(\.text).joined() }
        var count = 0
        for row in text.split(separator: "\n") where row.hasPrefix("|") {
            for match in row.matches(of: #/`(?:(?<suite>[A-Z]\w*Tests)(?:\.(?<test>\w+))?|(?<rule>rule\d\d_\w+))`/#) {
                count += 1
                if let suite = match.suite { #expect(tests.contains("struct \(suite) "), "no suite \(suite)") }
                for name in [match.test, match.rule] {
                    if let name { #expect(tests.contains("func \(name)("), "no test \(name)") }
                }
            }
        }
        #expect(count > 10, "the document must cite tests, or this checks nothing")
    }
}
