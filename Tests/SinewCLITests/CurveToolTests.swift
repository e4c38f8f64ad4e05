// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew's keys and CURVE", .serialized, .timeLimit(.minutes(10)))
    struct CurveToolTests {
        /// A folder with the keys of a server and of a client, and a folder of those who may come.
        private struct Keys {
            let folder: Folder
            let serverKey: String
            var server: String { folder.file("keys/server.key_secret") }
            var client: String { folder.file("keys/client.key_secret") }
            var allowed: String { folder.file("allowed") }

            init() async throws {
                folder = try Folder()
                try FileManager.default.createDirectory(
                    atPath: folder.file("allowed"),
                    withIntermediateDirectories: false
                )
                let text = try await Tool.run("keygen", folder.file("keys"), "--name", "server", "--json").output
                let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
                serverKey = try #require(object?["key"])
                #expect(try await Tool.run("keygen", folder.file("keys"), "--name", "client").status == 0)
            }

            func allowClient() throws {
                let target = folder.file("allowed/client.key")
                try FileManager.default.copyItem(atPath: folder.file("keys/client.key"), toPath: target)
            }

            func push(_ more: [String] = [], timeout: String = "60s") throws -> Tool {
                let arguments = [
                    "push", "--connect", folder.ipc(), "--curve-server-key", serverKey, "--timeout", timeout,
                ]
                return try Tool(Tool.path, arguments + more, input: Array("secret\n".utf8))
            }
        }

        @Test func keysAreMadeOnceAndAreSecret() async throws {
            let folder = try Folder()
            let first = try await Tool.run("keygen", folder.file("keys"), "--name", "a")
            #expect(first.status == 0)
            let lines = first.output.split(separator: "\n").map { $0.split(separator: "\t") }
            #expect(lines.map { $0.first } == ["public", "secret", "key"])
            #expect(lines.last?.last?.count == 40)
            func mode(_ name: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions] as? Int
            }
            #expect(try mode("keys") == 0o700 && mode("keys/a.key_secret") == 0o600)
            let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("keys/a.key_secret")))
            let second = try await Tool.run("keygen", folder.file("keys"), "--name", "a")
            #expect(second.failed(73, "keys/a.key", "--name") && second.output == "")
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("keys/a.key_secret"))) == before)
            #expect(try await Tool.run("keygen", folder.file("no/where")).failed(73, "no/where"))
            #expect(try await Tool.run("keygen", folder.file("keys"), "--name", "a/b").failed(64))
        }

        @Test("a listed client gets in, and is named; an unlisted one does not")
        func listedAndUnlisted() async throws {
            let keys = try await Keys()
            let arguments = ["pull", "--bind", keys.folder.ipc(), "--curve-secret", keys.server]
            let pull = try Tool(
                Tool.path,
                arguments + ["--curve-allow", keys.allowed, "--count", "1", "--json"],
                input: []
            )
            try await pull.eventually("warning") { $0.errors.contains("nobody is let in until there is one") }
            try await pull.bound(keys.folder.file("socket"))
            for more in [["--curve-secret", keys.client], []] {
                let refused = try keys.push(more)
                try await refused.eventually("refused") { $0.errors.contains("refused by the authenticator") }
                refused.signal(SIGINT)
                #expect(try await refused.end().status == 130)
            }
            try keys.allowClient()
            let push = try await keys.push(["--curve-secret", keys.client]).end()
            #expect(push.status == 0, "\(push.errors)")
            let end = try await pull.end()
            #expect(end.output.contains(#/^{"frames":\["secret"\],"user":".+"}\n$/#), "\(end.output)")
        }

        @Test("the last line says why nobody was there")
        func refusalIsInTheLastLine() async throws {
            let keys = try await Keys()
            let arguments = ["pull", "--bind", keys.folder.ipc(), "--curve-secret", keys.server]
            let pull = try Tool(Tool.path, arguments + ["--curve-allow", keys.allowed], input: [])
            try await pull.bound(keys.folder.file("socket"))
            let refused = try await keys.push(timeout: "2s").end()
            let last = refused.errors.split(separator: "\n").last ?? ""
            #expect(refused.status == 75 && last.contains("refused by the authenticator"), "\(refused)")
            pull.signal(SIGINT)
            #expect(try await pull.end().status == 130)
        }

        @Test("nothing waits for a peer that refuses when another one is there")
        func refusedPeersGetNothing() async throws {
            let keys = try await Keys()
            let refusing = try Tool(
                Tool.path,
                ["pull", "--bind", keys.folder.ipc(), "--curve-secret", keys.server, "--curve-allow", keys.allowed],
                input: []
            )
            try await refusing.bound(keys.folder.file("socket"))
            let other = try Tool(
                Tool.path,
                [
                    "pull", "--connect", keys.folder.ipc("own"), "--curve-secret", keys.server, "--curve-allow-any",
                    "--count", "2",
                ],
                input: []
            )
            let push = try Tool(
                Tool.path,
                [
                    "push", "--bind", keys.folder.ipc("own"), "--connect", keys.folder.ipc(), "--curve-server-key",
                    keys.serverKey, "--timeout", "5s",
                ],
                input: Array("1\n2\n".utf8)
            )
            let end = try await push.end()
            #expect(end.status == 0, "\(end)")
            #expect(try await other.end().output == "1\n2\n")
            refusing.signal(SIGINT)
            #expect(try await refusing.end().status == 130)
        }

        @Test("every client gets in only when that is said")
        func allowAny() async throws {
            let keys = try await Keys()
            let pull = try Tool(
                "pull",
                "--bind",
                keys.folder.ipc(),
                "--curve-secret",
                keys.server,
                "--curve-allow-any",
                "--count",
                "1",
                input: ""
            )
            #expect(try await keys.push().end().status == 0)
            #expect(try await pull.end().output == "secret\n")
        }

        @Test func withoutEncryptionNobodyGetsIn() async throws {
            let keys = try await Keys()
            let pull = try Tool(
                "pull",
                "--bind",
                keys.folder.ipc(),
                "--curve-secret",
                keys.server,
                "--curve-allow-any",
                input: ""
            )
            try await pull.bound(keys.folder.file("socket"))
            let push = try Tool("push", "--connect", keys.folder.ipc(), input: "plain\n")
            try await push.eventually("refused") { $0.errors.contains("handshake failed") }
            push.signal(SIGINT)
            #expect(try await push.end().status == 130)
            pull.signal(SIGINT)
            #expect(try await pull.end().output == "")
        }

        @Test("certificates that are not read are counted; a folder that everybody may write is refused at once")
        func certificatesThatAreNotRead() async throws {
            let keys = try await Keys()
            let arguments = ["pull", "--bind", keys.folder.ipc(), "--curve-secret", keys.server]
            let pull = try Tool(Tool.path, arguments + ["--curve-allow", keys.allowed], input: [])
            try await pull.eventually("warning") { $0.errors.contains("nobody is let in") }
            #expect(!pull.errors.contains("not read"))
            pull.signal(SIGINT)
            #expect(try await pull.end().status == 130)
            let link = keys.folder.file("allowed/client.key")
            try FileManager.default.createSymbolicLink(
                atPath: link,
                withDestinationPath: keys.folder.file("keys/client.key")
            )
            let linked = try Tool(Tool.path, arguments + ["--curve-allow", keys.allowed], input: [])
            try await linked.eventually("warning") { $0.errors.contains("1 files *.key are not read: links") }
            linked.signal(SIGINT)
            #expect(try await linked.end().status == 130)
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: keys.allowed)
            let open = try await Tool(Tool.path, arguments + ["--curve-allow", keys.allowed], input: []).end()
            #expect(open.failed(77, "chmod o-w"), "\(open)")
        }

        @Test("a proxy is a server where it binds, a client where it connects, and its capture a server")
        func proxy() async throws {
            let keys = try await Keys()
            let folder = keys.folder
            let server = ["--curve-secret", keys.server, "--curve-allow-any"]
            let sink = try Tool(Tool.path, ["pull", "--bind", folder.ipc("sink"), "--count", "1"] + server, input: [])
            try await sink.bound(folder.file("sink"))
            let sides = ["--frontend", "pull:\(folder.ipc())", "--backend", "push:connect:\(folder.ipc("sink"))"]
            let more = ["--capture", folder.ipc("capture"), "--curve-server-key", keys.serverKey]
            let proxy = try Tool(Tool.path, ["proxy"] + sides + more + server, input: [])
            try await proxy.bound(folder.file("socket"))
            let plain = try Tool("push", "--connect", folder.ipc(), input: "plain\n")
            try await plain.eventually("refused") { $0.errors.contains("handshake failed") }
            plain.signal(SIGINT)
            #expect(try await plain.end().status == 130)
            #expect(try await keys.push().end().status == 0)
            #expect(try await sink.end().output == "secret\n")
            let open = try Tool("sub", "--connect", folder.ipc("capture"), input: "")
            try await open.eventually("refused") { $0.errors.contains("handshake failed") }
            open.signal(SIGINT)
            #expect(try await open.end().status == 130)
            proxy.signal(SIGTERM)
            #expect(try await proxy.end().status == 143)
        }

        @Test("no side of a proxy is left open by mistake")
        func openProxies() async throws {
            let keys = try await Keys()
            let folder = keys.folder
            func proxy(_ front: String, _ back: String, _ more: [String]) async throws -> Tool.End {
                let sides = ["--frontend", "pull:\(front)", "--backend", "push:\(back)"]
                return try await Tool(Tool.path, ["proxy"] + sides + more, input: []).end()
            }
            let (front, back) = (folder.ipc("front"), folder.ipc("back"))
            let client = ["--curve-server-key", keys.serverKey]
            let server = ["--curve-secret", keys.server, "--curve-allow-any"]
            #expect(try await proxy(front, back, client).failed(64, "no side connects"))
            #expect(try await proxy("connect:\(front)", "connect:\(back)", server).failed(64, "no side binds"))
            #expect(try await proxy(front, "connect:\(back)", client).failed(64, "what binds would be open"))
            #expect(try await proxy(front, "connect:\(back)", server).failed(64, "that connects would be open"))
            let capture = ["--capture", folder.ipc("capture")] + client
            let captured = try await proxy("connect:\(front)", "connect:\(back)", capture)
            #expect(captured.failed(64, "what binds would be open"), "\(captured)")
            #expect(!folder.exists("front") && !folder.exists("capture"))
        }

        @Test("mistakes are found before anything is bound")
        func mistakes() async throws {
            let keys = try await Keys()
            let endpoint = keys.folder.ipc()
            func pull(_ arguments: String...) async throws -> Tool.End {
                try await Tool(Tool.path, ["pull", "--bind", endpoint] + arguments, input: []).end()
            }
            let missing = keys.folder.file("missing")
            #expect(try await pull("--curve-secret", missing, "--curve-allow-any").failed(66, missing))
            #expect(try await pull("--curve-secret", keys.server, "--curve-allow", missing).failed(66, missing))
            #expect(try await pull("--curve-allow", keys.allowed).failed(64, "--curve-secret", "keygen"))
            #expect(try await pull("--curve-secret", keys.server).failed(64, "--curve-allow"))
            #expect(try await pull("--curve-server-key", "short").failed(64, "--curve-server-key"))
            #expect(try await pull("--curve-server-key", "keys/server.key").failed(64, "public-key of the file"))
            // One key in 85 begins with a dash.
            let dash = "-Sraui}79:NYkquuSvT2aDOiOOs%AbUy!v6F(isN"
            #expect(try await pull("--curve-server-key", dash, "--timeout", "100ms").status == 75)
            let both = try await pull("--curve-secret", keys.server, "--curve-allow", keys.allowed, "--curve-allow-any")
            #expect(both.failed(64, "exclude"))
            let open = keys.folder.file("keys/server.key")
            #expect(try await pull("--curve-secret", open, "--curve-allow-any").failed(78, "no secret key"))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys.server)
            #expect(try await pull("--curve-secret", keys.server, "--curve-allow-any").failed(77, "chmod 600"))
            #expect(!keys.folder.exists("socket"))
        }
    }
}
