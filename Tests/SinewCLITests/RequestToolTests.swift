// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew req and rep", .serialized, .timeLimit(.minutes(10)))
    struct RequestToolTests {
        @Test func withoutAServer() async throws {
            let folder = try Folder()
            let req = try await Tool.run("req", "--connect", folder.ipc(), "--timeout", "300ms", input: "x\ny\n")
            #expect(req.failed(75, "request", folder.ipc()) && req.output == "")
        }

        @Test func echo() async throws {
            let folder = try Folder()
            let rep = try Tool("rep", "--bind", folder.ipc(), "--echo", "--tabs", "--count", "2", input: "")
            let req = try await Tool.run("req", "--connect", folder.ipc(), "--tabs", input: "a\tb\n\n")
            #expect(req.status == 0 && req.output == "a\tb\n\n")
            let end = try await rep.end()
            #expect(end.status == 0 && end.output == "a\tb\n\n")
        }

        @Test("who has the replies does not wait for servers that were never there")
        func oneServerOfTwo() async throws {
            let folder = try Folder()
            let rep = try Tool("rep", "--bind", folder.ipc(), "--echo", input: "")
            let both = ["req", "--connect", folder.ipc(), "--connect", folder.ipc("nobody"), "--count", "1"]
            let req = try await Tool(Tool.path, both, input: Array("x\n".utf8)).end()
            #expect(req.status == 0 && req.output == "x\n" && req.errors == "", "\(req)")
            rep.signal(SIGTERM)
            #expect(try await rep.end().status == 143)
        }

        @Test("answers are lines of standard input; it ends with the last")
        func answersFromInput() async throws {
            let folder = try Folder()
            let rep = try Tool("rep", "--bind", folder.ipc(), input: "first\nsecond\n")
            let req = try await Tool.run("req", "--connect", folder.ipc(), input: "1\n2\n")
            #expect(req.status == 0 && req.output == "first\nsecond\n")
            let end = try await rep.end()
            #expect(end.status == 0 && end.output == "1\n2\n")
        }

        @Test("a request after the last answer is named, and not answered")
        func noAnswerLeft() async throws {
            let folder = try Folder()
            let rep = try Tool("rep", "--bind", folder.ipc())
            let req = try Tool("req", "--connect", folder.ipc(), input: "1\n")
            try await rep.eventually("asked") { $0.output == "1\n" }
            rep.endInput()
            #expect(try await rep.end().failed(69, "unanswered"))
            req.signal(SIGINT)
            #expect(try await req.end().status == 130)
        }

        @Test("a command's output is the reply; its failures are replies of two frames, and the next request is served")
        func exec() async throws {
            let folder = try Folder()
            let command =
                "read line; case $line in bad) echo no; exit 3;; late) sleep 1000;; die) kill -9 $$;; esac; echo got $line"
            let rep = try Tool(
                "rep",
                "--bind",
                folder.ipc(),
                "--exec",
                command,
                "--exec-timeout",
                "1s",
                "--count",
                "5",
                input: ""
            )
            let req = try await Tool.run(
                "req",
                "--connect",
                folder.ipc(),
                "--hex",
                input: "676f6f64\n626164\n6c617465\n646965\n6f6b\n"
            )
            #expect(req.status == 0)
            let replies = req.output.split(separator: "\n").map { line in
                line.split(separator: "\t").map { digits in
                    let pairs = stride(from: 0, to: digits.count, by: 2).map { Array(digits)[$0..<$0 + 2] }
                    return String(decoding: pairs.compactMap { UInt8(String($0), radix: 16) }, as: UTF8.self)
                }
            }
            let wanted = [
                ["got good"], ["error", "exit status 3"], ["error", "not done within 1s"],
                ["error", "killed by signal 9"],
                ["got ok"],
            ]
            #expect(replies == wanted)
            let end = try await rep.end()
            #expect(end.status == 0 && end.output == "good\nbad\nlate\ndie\nok\n")
            #expect(end.errors.split(separator: "\n").count == 3)
        }

        @Test("a command gets the bytes of the request, and returns its own, however many")
        func execWithMuchData() async throws {
            let folder = try Folder()
            let rep = try Tool("rep", "--bind", folder.ipc(), "--exec", "cat; wc -c <&0", "--count", "2", input: "")
            let large = String(repeating: "0123456789abcdef", count: 70_000)
            let req = try await Tool.run("req", "--connect", folder.ipc(), "--timeout", "30s", input: "\(large)\nx\n")
            #expect(req.status == 0, "\(req.errors)")
            #expect(req.output == "\(large)0\nx0\n")
            #expect(try await rep.end().status == 0)
            // A command need not read its input.
            let deaf = try Tool("rep", "--bind", folder.ipc(), "--exec", "echo done", "--count", "1", input: "")
            #expect(try await Tool.run("req", "--connect", folder.ipc(), input: "\(large)\n").output == "done\n")
            #expect(try await deaf.end().status == 0)
        }

        @Test func countOfRequests() async throws {
            let folder = try Folder()
            let rep = try Tool("rep", "--bind", folder.ipc(), "--echo", input: "")
            #expect(
                try await Tool.run("req", "--connect", folder.ipc(), "--count", "1", input: "1\n2\n").output == "1\n"
            )
            rep.signal(SIGTERM)
            #expect(try await rep.end().output == "1\n")
        }
    }
}
