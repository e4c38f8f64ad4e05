// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew push and pull", .serialized, .timeLimit(.minutes(10)))
    struct PushPullToolTests {
        @Test("pull ends with 0 after its count, push when all is handed over")
        func countIsKept() async throws {
            let folder = try Folder()
            let pull = try Tool("pull", "--bind", folder.ipc(), "--count", "3", input: "")
            let push = try await Tool.run("push", "--connect", folder.ipc(), input: "one\n\nthree, without an end")
            #expect(push.status == 0 && push.errors == "" && push.output == "")
            let end = try await pull.end()
            #expect(end.status == 0 && end.errors == "")
            #expect(end.output == "one\n\nthree, without an end\n")
            #expect(!folder.exists("socket"), "the file of an ipc endpoint is removed")
        }

        @Test func countOfPushLeavesTheRestUnsent() async throws {
            let folder = try Folder()
            let pull = try Tool("pull", "--bind", folder.ipc(), "--count", "3", input: "")
            let push = try await Tool.run("push", "--connect", folder.ipc(), "--count", "2", input: "1\n2\n3\n")
            #expect(push.status == 0)
            #expect(try await Tool.run("push", "--connect", folder.ipc(), input: "other\n").status == 0)
            #expect(try await pull.end().output == "1\n2\nother\n")
        }

        @Test func silenceEndsWith75() async throws {
            let folder = try Folder()
            let pull = try await Tool.run("pull", "--bind", folder.ipc(), "--count", "1", "--timeout", "200ms")
            #expect(pull.failed(75, "PULL", folder.ipc()) && pull.output == "")
            #expect(!pull.errors.contains(".swift"), "where in the source is nobody's concern")
            #expect(!folder.exists("socket"))
        }

        @Test("push with nobody there says so and ends with 75", arguments: ["--bind", "--connect"])
        func pushWithNobodyThere(how: String) async throws {
            let folder = try Folder()
            let push = try await Tool.run("push", how, folder.ipc(), "--timeout", "300ms", input: "a\nb\n")
            #expect(push.failed(75))
            #expect(!folder.exists("socket"))
        }

        @Test func pushWaitsForWhoComesLate() async throws {
            let folder = try Folder()
            let push = try Tool("push", "--connect", folder.ipc(), input: "late\n")
            try await push.eventually("waiting") { $0.errors.contains("waiting until peers take") }
            let pull = try await Tool.run("pull", "--bind", folder.ipc(), "--count", "1")
            #expect(pull.output == "late\n")
            #expect(try await push.end().status == 0)
        }

        @Test("100 000 lines arrive, all and in order")
        func manyLines() async throws {
            let folder = try Folder()
            let wanted = (1...100_000).map { "\($0)\n" }.joined()
            let pull = try Tool("pull", "--bind", folder.ipc(), "--count", "100000", "--timeout", "60s", input: "")
            let push = try await Tool.run("push", "--connect", folder.ipc(), "--timeout", "60s", input: wanted)
            #expect(push.status == 0, "\(push.errors)")
            let end = try await pull.end()
            #expect(end.status == 0 && end.output == wanted, "\(end.errors)")
        }

        /// The few fit into the queues and the system's buffers, so that push has written everything, and would end,
        /// while the reader's queue is still full. With many it waits before, while it sends.
        @Test("whoever reads the output slowly loses nothing", arguments: [1400, 2000, 50_000])
        func slowReader(count: Int) async throws {
            let folder = try Folder()
            let pull = try Tool(
                shell: "\"$SINEW\" pull --bind \(folder.ipc()) --count \(count) --timeout 60s --hwm 10 "
                    + "| (sleep 1; cat) | cksum"
            )
            let input = (1...count).map { "\($0) and some more, so that the pipes are full\n" }.joined()
            let push = try await Tool.run("push", "--connect", folder.ipc(), "--hwm", "10", input: input)
            #expect(push.status == 0, "\(push.errors)")
            let wanted = try await Tool("/bin/sh", ["-c", "cksum"], input: Array(input.utf8)).end()
            #expect(try await pull.end().output == wanted.output)
        }

        @Test("several endpoints, bound and connected")
        func severalEndpoints() async throws {
            let folder = try Folder()
            let (a, b, c) = (folder.ipc("a"), folder.ipc("b"), folder.ipc("c"))
            let pull = try Tool("pull", "--bind", a, "--bind", b, "--connect", c, "--count", "3", input: "")
            #expect(try await Tool.run("push", "--connect", a, input: "a\n").status == 0)
            #expect(try await Tool.run("push", "--connect", b, input: "b\n").status == 0)
            #expect(try await Tool.run("push", "--bind", c, input: "c\n").status == 0)
            let end = try await pull.end()
            #expect(end.output.split(separator: "\n").sorted() == ["a", "b", "c"])
        }

        @Test("of several endpoints, those that are there get everything")
        func oneEndpointOfTwo() async throws {
            let folder = try Folder()
            let pull = try Tool("pull", "--bind", folder.ipc(), "--count", "3", "--timeout", "30s", input: "")
            try await pull.bound(folder.file("socket"))
            let both = ["push", "--connect", folder.ipc("nobody"), "--connect", folder.ipc(), "--timeout", "5s"]
            let push = try await Tool(Tool.path, both, input: Array("1\n2\n3\n".utf8)).end()
            #expect(push.status == 0 && push.errors == "", "\(push)")
            #expect(try await pull.end().output == "1\n2\n3\n")
        }

        @Test func freePortIsNamed() async throws {
            let pull = try Tool("pull", "--bind", "tcp://127.0.0.1:*", "--count", "1", input: "")
            try await pull.eventually("bound") { $0.errors.hasSuffix("\n") }
            let match = try #require(pull.errors.wholeMatch(of: #/sinew: bound to (tcp://127.0.0.1:\d+)\n/#))
            #expect(try await Tool.run("push", "--connect", String(match.1), input: "x\n").status == 0)
            #expect(try await pull.end().output == "x\n")
        }

        @Test("a message is out as soon as it has come, and a line as soon as it was typed")
        func nothingIsHeldBack() async throws {
            let folder = try Folder()
            let pull = try Tool("pull", "--bind", folder.ipc(), input: "")
            let push = try Tool("push", "--connect", folder.ipc())
            for number in 1...3 {
                push.type("line \(number)\n")
                try await pull.eventually("printed") { $0.output.hasSuffix("line \(number)\n") }
            }
            push.endInput()
            #expect(try await push.end().status == 0)
            pull.signal(SIGTERM)
            #expect(try await pull.end().status == 143)
        }

        @Test("lines that cannot be understood end with 65, those before are sent")
        func badLines() async throws {
            let folder = try Folder()
            let pull = try Tool("pull", "--bind", folder.ipc(), "--count", "2", input: "")
            try await pull.bound(folder.file("socket"))
            let hex = try await Tool.run("push", "--connect", folder.ipc(), "--hex", input: "6f6b\nzz\n")
            #expect(hex.failed(65, "line 2", "'z'"))
            let json = try await Tool.run(
                "push",
                "--connect",
                folder.ipc(),
                "--json",
                input: "{\"frames\":[\"ok\"]}\nx\n"
            )
            #expect(json.failed(65, "line 2", "JSON"))
            #expect(try await pull.end().output == "ok\nok\n")
            let long = String(repeating: "x", count: 3000)
            let line = try await Tool.run("push", "--connect", folder.ipc(), "--max-line", "2999", input: "\(long)\n")
            #expect(line.failed(65, "line 1", "2999", "--max-line"))
        }
    }
}
