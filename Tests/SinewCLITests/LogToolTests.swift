// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew log", .serialized, .timeLimit(.minutes(10)))
    struct LogToolTests {
        private let folder: Folder
        private var data: String { folder.file("data") }

        init() throws { folder = try Folder() }

        private func run(_ arguments: String..., input: String = "") async throws -> Tool.End {
            try await Tool(Tool.path, ["log"] + arguments, input: Array(input.utf8)).end()
        }

        private var segments: [String] {
            get throws {
                try FileManager.default.contentsOfDirectory(atPath: data + "/logs/main").filter { $0.hasSuffix(".log") }
                    .sorted().map { "\(data)/logs/main/\($0)" }
            }
        }

        @Test func linesAreAppendedAndPrinted() async throws {
            let first = try await run("append", data, input: "a\nb\n")
            #expect(first.status == 0 && first.output == "0\n1\n" && first.errors == "", "\(first)")
            let more = try await run("append", data, "--ack", "written", "--batch", "2", input: "c\nd\ne\n")
            #expect(more.status == 0 && more.output == "2\n3\n4\n")
            let all = try await run("cat", data)
            #expect(all.status == 0 && all.output == "0\ta\n1\tb\n2\tc\n3\td\n4\te\n")
            #expect(try await run("cat", data, "--from", "3").output == "3\td\n4\te\n")
            let sound = try await run("verify", data)
            #expect(sound.status == 0 && sound.output == "5 records are sound; the next offset is 5\n")
        }

        @Test func objectsHaveAllThatARecordHas() async throws {
            _ = try await run("append", data, "--key-field", "2", input: "x\tk\n")
            let line = try await run("cat", data, "--json").output
            #expect(line.hasPrefix(#"{"offset":0,"epoch":1,"timestamp":"#), "\(line)")
            #expect(line.hasSuffix(#","key":"k","payload":"x\tk"}"# + "\n"), "\(line)")
        }

        @Test func logsAreApart() async throws {
            _ = try await run("append", data, "--log", "one", input: "1\n")
            _ = try await run("append", data, "--log", "two", input: "2\n")
            #expect(try await run("cat", data, "--log", "one").output == "0\t1\n")
            #expect(try await run("append", data, "--log", "../one", input: "1\n").failed(64, "'../one'"))
            #expect(try await run("cat", data, "--log", "three").status == 66)
        }

        @Test func segmentsAreListed() async throws {
            let lines = (0..<200).map { "a line of some length, number \($0)\n" }.joined()
            _ = try await run("append", data, "--segment-bytes", "4096", input: lines)
            let info = try await run("info", data)
            let rows = info.output.split(separator: "\n").map { $0.split(separator: "\t") }
            let count = try segments.count
            #expect(info.status == 0 && rows.count == count && count > 3)
            #expect(rows.first?[1] == "0" && rows.allSatisfy { (Int($0[3]) ?? 0) > 64 })
            #expect(try await run("verify", data).output == "200 records are sound; the next offset is 200\n")
        }

        @Test("A write that was never finished is status 1, and is cut off and kept when somebody appends")
        func tornTail() async throws {
            _ = try await run("append", data, input: "a\nb\n")
            let path = try #require(try segments.last)
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data([1, 2, 3]))
            try file.close()
            let torn = try await run("verify", data)
            #expect(torn.status == 1 && torn.output.contains("3 bytes from byte"), "\(torn)")
            #expect(try await run("cat", data).status == 0)
            let more = try await run("append", data, input: "c\n")
            #expect(more.status == 0 && more.output == "2\n" && more.errors.contains("cut off 3 bytes"), "\(more)")
            #expect(try await run("verify", data).status == 0)
        }

        @Test("Damage is status 2: what is sound before it is printed, and with --salvage what is behind it")
        func damage() async throws {
            _ = try await run("append", data, input: "a\nb\nc\nd\n")
            let path = try #require(try segments.last)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            // Length, flags, payload.
            let record = try #require(bytes.firstRange(of: [2, 0, UInt8(ascii: "c")]))
            bytes[record.upperBound - 1] ^= 1
            try bytes.write(to: URL(fileURLWithPath: path))
            let cat = try await run("cat", data)
            #expect(cat.status == 2 && cat.output == "0\ta\n1\tb\n" && cat.errors.contains("2..<3"), "\(cat)")
            let salvaged = try await run("cat", data, "--salvage")
            #expect(salvaged.status == 2 && salvaged.output == "0\ta\n1\tb\n3\td\n", "\(salvaged)")
            #expect(salvaged.errors.contains("left out") && salvaged.errors.contains("2..<3"))
            let verify = try await run("verify", data)
            #expect(verify.status == 2 && verify.output.contains("records 2..<3 are damaged"), "\(verify)")
            let append = try await run("append", data, input: "e\n")
            #expect(append.status == 2 && append.output == "" && append.errors.contains("2..<3"), "\(append)")
            let after = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(after == bytes, "it was written to")
        }

        @Test("Every offset that was printed is there after the process was killed", arguments: ["written", "durable"])
        func killed(level: String) async throws {
            var expected = 0
            for round in 0..<5 {
                let tool = try Tool("log", "append", data, "--ack", level, "--segment-bytes", "4096")
                let lines = (0..<400).map { "\(round) \($0)\n" }.joined()
                tool.type(lines)
                let wanted = expected + 20 * (round + 1)
                try await tool.eventually("so far") { $0.output.split(separator: "\n").count >= 20 * (round + 1) }
                tool.signal(SIGKILL)
                let end = try await tool.end()
                // The last line may have been written in part.
                let printed = end.output.hasSuffix("\n") ? end.output : String(end.output.dropLast(20))
                let last = printed.split(separator: "\n").last.flatMap { Int($0) } ?? expected
                #expect(last >= wanted - 1)
                let cat = try await run("cat", data)
                let records = cat.output.split(separator: "\n")
                #expect(cat.status == 0 && records.count > last, "\(records.count) are there, \(last) was printed")
                #expect(records.last?.hasPrefix("\(records.count - 1)\t\(round) ") == true)
                expected = records.count
            }
        }

        @Test func oneProcessAppends() async throws {
            let tool = try Tool("log", "append", data)
            tool.type("a\n")
            try await tool.eventually("appended") { $0.output == "0\n" }
            #expect(try await run("append", data, input: "b\n").failed(69, "locked"))
            // Others read meanwhile.
            #expect(try await run("cat", data).output == "0\ta\n")
            tool.endInput()
            #expect(try await tool.end().status == 0)
        }
    }
}
