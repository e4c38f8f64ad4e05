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
            let req = try await Tool.run("req", "--connect", folder.ipc(), "--tabs", "--hwm", "1", input: "a\tb\n\n")
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

        @Test("who asks for it ends with 1 at a reply that says error")
        func failedReply() async throws {
            let folder = try Folder()
            let rep = try Tool("rep", "--bind", folder.ipc(), "--exec", "read a; exit $a", "--count", "3", input: "")
            let req = try await Tool.run("req", "--connect", folder.ipc(), "--fail", input: "0\n3\n0\n")
            #expect(req.failed(1, "exit status 3") && req.output == "\nerror\texit status 3\n", "\(req)")
            #expect(try await Tool.run("req", "--connect", folder.ipc(), input: "4\n").status == 0)
            #expect(try await rep.end().status == 0)
        }

        @Test("an answer without an end is refused, not read for ever")
        func endlessAnswer() async throws {
            let folder = try Folder()
            let rep = try Tool(shell: "\"$SINEW\" rep --bind \(folder.ipc()) --max-line 100 < /dev/zero")
            #expect(try await rep.end().failed(65, "line 1", "--max-line"))
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
            let command = "read line; case $line in bad) echo no; exit 3;; die) kill -9 $$;; esac; echo got $line"
            let rep = try Tool("rep", "--bind", folder.ipc(), "--exec", command, "--count", "4", input: "")
            let requests = "good\nbad\ndie\nok\n"
            let req = try await Tool.run("req", "--connect", folder.ipc(), "--json", input: Self.lines(requests))
            let failures = [#""error","exit status 3""#, #""error","killed by signal 9""#]
            let replies = [#""got good""#, failures[0], failures[1], #""got ok""#]
            #expect(req.status == 0 && req.output == replies.map { "{\"frames\":[\($0)]}\n" }.joined())
            let end = try await rep.end()
            #expect(end.status == 0 && end.output == requests)
            #expect(end.errors.split(separator: "\n").count == 2)
        }

        private static func lines(_ text: String) -> String {
            text.split(separator: "\n").map { "{\"frames\":[\"\($0)\"]}\n" }.joined()
        }

        @Test("a command that takes too long is killed with all it has started, and the next request is served")
        func lateCommand() async throws {
            let folder = try Folder()
            // It reads until nobody has the pipe open for writing.
            let watch = try Tool(shell: "mkfifo \(folder.file("pipe")); exec cat \(folder.file("pipe"))")
            try await watch.eventually("there") { _ in folder.exists("pipe") }
            let command = "exec 3> \(folder.file("pipe")); echo begun >&3; sleep 1000; echo late"
            let rep = try Tool(
                Tool.path,
                ["rep", "--bind", folder.ipc(), "--exec", command, "--exec-timeout", "2s", "--count", "2"],
                input: []
            )
            // The second one waits for a reader of the pipe, if it gets that far.
            let req = try await Tool.run("req", "--connect", folder.ipc(), input: "1\n2\n")
            #expect(req.output == String(repeating: "error\tnot done within 2s\n", count: 2))
            let end = try await rep.end()
            #expect(end.status == 0 && end.output == "1\n2\n")
            #expect(try await watch.end().status == 0)
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
