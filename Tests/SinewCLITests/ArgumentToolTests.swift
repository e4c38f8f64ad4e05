// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew's arguments and errors", .serialized, .timeLimit(.minutes(10)))
    struct ArgumentToolTests {
        static let commands = ["push", "pull", "pub", "sub", "req", "rep", "dealer", "router", "pair"]

        @Test("wrong arguments end with 64 and one line", arguments: commands)
        func wrongArguments(command: String) async throws {
            let see = "see: sinew \(command) --help"
            #expect(try await Tool.run(command).failed(64, "--bind", see))
            for endpoint in ["tcp:/x", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "http://x", "ipc://", "inproc://x"] {
                #expect(try await Tool.run(command, "--bind", endpoint).failed(64, endpoint, see), "\(endpoint)")
            }
            #expect(try await Tool.run(command, "--bind", "ipc://*", "--colour").failed(64, "--colour", see))
            #expect(try await Tool.run(command, "--conect", "ipc://x").failed(64, "Unknown option '--conect'", see))
            #expect(try await Tool.run(command, "--bind", "ipc://*", "--timeout", "5").failed(64, "500ms"))
            #expect(try await Tool.run(command, "--bind", "ipc://*", "--timeout", "-1s").failed(64, "'-1s'", "500ms"))
            #expect(try await Tool.run(command, "--bind", "ipc://*", "--count", "abc").failed(64, "not a whole number"))
            #expect(try await Tool.run(command, "--bind", "ipc://*", "--json", "--hex").failed(64, "--json", "--hex"))
            #expect(try await Tool.run(command, "--connect", "tcp://127.0.0.1:*").failed(64, "port"))
        }

        @Test("a pair has one peer")
        func pairWithSeveralPeers() async throws {
            for how in ["--connect", "--bind"] {
                let two = try await Tool.run("pair", "--connect", "ipc://a", how, "ipc://b")
                #expect(two.failed(64, "one peer", "see: sinew pair --help"), "\(two)")
            }
        }

        @Test func wrongProxies() async throws {
            let free = "ipc://*"
            #expect(try await Tool.run("proxy", "--frontend", "router:\(free)").failed(64, "backend"))
            let wrongWay = try await Tool.run("proxy", "--frontend", "push:\(free)", "--backend", "pull:\(free)")
            #expect(wrongWay.failed(64, "push and pull"))
            #expect(
                try await Tool.run("proxy", "--frontend", "x:\(free)", "--backend", "pull:\(free)").failed(64, "KIND")
            )
            #expect(try await Tool.run("nonsense", "--connect", "ipc://x").failed(64, "'nonsense'", "push, pull"))
            #expect(try await Tool.run("monitor", "stream", "--bind", free).failed(64))
            #expect(try await Tool.run("pull", "--bind", free, "--count", "0").failed(64, "--count"))
        }

        @Test("every command with one socket takes a high-water mark", arguments: commands)
        func highWaterMarksOutOfRange(command: String) async throws {
            let range = "0 (no limit) to 2147483647"
            for mark in ["99999999999", "-1"] {
                #expect(try await Tool.run(command, "--bind", "ipc://*", "--hwm", mark).failed(64, range))
            }
        }

        @Test func endpointsThatCannotBeBound() async throws {
            let folder = try Folder()
            let pull = try Tool("pull", "--bind", folder.ipc(), input: "")
            try await pull.bound(folder.file("socket"))
            let second = try await Tool.run("pull", "--bind", folder.ipc())
            #expect(second.failed(69, folder.ipc(), "choose another path"))
            #expect(folder.exists("socket"), "the other one's file stays")
            try Data().write(to: URL(fileURLWithPath: folder.file("file")))
            #expect(try await Tool.run("pull", "--bind", folder.ipc("file")).failed(69, "there is a file"))
            let missing = try await Tool.run("pull", "--bind", folder.ipc("missing/socket"))
            #expect(
                [66, 69].contains(missing.status) && missing.errors.contains("directory does not exist"),
                "\(missing)"
            )
        }

        @Test("help and version", arguments: commands + ["proxy", "monitor", "keygen"])
        func help(command: String) async throws {
            let help = try await Tool.run(command, "--help")
            #expect(help.status == 0 && help.errors == "")
            #expect(help.output.contains("USAGE: sinew \(command)"))
            for status in ["64", "75"] { #expect(help.output.contains(status)) }
            // A shell takes a * that is not quoted for names of files.
            #expect(!help.output.contains(#/ (\w+:)?tcp://\*/#))
        }

        @Test func version() async throws {
            let text = try await Tool.run("version")
            #expect(text.status == 0 && text.output.contains(#/^sinew \S+\nlibzmq 4\.\d+\.\d+\ncapabilities .*curve/#))
            #expect(try await Tool.run("--version").output == text.output)
            let json = try await Tool.run("version", "--json").output
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
            #expect((object?["capabilities"] as? [String])?.contains("curve") == true)
        }

        @Test(
            "completion scripts are generated, and shells that are there can read them",
            arguments: ["bash", "zsh", "fish"]
        )
        func completion(shell: String) async throws {
            let end = try await Tool.run("--generate-completion-script", shell)
            #expect(end.status == 0 && end.errors == "")
            for word in ["push", "curve-secret", "monitor", "dealer:tcp://"] {
                #expect(end.output.contains(word), "\(word)")
            }
            let check = "! command -v \(shell) >/dev/null || \(shell) -n"
            let syntax = try await Tool("/bin/sh", ["-c", check], input: end.outputBytes).end()
            #expect(syntax.status == 0, "\(syntax.errors)")
        }

        @Test func streamsThatAreClosedOrFull() async throws {
            let folder = try Folder()
            let closedInput = try await Tool(shell: "\"$SINEW\" push --bind \(folder.ipc()) <&-").end()
            #expect(closedInput.status == 0, "\(closedInput.errors)")
            #expect(try await Tool(shell: "\"$SINEW\" version >&-").end().failed(74, "standard output"))
            guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
            #expect(try await Tool(shell: "\"$SINEW\" version >/dev/full").end().failed(74, "standard output"))
        }
    }
}
