// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore
import Testing

@Suite("Settings of a node", .timeLimit(.minutes(1)))
struct BusSettingsTests {
    private static func file(_ text: String) throws -> BusSettings {
        try BusSettings(file: Array(text.utf8), path: "bus.conf")
    }

    @Test func aFileSaysEverything() throws {
        let text = """
            # Who we are
            name = orders-1

              cluster=shop
            bind = tcp://127.0.0.1:*
            seed = tcp://10.0.0.7:5555
            seed = ipc:///tmp/a=b
            """
        let wanted = BusSettings(
            name: "orders-1",
            cluster: "shop",
            bind: "tcp://127.0.0.1:*",
            seeds: ["tcp://10.0.0.7:5555", "ipc:///tmp/a=b"]
        )
        #expect(try Self.file(text) == wanted)
        #expect(try Self.file(text.replacing("\n", with: "\r\n")) == wanted)
        #expect(try Self.file("") == BusSettings())
    }

    @Test(
        "what is not understood is refused with its line",
        arguments: [
            ("name = a\n\nsed = x", 3, "'sed'"), ("name", 1, "'name'"), ("name =", 1, "no value"),
            ("# x\nname = a\nname = b", 3, "before"), ("bind = a\nbind = a", 2, "before"), ("= x", 1, "''"),
            ("cluster = a\r\ncluster = b", 2, "before"), ("Name = a", 1, "'Name'"),
        ]
    )
    func refused(_ text: String, line: Int, word: String) {
        #expect {
            try Self.file(text)
        } throws: { error in
            "\(error)".contains("bus.conf, line \(line): ") && "\(error)".contains(word)
        }
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: ArgumentFault.self) { try BusSettings(file: [0x6E, 0xFF], path: "x") }
    }

    @Test func theEnvironment() {
        let values = ["SINEW_BUS_SEEDS": "tcp://a:1, tcp://b:2", "SINEW_BUS_NAME": "", "SINEW_BUS_CLUSTER": "shop"]
        let settings = BusSettings { values[$0] }
        #expect(settings == BusSettings(cluster: "shop", seeds: ["tcp://a:1", "tcp://b:2"]))
        #expect(BusSettings { _ in nil } == BusSettings())
    }

    @Test func theFirstThatSaysSomethingCounts() {
        let flags = BusSettings(name: "flag", seeds: ["tcp://f:1"])
        let environment = BusSettings(name: "env", cluster: "env", seeds: ["tcp://e:1", "tcp://e:2"])
        let file = BusSettings(name: "file", cluster: "file", bind: "file", seeds: ["tcp://x:1"])
        let all = flags.over(environment).over(file)
        #expect(all == BusSettings(name: "flag", cluster: "env", bind: "file", seeds: ["tcp://f:1"]))
        #expect(environment.over(file).seeds == ["tcp://e:1", "tcp://e:2"])
        #expect(BusSettings().over(file) == file)
    }
}
