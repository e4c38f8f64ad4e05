// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The package's own files, held to the rules of CONTRIBUTING.md.
@Suite("The tree is tidy", .serialized)
struct TidyTests {
    @Test("every rule holds in every file", arguments: Rule.allCases)
    func rule(_ rule: Rule) async throws {
        let (count, violations) = try await onThread {
            let files = try Tree.files(below: rule.folders)
            return (files.count, files.flatMap { rule.violations(in: $0) })
        }
        #expect(count >= 10, "the walk must find the package's files, or it checks nothing")
        #expect(violations.isEmpty, "\(violations.map(\.description).joined(separator: "\n"))")
    }

    @Test("every exception in the rules is still needed")
    func exceptions() async throws {
        let files = try await Tree.filesOnThread(below: Tree.code)
        for path in Rule.uncheckedSendableFiles.sorted() {
            let file = try #require(files.first { $0.path == path }, "\(path) is gone: take it off the list")
            let isNeeded = file.code.contains { $0.contains(#/@unchecked\s+Sendable/#) }
            #expect(isNeeded, "\(path) does not say '@unchecked Sendable' any more: take it off the list")
        }
        for target in Rule.pureTargets.keys.sorted() {
            #expect(files.contains { $0.path.hasPrefix("Sources/\(target)/") }, "\(target) has no files")
        }
    }

    @Test("the walk sees this very file, and every folder that must exist")
    func walk() async throws {
        let paths = try await Tree.filesOnThread(below: Tree.all).map(\.path)
        #expect(paths.contains("Tests/TidyTests/TidyTests.swift"))
        #expect(Set(paths).count == paths.count)
        for folder in ["Sources/", "Examples/", "Benchmarks/Sources/"] {
            #expect(paths.contains { $0.hasPrefix(folder) }, "nothing found below \(folder)")
        }
    }

    @Test("files are short: what they measure is printed, and Sources keeps its budget")
    func lengths() async throws {
        for folder in Tree.code + ["Tests"] {
            let files = try await Tree.filesOnThread(below: [folder]).filter(\.isSwift)
            guard let longest = files.max(by: { $0.lineCount < $1.lineCount }) else { continue }
            let lengths = files.map(\.lineCount).sorted()
            let median = lengths[lengths.count / 2]
            let p90 = lengths[min(lengths.count - 1, lengths.count * 9 / 10)]
            let total = lengths.reduce(0, +)
            print(
                "\(folder): \(files.count) Swift files, \(total) lines, median \(median), p90 \(p90),",
                "longest \(longest.lineCount) (\(longest.path))"
            )
            if folder == "Sources" {
                #expect(median <= 130)
                #expect(p90 <= 350)
            }
        }
    }
}

extension Tree {
    /// Reading the files takes a while the first time, and others who want them wait for it.
    fileprivate static func filesOnThread(below folders: [String]) async throws -> [SourceFile] {
        try await onThread { try files(below: folders) }
    }
}

extension Rule {
    /// Where the rule is looked for: some rules hold for tests as well.
    fileprivate var folders: [String] {
        switch self {
        case .fileLength, .lineLength, .unfinishedWork, .licenseHeader: Tree.all
        case .serializedSuite: ["Tests/ZeroMQTests"]
        default: Tree.code
        }
    }
}
