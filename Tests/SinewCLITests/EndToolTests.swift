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

        @Test("a signal that ends a proxy loses nothing of what it has moved, though the reader is slow")
        func proxyHandsOver() async throws {
            let folder = try Folder()
            let (front, back) = (folder.ipc("in"), folder.ipc("out"))
            let sides = ["--frontend", "pull:\(front)", "--backend", "push:\(back)"]
            let proxy = try Tool(Tool.path, ["proxy", "--hwm", "1"] + sides, input: [])
            try await proxy.bound(folder.file("out"))
            let (mark, go) = (folder.file("mark"), folder.file("go"))
            #expect(try await Tool(shell: "mkfifo \(go)").end().status == 0)
            // Reads three lines, and the others when it is told to.
            let reader = "for i in 1 2 3; do read -r line; done; touch \(mark); read -r line < \(go); wc -l"
            let pull = try Tool(
                shell: "\"$SINEW\" pull --connect \(back) --hwm 1 --timeout 10s 2>/dev/null | (\(reader))"
            )
            // A few of these fill all that is between the proxy and the reader: then it cannot hand over what it has.
            let line = String(repeating: "large ", count: 4000)
            let push = try Tool("push", "--connect", front, input: (1...300).map { "\($0) \(line)\n" }.joined())
            try await pull.eventually("reading") { _ in folder.exists("mark") }
            proxy.signal(SIGTERM)
            #expect(try await Tool(shell: "echo > \(go)").end().status == 0)
            let end = try await proxy.end()
            let moved = try #require(end.errors.firstMatch(of: #/forward (\d+) messages/#)).1
            #expect(end.status == 143 && !folder.exists("in") && !folder.exists("out"))
            let read = try #require(Int(try await pull.end().output.filter(\.isNumber)))
            #expect(read + 3 == Int(moved), "\(end.errors)")
            #expect(!end.errors.contains("left behind"), "\(end.errors)")
            push.signal(SIGINT)
            #expect(try await push.end().status == 130)
        }

        @Test("a second signal ends a proxy that waits for its peers, and removes its files")
        func secondSignal() async throws {
            let folder = try Folder()
            let sides = ["--frontend", "pull:\(folder.ipc("in"))", "--backend", "push:connect:\(folder.ipc("out"))"]
            let proxy = try Tool(Tool.path, ["proxy"] + sides, input: [])
            try await proxy.bound(folder.file("in"))
            #expect(try await Tool.run("push", "--connect", folder.ipc("in"), input: "x\n").status == 0)
            proxy.signal(SIGTERM)
            try await proxy.eventually("waiting") { $0.errors.contains("waiting until peers take") }
            proxy.signal(SIGINT)
            let end = try await proxy.end()
            #expect(end.status == 130 && !end.errors.contains("not all of them"), "\(end.errors)")
            #expect(!folder.exists("in"))
        }

        @Test("several signals at once, as when a terminal is closed, are one: nothing is left behind")
        func signalsCloseTogether() async throws {
            let folder = try Folder()
            let mark = folder.file("mark")
            let command = "echo $$ > \(mark); exec sleep 1000"
            let rep = try Tool("rep", "--bind", folder.ipc(), "--exec", command, "--exec-timeout", "10m", input: "")
            let req = try Tool("req", "--connect", folder.ipc(), input: "x\n")
            try await rep.eventually("running") { _ in
                ((try? String(contentsOfFile: mark, encoding: .utf8)) ?? "").hasSuffix("\n")
            }
            let child = try #require(Int32(try String(contentsOfFile: mark, encoding: .utf8).dropLast()))
            rep.signal(SIGHUP)
            rep.signal(SIGTERM)
            #expect([129, 143].contains(try await rep.end().status))
            #expect(!folder.exists("socket"))
            try await rep.eventually("killing its command") { _ in kill(child, 0) != 0 }
            req.signal(SIGINT)
            #expect(try await req.end().status == 130)
        }

        @Test("nobody reads standard error, and its pipe is full: requests are served, and signals end it")
        func fullErrors() async throws {
            let folder = try Folder()
            let command = "exit 3 # \(String(repeating: "a", count: 3000))"
            let script = """
                mkfifo \(folder.file("err")); sleep 100 < \(folder.file("err")) & sleeper=$!
                "$SINEW" rep --bind \(folder.ipc()) --exec '\(command)' > /dev/null 2> \(folder.file("err")) & rep=$!
                seq 60 | "$SINEW" req --connect \(folder.ipc()) --timeout 10s | wc -l
                kill -TERM $rep; wait $rep; echo status $?
                kill -KILL $sleeper
                """
            let end = try await Tool(shell: script).end()
            #expect(end.output.split(whereSeparator: \.isWhitespace) == ["60", "status", "143"], "\(end.errors)")
        }

        @Test("the file of another socket that has taken the place stays")
        func fileOfAnother() async throws {
            let folder = try Folder()
            let first = try Tool("pull", "--bind", folder.ipc(), input: "")
            try await first.bound(folder.file("socket"))
            try FileManager.default.removeItem(atPath: folder.file("socket"))
            let second = try Tool("pull", "--bind", folder.ipc(), input: "")
            try await second.bound(folder.file("socket"))
            first.signal(SIGTERM)
            #expect(try await first.end().status == 143)
            #expect(folder.exists("socket"))
            second.signal(SIGTERM)
            #expect(try await second.end().status == 143)
            #expect(!folder.exists("socket"))
        }

        @Test("in the background of a terminal, reading it stops the tool, as it does any other program")
        func background() async throws {
            let folder = try Folder()
            let inner = "\"$SINEW\" pair --bind \(folder.ipc()) & sleep 1; jobs; kill -KILL %1"
            try inner.write(toFile: folder.file("script"), atomically: true, encoding: .utf8)
            let script =
                "command -v script >/dev/null || exit 9; script -qec 'bash -m \(folder.file("script"))' /dev/null"
            let end = try await Tool(shell: script).end()
            guard end.status != 9 else { return }
            #expect(end.output.contains("Stopped") && !end.output.contains("sinew:"), "\(end.output)")
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
