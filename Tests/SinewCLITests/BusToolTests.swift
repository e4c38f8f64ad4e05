// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew bus", .serialized, .timeLimit(.minutes(10)))
    struct BusToolTests {
        /// Where a tool that was started says that it is.
        private static func endpoint(of tool: Tool) async throws -> String {
            try await tool.eventually("bound") { $0.errors.contains("bound to ") && $0.errors.hasSuffix("\n") }
            let match = try #require(tool.errors.firstMatch(of: #/bound to (\S+)\n/#))
            return String(match.1)
        }

        /// Starts a command that others find.
        private static func start(_ arguments: String...) async throws -> (tool: Tool, endpoint: String) {
            let tool = try Tool(Tool.path, ["bus"] + arguments + ["--bind", "tcp://127.0.0.1:*"], input: [])
            return (tool, try await endpoint(of: tool))
        }

        @Test("sub prints what pub publishes, in order, and nothing else")
        func publishAndSubscribe() async throws {
            let (sub, seed) = try await Self.start("sub", "orders.*", "--count", "4")
            let pub = try await Tool.run("bus", "pub", "orders.new", "one", "t\two", "--seed", seed, "--verbose")
            #expect(pub.status == 0 && pub.errors == "", "\(pub.errors)")
            #expect(pub.output == "1\t1 sent\t0 dropped\n2\t1 sent\t0 dropped\n")
            let lines = try await Tool.run("bus", "pub", "orders.old", "--seed", seed, input: "three\n\n")
            #expect(lines.status == 0, "\(lines.errors)")
            let end = try await sub.end()
            #expect(end.status == 0)
            #expect(end.output == "orders.new\tone\norders.new\tt\two\norders.old\tthree\norders.old\t\n")
        }

        @Test("10 000 lines arrive before pub ends")
        func manyLines() async throws {
            let (sub, seed) = try await Self.start("sub", "a", "--raw", "--slow", "wait")
            let wanted = (1...10_000).map { "\($0)\n" }.joined()
            let pub = try await Tool.run("bus", "pub", "a", "--seed", seed, input: wanted)
            #expect(pub.status == 0 && pub.errors == "", "\(pub.errors)")
            try await sub.eventually("printed") { $0.output.hasSuffix("\n10000\n") }
            sub.signal(SIGTERM)
            let end = try await sub.end()
            #expect(end.status == 143)
            #expect(end.output == wanted)
        }

        @Test func pubSaysWhenNobodyWantsIt() async throws {
            let (sub, seed) = try await Self.start("sub", "orders.*")
            defer { sub.signal(SIGTERM) }
            let pub = try await Tool.run("bus", "pub", "stock.low", "x", "--seed", seed)
            #expect(pub.failed(1, "nobody wanted 1 of 1", "stock.low"))
            let nobody = try await Tool.run("bus", "pub", "a", "x", "--bind", "tcp://127.0.0.1:*", "--timeout", "200ms")
            #expect(nobody.status == 75 && nobody.errors.contains("0 of 1 nodes"), "\(nobody.errors)")
            let few = try await Tool.run(
                "bus",
                "pub",
                "a",
                "x",
                "--seed",
                seed,
                "--wait-for",
                "2",
                "--timeout",
                "500ms"
            )
            #expect(few.failed(75, "1 of 2 nodes"))
        }

        @Test("a queue group gets each message once, a subscriber all of them")
        func queue() async throws {
            let (all, seed) = try await Self.start("sub", "jobs", "--count", "200", "--raw")
            let members = try (0..<2).map {
                try Tool("bus", "queue", "workers", "jobs", "--seed", seed, "--raw", "--name", "w\($0)", input: "")
            }
            // Each has said that it wants them before pub is linked with all of them.
            while true {
                let peers = try await Tool.run("bus", "peers", "--seed", seed, "--wait-for", "3")
                #expect(peers.status == 0, "\(peers.errors)")
                let members = peers.output.split(separator: "\n").filter {
                    $0.hasPrefix("w") && $0.contains(" both   1 ")
                }
                if members.count == 2 { break }
            }
            let lines = (1...200).map { "\($0)\n" }.joined()
            let pub = try await Tool.run("bus", "pub", "jobs", "--seed", seed, "--wait-for", "3", input: lines)
            #expect(pub.status == 0, "\(pub.errors)")
            #expect(try await all.end().output == lines)
            try await members[0].eventually("all printed") { first in
                (first.output + members[1].output).split(separator: "\n").count >= 200
            }
            for member in members { member.signal(SIGTERM) }
            let printed = members.flatMap { $0.output.split(separator: "\n").map(String.init) }
            #expect(printed.compactMap(Int.init).sorted() == Array(1...200))
            for member in members { #expect(member.output.split(separator: "\n").count > 20) }
        }

        @Test("answers: a text, an echo, a command and its failure")
        func requests() async throws {
            let (text, textSeed) = try await Self.start("reply", "a.*", "fine", "--count", "1")
            let first = try await Tool.run("bus", "req", "a.b", "how?", "--seed", textSeed)
            #expect(first.status == 0 && first.output == "fine\n", "\(first.errors)")
            let firstEnd = try await text.end()
            #expect(firstEnd.status == 0 && firstEnd.output == "a.b\thow?\n")

            let (sum, seed) = try await Self.start(
                "reply",
                "sum",
                "--exec",
                "read a b; test \"$b\" && echo $((a + b))",
                "--count",
                "3"
            )
            let two = try await Tool.run("bus", "req", "sum", "--seed", seed, input: "17 4\n1 2\n")
            #expect(two.status == 0 && two.output == "21\n3\n", "\(two.errors)")
            let failed = try await Tool.run("bus", "req", "sum", "17", "--seed", seed)
            #expect(failed.failed(1, "responderFailed", "exit status 1"))
            let end = try await sum.end()
            #expect(end.output == "sum\t17 4\nsum\t1 2\nsum\t17\n")
            #expect(end.errors.contains("exit status 1; who asked is told so"))
        }

        @Test func nobodyRespondsIsToldAtOnce() async throws {
            let (echo, seed) = try await Self.start("reply", "here", "--echo")
            defer { echo.signal(SIGTERM) }
            let began = ContinuousClock.now
            let nobody = try await Tool.run("bus", "req", "there", "x", "--seed", seed, "--timeout", "50s")
            #expect(nobody.failed(69, "noResponders", "'there'"))
            #expect(ContinuousClock.now - began < .seconds(30))
            let gone = try await Tool.run(
                "bus",
                "req",
                "here",
                "x",
                "--seed",
                "tcp://127.0.0.1:1",
                "--timeout",
                "300ms"
            )
            #expect(gone.failed(75, "0 of 1 nodes"))
        }

        @Test("--many prints the answer of everybody who is in no group")
        func manyAnswers() async throws {
            let (first, seed) = try await Self.start("reply", "who", "first", "--all", "--name", "n1")
            let second = try Tool("bus", "reply", "who", "second", "--all", "--name", "n2", "--seed", seed, input: "")
            defer { for tool in [first, second] { tool.signal(SIGTERM) } }
            var answers: [String] = []
            let end = ContinuousClock.now + Tool.patience
            while answers.count < 2, ContinuousClock.now < end {
                let req = try await Tool.run("bus", "req", "who", "?", "--many", "--seed", seed)
                answers = req.output.split(separator: "\n").map(String.init).sorted()
            }
            #expect(answers == ["first", "second"])
            let one = try await Tool.run("bus", "req", "who", "?", "--many", "--limit", "1", "--json", "--seed", seed)
            #expect(
                one.output.wholeMatch(of: #/\{"payload":"(first|second)","node":"n[12]"\}\n/#) != nil,
                "\(one.output)"
            )
        }

        @Test("JSON and headers come out as they went in")
        func json() async throws {
            let (sub, seed) = try await Self.start("sub", "a", "--json", "--count", "2")
            let line = #"{"payload":{"base64":"AP8="},"headers":[["b","c"]]}"#
            let pub = try await Tool.run(
                "bus",
                "pub",
                "a",
                "--json",
                "--header",
                "t=1",
                "--seed",
                seed,
                "--name",
                "me",
                input: "\(line)\n"
            )
            #expect(pub.status == 0, "\(pub.errors)")
            let text = try await Tool.run("bus", "pub", "a", "x", "--seed", seed, "--name", "you")
            #expect(text.status == 0, "\(text.errors)")
            let first = #"{"subject":"a","payload":{"base64":"AP8="},"node":"me","sequence":1,"#
            let output =
                first + #""headers":[["t","1"],["b","c"]]}"# + "\n"
                + #"{"subject":"a","payload":"x","node":"you","sequence":1}"# + "\n"
            #expect(try await sub.end().output == output)
            let wrong = try await Tool.run(
                "bus",
                "pub",
                "a",
                "--json",
                "--wait-for",
                "0",
                "--seed",
                seed,
                input: "{}\n"
            )
            #expect(wrong.failed(65, "line 1", "payload"))
        }

        @Test func silenceEndsWith75() async throws {
            let sub = try await Tool.run("bus", "sub", "a", "--bind", "tcp://127.0.0.1:*", "--timeout", "200ms")
            #expect(sub.status == 75 && sub.errors.contains("no message of 'a' came within 200ms"))
        }

        @Test("flags count more than the environment, and that more than the file")
        func settings() async throws {
            let (sub, seed) = try await Self.start("sub", "a", "--cluster", "shop", "--name", "hearer", "--count", "3")
            let folder = try Folder()
            let path = folder.file("bus.conf")
            try "cluster = shop\nname = file\nseed = \(seed)\n".write(toFile: path, atomically: true, encoding: .utf8)
            let file = try await Tool.run("bus", "pub", "a", "1", "--config", path)
            #expect(file.status == 0, "\(file.errors)")
            let environment = try await Tool(
                shell: "SINEW_BUS_NAME=env SINEW_BUS_SEEDS=\(seed) SINEW_BUS_CLUSTER=shop \"$SINEW\" bus pub a 2"
            ).end()
            #expect(environment.status == 0, "\(environment.errors)")
            let flags = try await Tool(
                shell: "SINEW_BUS_CLUSTER=other \"$SINEW\" bus pub a 3 --cluster shop --config \(path)"
            ).end()
            #expect(flags.status == 0, "\(flags.errors)")
            #expect(try await sub.end().output == "a\t1\na\t2\na\t3\n")
            try "seed = \(seed)\nsed = x\n".write(toFile: path, atomically: true, encoding: .utf8)
            let wrong = try await Tool.run("bus", "pub", "a", "1", "--config", path)
            #expect(wrong.failed(78, "line 2", "'sed'"))
            #expect(try await Tool.run("bus", "pub", "a", "1", "--config", folder.file("none")).failed(66, "none"))
        }

        @Test func anotherClusterIsNotLetIn() async throws {
            let (sub, seed) = try await Self.start("sub", "a", "--cluster", "shop")
            defer { sub.signal(SIGTERM) }
            let pub = try await Tool.run("bus", "pub", "a", "x", "--seed", seed, "--timeout", "1s")
            #expect(pub.status == 75 && pub.errors.contains("not let in by \(seed): cluster"), "\(pub.errors)")
        }

        @Test func whoTakesANameEndsTheOther() async throws {
            let (first, seed) = try await Self.start("sub", "a")
            defer { first.signal(SIGTERM) }
            let old = try Tool("bus", "sub", "b", "--seed", seed, "--name", "same", input: "")
            let found = try await Tool.run("bus", "peers", "--seed", seed, "--wait-for", "2")
            #expect(found.output.contains("\nsame "), "\(found)")
            let new = try Tool("bus", "sub", "b", "--seed", seed, "--name", "same", input: "")
            defer { new.signal(SIGTERM) }
            let end = try await old.end()
            #expect(end.status == 69 && end.errors.contains("took the name 'same'"), "\(end.errors)")
        }

        @Test func peersAreListed() async throws {
            let (sub, seed) = try await Self.start("sub", "a.>", "--name", "hearer")
            defer { sub.signal(SIGTERM) }
            let peers = try await Tool.run("bus", "peers", "--seed", seed)
            let lines = peers.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            try #require(lines.count == 2, "\(peers)")
            #expect(lines[0] == ["NAME", "STATUS", "LINKS", "INTERESTS", "ENDPOINT", "INCARNATION", "ID"])
            #expect(Array(lines[1].prefix(5)) == ["hearer", "alive", "both", "1", seed])
            let json = try await Tool.run("bus", "peers", "--seed", seed, "--json")
            let wanted = #"{"name":"hearer","status":"alive","links":"both","interests":1,"endpoints":["#
            #expect(json.output.hasPrefix(wanted), "\(json.output)")
        }

        @Test("watch tells who comes and goes, and counts what comes")
        func watch() async throws {
            let (watch, seed) = try await Self.start("watch", "a.>", "--json")
            let lines = (1...50).map { "\($0)\n" }.joined()
            let pub = try await Tool.run("bus", "pub", "a.b", "--seed", seed, "--name", "writer", input: lines)
            #expect(pub.status == 0, "\(pub.errors)")
            try await watch.eventually("counted") { $0.output.contains(#""messages":50,"missed":0}"#) }
            #expect(watch.output.contains(#"{"event":"joined","node":"writer"}"#))
            try await watch.eventually("told") { $0.output.contains(#"{"event":"left","node":"writer"}"#) }
            #expect(watch.output.contains(#""messagesPerSecond":"#))
            watch.signal(SIGINT)
            #expect(try await watch.end().status == 130)
        }

        @Test("wrong arguments end with 64 and say why")
        func arguments() async throws {
            for (arguments, word) in [
                (["pub", "a", "x"], "--seed"), (["pub", "a.*", "x", "--seed", "tcp://h:1"], "wildcards"),
                (["sub", "a..b", "--seed", "tcp://h:1"], "empty"), (["reply", "a", "--seed", "tcp://h:1"], "--exec"),
                (["reply", "a", "x", "--echo", "--seed", "tcp://h:1"], "--exec"), (["nope"], "bus watch"),
                (["sub", "a", "--seed", "nowhere"], "'nowhere'"), (["sub", "a", "--slow", "never"], "dropOldest"),
                (["queue", "a b", "x"], "'a b'"), (["req", "a", "x", "--limit", "2"], "--many"),
                (["pub", "a", "x", "--header", "y"], "NAME=VALUE"),
                (["pub", "a", "--name", "a b", "--seed", "tcp://h:1"], "name"),
            ] {
                let end = try await Tool(Tool.path, ["bus"] + arguments, input: []).end()
                #expect(end.status == 64 && end.errors.contains(word), "\(arguments): \(end.errors)")
            }
        }
    }
}
