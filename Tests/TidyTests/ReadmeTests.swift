// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The README shows only code that is compiled.
@Suite(.serialized) struct ReadmeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

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
}
