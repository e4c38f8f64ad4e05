// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The README shows only code that is compiled.
@Suite(.serialized) struct ReadmeTests {
    private static let root = PackageRoot.url

    @Test func codeBlocksAreInTheSnippets() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let tour = try String(contentsOf: Self.root.appending(path: "Snippets/Tour.swift"), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
        // The manifest is no part of the tour.
        let programs = blocks.filter { !$0.hasPrefix("// swift-tools-version") }
        #expect(programs.count >= 4, "the README lost its tour")
        for program in programs {
            #expect(tour.contains(program), "not in Snippets/Tour.swift:\n\(program)")
        }
    }

    /// A tutorial shows the example's own code.
    @Test func tutorialQuotesItsSources() throws {
        let readme = try PackageRoot.text("Examples/CustomTopology/README.md")
        let sources = try Tree.files(below: ["Examples"]).filter { $0.path.hasPrefix("Examples/CustomTopology") }
        let blocks = readme.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
        #expect(blocks.count >= 12, "the tutorial lost its steps")
        for block in blocks {
            #expect(sources.contains { $0.text.contains(block) }, "not in Examples/CustomTopology…:\n\(block)")
        }
    }

    /// Every "yes" of ours in the comparison with others leads to a test.
    @Test func comparisonNamesItsTests() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let section = try #require(readme.components(separatedBy: "## Beside libzmq").dropFirst().first)
        let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("|") }
            .dropFirst(2)
        #expect(rows.count >= 20, "the comparison lost its rows")
        for row in rows {
            let ours = try #require(row.split(separator: "|").last).trimmingCharacters(in: .whitespaces)
            #expect(ours == "no" || ours.hasPrefix("[yes](Tests/"), "\(row)")
        }
    }

    @Test func linksLeadSomewhere() throws {
        let folder = Self.root.appending(path: "Documentation")
        let documents = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }
        let files = documents.map { folder.appending(path: $0) } + [Self.root.appending(path: "README.md")]
        var count = 0
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: #/\]\((?<path>[^)#:\s]+)(?:#[^)]*)?\)/#) {
                count += 1
                let target = file.deletingLastPathComponent().appending(path: String(match.path)).standardized
                #expect(FileManager.default.fileExists(atPath: target.path), "\(file.lastPathComponent): \(match.path)")
            }
        }
        #expect(count > 50)
    }
}
