// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// The tests that there are, by their suites.
struct TestIndex {
    /// How often each test is declared, by suite.
    private(set) var suites: [String: [String: Int]] = [:]
    /// Suites that are declared more than once.
    private(set) var ambiguousSuites: Set<String> = []

    /// Reads Swift sources. A suite is a type at the beginning of a line, or one that is called
    /// so in an extension; its tests follow, each after `@Test`.
    init(_ files: [SourceFile]) {
        for file in files { read(file) }
    }

    private mutating func read(_ file: SourceFile) {
        var suite: String?
        var isTest = false
        for line in file.code {
            let nested = line.hasPrefix("    ") && line.contains(#/^ {4}struct \w+Tests\b/#)
            if let match = (nested ? line.dropFirst(4) : line[...]).prefixMatch(
                of:
                    #/
                    (?:@Suite.*\s)?(?:(?:private|package|final)\s+)*
                    (?<kind>struct|class|enum|actor|extension)\s+(?<name>\w+)
                    /#
            ) {
                suite = String(match.name)
                isTest = false
                if match.kind != "extension" { declare(String(match.name)) }
            }
            if line.contains("@Test") { isTest = true }
            guard isTest, let suite, let match = line.firstMatch(of: #/\bfunc (?<name>\w+)/#) else { continue }
            isTest = false
            suites[suite, default: [:]][String(match.name), default: 0] += 1
        }
    }

    private mutating func declare(_ suite: String) {
        if suites[suite] != nil { ambiguousSuites.insert(suite) } else { suites[suite] = [:] }
    }
}

/// What a document says about tests: in backticks a suite, or a test as `Suite.test`.
struct Citations {
    /// One row of a table, or one line of prose, with the names of tests in it.
    struct Line {
        let number: Int
        let cells: [Substring]
        let names: [Substring]
    }

    let lines: [Line]

    /// Names of suites end with `Tests` or `Conformance`; those of the reactor's rules need none.
    private static var name: Regex<Substring> { #/`(?:[A-Z]\w*(?:Tests|Conformance)(?:\.\w+)?|rule\d\d_\w+)`/# }

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { number, line in
            let cells = MarkdownTable.cells(of: line)
            let names = line.matches(of: Self.name).map { $0.output.dropFirst().dropLast() }
            return Line(number: number + 1, cells: cells, names: names)
        }
    }

    var count: Int { lines.map(\.names.count).reduce(0, +) }

    /// Names that are of no test, or of more than one.
    func faults(_ index: TestIndex) -> [String] {
        lines.flatMap { line in
            line.names.compactMap { name in Self.fault(name, index).map { "line \(line.number): \(name): \($0)" } }
        }
    }

    private static func fault(_ name: Substring, _ index: TestIndex) -> String? {
        let parts = name.split(separator: ".").map(String.init)
        guard parts.count == 2 || !name.hasPrefix("rule") else {
            return index.suites.values.contains { $0[parts[0]] != nil } ? nil : "no such test"
        }
        guard let tests = index.suites[parts[0]] else { return "no such suite" }
        guard !index.ambiguousSuites.contains(parts[0]) else { return "there are several suites of this name" }
        guard parts.count == 2 else { return tests.isEmpty ? "the suite has no tests" : nil }
        switch tests[parts[1]] ?? 0 {
        case 0: return "no such test in this suite"
        case 1: return nil
        default: return "the suite has several tests of this name"
        }
    }
}
