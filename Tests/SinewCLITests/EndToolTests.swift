// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("How sinew ends", .serialized, .timeLimit(.minutes(10)))
    struct EndToolTests {
        @Test("Ctrl-C and SIGTERM end every command, and remove its ipc file", arguments: ArgumentToolTests.commands)
        func signals(command: String) async throws {
            for (number, status) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
                let folder = try Folder()
                // Standard input stays open, so that somebody waits for it.
                let tool = try Tool(command, "--bind", folder.ipc())
                try await tool.bound(folder.file("socket"))
                tool.signal(number)
                let end = try await tool.end()
                #expect(end.status == status && end.errors == "" && end.output == "")
                #expect(!folder.exists("socket"))
            }
        }

        @Test func signalsEndProxyAndMonitor() async throws {
            let folder = try Folder()
            let proxy = try Tool(
                "proxy",
                "--frontend",
                "pull:\(folder.ipc("in"))",
                "--backend",
                "push:\(folder.ipc("out"))",
                input: ""
            )
            try await proxy.bound(folder.file("out"))
            proxy.signal(SIGINT)
            let end = try await proxy.end()
            #expect(end.status == 130 && end.errors.hasPrefix("sinew: forward 0 messages"))
            #expect(!folder.exists("in") && !folder.exists("out"))
            let monitor = try Tool("monitor", "sub", "--connect", folder.ipc(), input: "")
            try await monitor.eventually("trying") { $0.output.contains("connectRetried") }
            monitor.signal(SIGINT)
            #expect(try await monitor.end().status == 130)
        }

        @Test("Ctrl-C gives up what nobody takes")
        func signalWhileHandingOver() async throws {
            let folder = try Folder()
            let push = try Tool("push", "--connect", folder.ipc(), input: "x\n")
            try await push.eventually("waiting") { $0.errors.contains("waiting until peers take") }
            push.signal(SIGINT)
            #expect(try await push.end().status == 130)
        }

        @Test("signals end the command of --exec, with all it has started", arguments: [SIGINT, SIGTERM])
        func signalWhileACommandRuns(number: Int32) async throws {
            let folder = try Folder()
            // It reads until nobody has the pipe open for writing.
            let watch = try Tool(shell: "mkfifo \(folder.file("pipe")); exec cat \(folder.file("pipe"))")
            try await watch.eventually("there") { _ in folder.exists("pipe") }
            let command = "exec 3> \(folder.file("pipe")); echo $$ >&3; sleep 1000; echo late"
            let rep = try Tool(
                Tool.path,
                ["rep", "--bind", folder.ipc(), "--exec", command, "--exec-timeout", "10m"],
                input: []
            )
            let req = try Tool("req", "--connect", folder.ipc(), input: "x\n")
            try await watch.eventually("running") { $0.output.hasSuffix("\n") }
            let child = try #require(Int32(watch.output.dropLast()))
            rep.signal(number)
            #expect(try await rep.end().status == 128 + number)
            #expect(kill(child, 0) != 0, "the tool does not end before its command")
            #expect(try await watch.end().status == 0)
            req.signal(SIGINT)
            #expect(try await req.end().status == 130)
        }

        @Test("a reader that goes away ends it quietly, also while nothing comes")
        func brokenPipe() async throws {
            let folder = try Folder()
            let pull = try Tool(shell: "(\"$SINEW\" pull --bind \(folder.ipc()); echo status $? >&2) | head -n 1")
            let push = try await Tool.run("push", "--connect", folder.ipc(), input: "only\n")
            #expect(push.status == 0)
            let end = try await pull.end()
            #expect(end.output == "only\n" && end.errors == "status 141\n")
            let busy = try Tool(shell: "(\"$SINEW\" pull --bind \(folder.ipc()); echo status $? >&2) | head -n 3")
            let lines = String(repeating: "y\n", count: 20_000)
            let feed = try Tool("push", "--connect", folder.ipc(), input: lines)
            let busyEnd = try await busy.end()
            #expect(busyEnd.output == "y\ny\ny\n" && busyEnd.errors == "status 141\n")
            feed.signal(SIGINT)
            #expect(try await feed.end().status != 0)
        }
    }
}
