// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew subject", .serialized, .timeLimit(.minutes(10)))
    struct SubjectToolTests {
        static let vectors = PackageRoot.url.appending(path: "Tests/SinewSubjectsTests/Vectors/subjects.tsv")

        private func run(_ arguments: String...) async throws -> Tool.End {
            try await Tool(Tool.path, ["subject"] + arguments, input: []).end()
        }

        private func check(_ text: String) async throws -> Tool.End {
            let folder = try Folder()
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("rows.tsv")))
            return try await run("check", folder.file("rows.tsv"))
        }

        @Test(
            "questions are answered with true and 0, or false and 1",
            arguments: [
                (["match", "orders.*.new", "orders.us.new"], true), (["match", "orders.>", "orders"], false),
                (["match", "foo.*", "foo.*"], true), (["match", "foo.*", "foo."], false),
                (["match", "--", "-x", "-x"], true), (["intersect", "a.*", "*.b"], true),
                (["intersect", "a.>", "a"], false), (["validate", "a.b*"], true), (["validate", "a.*"], false),
                (["validate", "--filter", "a.*"], true), (["validate", "--strict", "--filter", "a.b*"], false),
                (["validate", "a..b"], false), (["validate", ""], false), (["validate", "--strict", "a.b"], true),
            ] as [([String], Bool)]
        )
        func questions(arguments: [String], answer: Bool) async throws {
            let end = try await Tool(Tool.path, ["subject"] + arguments, input: []).end()
            #expect(end.output == "\(answer)\n" && end.status == (answer ? 0 : 1), "\(end)")
            // Only validate says why.
            #expect(end.errors.isEmpty == (answer || arguments[0] != "validate"), "\(end)")
        }

        @Test func transforms() async throws {
            let swapped = try await run("transform", "a.*.*", "$2.{{wildcard(1)}}", "a.b.c")
            #expect(swapped.status == 0 && swapped.output == "c.b\n" && swapped.errors == "")
            let random = try await run("transform", "a", "{{random(1)}}", "a")
            #expect(random.status == 0 && random.output == "0\n")
            #expect(try await run("transform", "a.*", "$1", "b.c").failed(1, "'a.*'", "'b.c'"))
            #expect(try await run("transform", "a.*", "$2", "a.b").failed(64, "'$2'", "token 1"))
            #expect(try await run("transform", "a.*", "$1", "a.*").failed(64, "'a.*'", "token 2"))
            #expect(try await run("transform", "*", "{{split(1,x)}}", "xx").failed(64, "at least one token"))
        }

        @Test func partitions() async throws {
            let whole = try await run("partition", "10", "foo.bar")
            #expect(whole.status == 0 && whole.output == "6\n")
            let chosen = try await run("partition", "4", "orders.ab.c", "--tokens", "2,3")
            #expect(chosen.status == 0 && chosen.output == "3\n")
            #expect(try await run("partition", "0", "a").failed(64, "2147483647"))
            let unreadable = try await run("partition", "x", "a")
            #expect(unreadable.failed(64, "whole number", "see: sinew subject partition --help"))
            #expect(try await run("partition", "4", "a", "--tokens", "2").failed(64, "token 2"))
            #expect(try await run("partition", "4", "a", "--tokens", "1,").failed(64, "1,2"))
            #expect(try await run("partition", "4", "a..b").failed(64, "token 2"))
        }

        @Test func vectorsOfNATS() async throws {
            let end = try await run("check", Self.vectors.path)
            #expect(end.status == 0 && end.output == "175 passed, 0 failed\n" && end.errors == "", "\(end)")
        }

        @Test func mutatedVectorsFail() async throws {
            var lines = try String(contentsOf: Self.vectors, encoding: .utf8).split(separator: "\n").map(String.init)
            #expect(lines[100].hasSuffix("\tfalse"))
            lines[100] = lines[100].replacing("\tfalse", with: "\ttrue")
            lines[150] += ".else"
            lines[170] = "nonsense"
            let end = try await check(lines.joined(separator: "\n") + "\n")
            let printed = end.output.split(separator: "\n").map(String.init)
            #expect(end.status == 1 && printed.count == 4, "\(end)")
            for (line, number) in zip(printed, [101, 151, 171]) {
                #expect(line.hasPrefix("line \(number): \(lines[number - 1]): "), "\(line)")
            }
            #expect(printed.last == "172 passed, 3 failed")
        }

        @Test("a file without rows fails", arguments: ["", "kind\tpattern\tsubject\texpected\n"])
        func filesWithoutRows(text: String) async throws {
            let end = try await check(text)
            #expect(end.output == "0 passed, 0 failed\n" && end.failed(1, "no row"), "\(end)")
        }

        @Test func filesThatCannotBeRead() async throws {
            let folder = try Folder()
            let missing = try await run("check", folder.file("missing"))
            #expect(missing.failed(66, folder.file("missing"), "No such file") && missing.output == "")
            #expect(try await run("check", folder.path).failed(74, folder.path))
        }

        @Test("commands below it are checked and helped like all")
        func commands() async throws {
            let names = ["match", "validate", "intersect", "transform", "partition", "check"]
            let nonsense = try await run("nonsense", "--json")
            #expect(nonsense.failed(64, "'subject nonsense'", "subject match", "see: sinew subject --help"))
            #expect(try await run("match", "a").failed(64, "<subject>", "see: sinew subject match --help"))
            #expect(try await run("match", "a..b", "a").failed(64, "'a..b'", "token 2"))
            #expect(try await run("intersect", "a", ">.b").failed(64, "'>.b'"))
            let help = try await run("--help")
            #expect(help.status == 0 && help.output.contains("USAGE: sinew subject <subcommand>"))
            for name in names {
                #expect(help.output.contains("\n  \(name) "))
                let page = try await run(name, "--help")
                #expect(page.status == 0 && page.output.contains("USAGE: sinew subject \(name) "))
                #expect(page.output.contains("Exit status: 0 yes, or done; 1 no;"))
                let same = try await Tool.run("help", "subject", name)
                #expect(same.status == 0 && same.output == page.output)
            }
        }
    }
}
