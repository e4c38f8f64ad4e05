// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew's lines, and dealer, router, pair, pub and sub", .serialized, .timeLimit(.minutes(10)))
    struct FormatToolTests {
        @Test("binary messages come back from hexadecimal and from JSON", arguments: ["--hex", "--json"])
        func binary(notation: String) async throws {
            let folder = try Folder()
            let lines =
                notation == "--hex"
                ? "00ff0a0d\t\t5c09\n\nc3a9\n"
                : #"{"frames":[{"base64":"AP8="},"","é\n\u0085"]}"# + "\n" + #"{"frames":["\u0000"]}"#
                    + "\n{\"frames\":[\"x\"]}\n"
            let pull = try Tool("pull", "--bind", folder.ipc(), notation, "--count", "3", input: "")
            #expect(try await Tool.run("push", "--connect", folder.ipc(), notation, input: lines).status == 0)
            #expect(try await pull.end().output == lines)
        }

        @Test("a newline in a message does not make two of it")
        func plainText() async throws {
            let folder = try Folder()
            let pull = try Tool("pull", "--bind", folder.ipc(), "--count", "2", input: "")
            let push = try await Tool.run("push", "--connect", folder.ipc(), "--hex", input: "610a62\n1bff\t63\n")
            #expect(push.status == 0)
            #expect(try await pull.end().output == "a\\nb\n\\x1b\\xff\tc\n")
        }

        @Test func tabs() async throws {
            let folder = try Folder()
            let pull = try Tool("pull", "--bind", folder.ipc(), "--json", "--count", "2", input: "")
            #expect(try await Tool.run("push", "--connect", folder.ipc(), "--tabs", input: "a\t\tb\n").status == 0)
            #expect(try await Tool.run("push", "--connect", folder.ipc(), input: "a\t\tb\n").status == 0)
            #expect(try await pull.end().output == "{\"frames\":[\"a\",\"\",\"b\"]}\n{\"frames\":[\"a\\t\\tb\"]}\n")
        }

        @Test("a router names who sent, and sends to whom a line names, once that peer is there")
        func routerAndDealer() async throws {
            let folder = try Folder()
            let router = try Tool("router", "--bind", folder.ipc(), "--count", "1", input: "w1\thello\nw1\tyou\n")
            let dealer = try await Tool.run(
                "dealer",
                "--connect",
                folder.ipc(),
                "--name",
                "w1",
                "--count",
                "2",
                input: "hi\n"
            )
            #expect(dealer.status == 0 && dealer.output == "hello\nyou\n")
            let end = try await router.end()
            #expect(end.status == 0 && end.output == "w1\thi\n")
            let stranger = try await Tool.run(
                "router",
                "--bind",
                folder.ipc(),
                "--timeout",
                "300ms",
                input: "0x00\thello\n"
            )
            #expect(stranger.failed(75, "no peer '0x00'"), "\(stranger)")
            let nobody = try await Tool.run("router", "--bind", folder.ipc(), input: "hello\n")
            #expect(nobody.failed(65, "line 1", "peer"))
        }

        @Test func pairTalksBothWays() async throws {
            let folder = try Folder()
            let left = try Tool("pair", "--bind", folder.ipc())
            let right = try Tool("pair", "--connect", folder.ipc(), "--count", "2")
            left.type("ping\n")
            try await right.eventually("asked") { $0.output == "ping\n" }
            right.type("pong\n")
            try await left.eventually("answered") { $0.output == "pong\n" }
            left.type("end\n")
            #expect(try await right.end().status == 0)
            left.endInput()
            left.signal(SIGINT)
            #expect(try await left.end().status == 130)
        }

        @Test("what was sent arrives over tcp although the peer sends, too, and nobody reads that")
        func counterTraffic() async throws {
            let input = (1...100_000).map { "\($0) from one side\n" }.joined()
            let peer = try Tool(
                Tool.path,
                ["pair", "--bind", "tcp://127.0.0.1:*", "--timeout", "3s"],
                input: Array(input.utf8)
            )
            try await peer.eventually("bound") { $0.errors.hasSuffix("\n") }
            let endpoint = String(try #require(peer.errors.firstMatch(of: #/tcp://127.0.0.1:\d+/#)).0)
            let pair = try await Tool.run("pair", "--connect", endpoint, "--count", "0", input: input)
            #expect(pair.status == 0, "\(pair.errors)")
            let end = try await peer.end()
            #expect(end.output == input, "\(end.output.count) bytes of \(input.utf8.count)")
        }

        @Test("a count of 0 sends and does not wait")
        func sendOnly() async throws {
            let folder = try Folder()
            let pull = try Tool("dealer", "--bind", folder.ipc(), "--count", "1", input: "")
            #expect(try await Tool.run("dealer", "--connect", folder.ipc(), "--count", "0", input: "x\n").status == 0)
            #expect(try await pull.end().output == "x\n")
        }

        @Test("a subscriber gets what begins with its prefixes, and is told which; the publisher waits for it")
        func topics() async throws {
            let folder = try Folder()
            let pub = try Tool("pub", "--bind", folder.ipc(), input: "a.b 1\nx 2\nc 3\na.z 4\n")
            let sub = try await Tool.run(
                "sub",
                "--connect",
                folder.ipc(),
                "--topic",
                "a.",
                "--topic",
                "c",
                "--topic",
                "a.b",
                "--json",
                "--count",
                "3"
            )
            let wanted = [("a.b", "a.b 1"), ("c", "c 3"), ("a.", "a.z 4")]
            #expect(sub.output == wanted.map { "{\"topic\":\"\($0.0)\",\"frames\":[\"\($0.1)\"]}\n" }.joined())
            #expect(try await pub.end().status == 0)
        }

        @Test func publisherWithoutSubscribers() async throws {
            let folder = try Folder()
            let pub = try await Tool.run("pub", "--bind", folder.ipc(), "--timeout", "300ms", input: "x\n")
            #expect(pub.failed(75, "subscriptions", folder.ipc()))
            let open = try await Tool.run("pub", "--bind", folder.ipc(), "--subscribers", "0", input: "x\n")
            #expect(open.status == 0 && open.errors == "")
        }

        @Test("a publisher waits for as many subscribers as it is told")
        func subscribersAreCounted() async throws {
            let folder = try Folder()
            let first = try Tool("sub", "--connect", folder.ipc(), "--count", "1", input: "")
            let two = ["pub", "--bind", folder.ipc(), "--subscribers", "2"]
            let tooFew = try await Tool(Tool.path, two + ["--timeout", "3s"], input: Array("x\n".utf8)).end()
            #expect(tooFew.failed(75, "fewer than 2") && first.output == "")
            let second = try Tool("sub", "--connect", folder.ipc(), "--count", "1", input: "")
            #expect(try await Tool(Tool.path, two, input: Array("y\n".utf8)).end().status == 0)
            for sub in [first, second] { #expect(try await sub.end().output == "y\n") }
        }

        @Test("a slow subscriber misses nothing")
        func slowSubscriber() async throws {
            let folder = try Folder()
            let pub = try Tool(shell: "seq 20000 | \"$SINEW\" pub --bind \(folder.ipc())")
            let sub = try await Tool(
                shell: "\"$SINEW\" sub --connect \(folder.ipc()) --count 20000 | (sleep 1; cat) | tail -n 1"
            ).end()
            #expect(sub.output == "20000\n")
            #expect(try await pub.end().status == 0)
        }

        @Test("a proxy moves requests and replies, and says what it did")
        func proxy() async throws {
            let folder = try Folder()
            let proxy = try Tool(
                "proxy",
                "--frontend",
                "router:\(folder.ipc("front"))",
                "--backend",
                "dealer:\(folder.ipc("back"))",
                "--capture",
                folder.ipc("capture"),
                input: ""
            )
            try await proxy.bound(folder.file("back"))
            let rep = try Tool("rep", "--connect", folder.ipc("back"), "--echo", "--count", "2", input: "")
            let req = try await Tool.run("req", "--connect", folder.ipc("front"), input: "1\n2\n")
            #expect(req.output == "1\n2\n")
            #expect(try await rep.end().status == 0)
            proxy.signal(SIGTERM)
            let end = try await proxy.end()
            #expect(
                end.status == 143 && end.errors.contains("forward 2 messages")
                    && end.errors.contains("backward 2 messages")
            )
        }

        @Test func monitor() async throws {
            let folder = try Folder()
            let monitor = try Tool("monitor", "pull", "--bind", folder.ipc(), "--json", "--count", "3", input: "")
            try await monitor.eventually("listening") { $0.output.contains("listening") }
            let push = try Tool("push", "--connect", folder.ipc())
            let end = try await monitor.end()
            #expect(end.status == 0)
            let objects = try end.output.split(separator: "\n").map { line in
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
            }
            #expect(objects.map { $0?["event"] } == ["listening", "accepted", "handshakeSucceeded"])
            #expect(objects.allSatisfy { $0?["endpoint"] == folder.ipc() })
            push.signal(SIGINT)
            #expect(try await push.end().status == 130)
            let silent = try await Tool.run("monitor", "pull", "--bind", folder.ipc(), "--timeout", "300ms")
            #expect(silent.failed(75) && silent.output == "listening \(folder.ipc())\n")
        }

        @Test("the monitor does not repeat a failure without end, and says how often it came")
        func monitorOfRepeatedFailures() async throws {
            let folder = try Folder()
            let monitor = try Tool("monitor", "req", "--connect", folder.ipc(), "--json", input: "")
            // 100 ms after the first attempt, and the longer the more have failed.
            try await monitor.eventually("repeated") { $0.output.contains(#/connectRetried.*"times":4/#) }
            monitor.signal(SIGINT)
            let end = try await monitor.end()
            #expect(end.status == 130)
            let retries = try end.output.split(separator: "\n").compactMap { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return object?["event"] as? String == "connectRetried" ? object?["times"] as? Int ?? 1 : nil
            }
            #expect(retries.starts(with: [1, 2, 4]) && retries.count < 5, "\(end.output)")
        }
    }
}
