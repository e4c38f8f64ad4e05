// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension ToolTests {
    @Suite("sinew sim", .serialized, .timeLimit(.minutes(10)))
    struct SimToolTests {
        @Test func withoutANameItLists() async throws {
            let list = try await Tool.run("sim")
            #expect(list.status == 0 && list.errors == "")
            #expect(list.output.contains("interest\t2 to 50 nodes\t") && list.output.contains("membership\t"))
            let json = try await Tool.run("sim", "--json")
            #expect(json.output.contains("\"name\":\"interest\""))
        }

        @Test(arguments: ["bus", "interest", "membership"])
        func seedsPassAndTheRateIsPrinted(name: String) async throws {
            let end = try await Tool.run("sim", name, "--seeds", "3", "--steps", "500")
            #expect(end.status == 0 && end.errors == "", "\(end)")
            #expect(end.output.contains(#/^\w+: 3 seeds passed, 0 failed; [1-9]\d+ events, [1-9]\d* events\/s\n$/#))
        }

        @Test func oneSeedGivesTheSameRunInEachProcess() async throws {
            let first = try await Tool.run("sim", "interest", "--seed", "7", "--steps", "500")
            let second = try await Tool.run("sim", "interest", "--seed", "7", "--steps", "500")
            let other = try await Tool.run("sim", "interest", "--seed", "8", "--steps", "500")
            let hash = try #require(first.output.firstMatch(of: #/hash [0-9a-f]{16}/#)?.output)
            #expect(second.output.contains(hash) && !other.output.contains(hash))
            let small = try await Tool.run("sim", "interest", "--seed", "7", "--steps", "500", "--nodes", "2")
            #expect(small.status == 0 && !small.output.contains(hash))
        }

        @Test func wrongArguments() async throws {
            #expect(try await Tool.run("sim", "nothing").failed(64, "'nothing'", "interest", "membership"))
            #expect(try await Tool.run("sim", "interest", "--seed", "1", "--seeds", "2").failed(64, "not both"))
            #expect(try await Tool.run("sim", "interest", "--seeds", "0").failed(64, "--seeds"))
            #expect(try await Tool.run("sim", "interest", "--steps", "-3").failed(64, "--steps"))
            #expect(try await Tool.run("sim", "interest", "--nodes", "51").failed(64, "--nodes", "2 to 50"))
            #expect(try await Tool.run("sim", "--seeds", "3").failed(64, "name a simulation"))
        }

        @Test func signalsEndIt() async throws {
            for (signal, status) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
                // So many steps that it cannot be done before the signal: the thread that computes is left behind.
                let tool = try Tool("sim", "interest", "--seed", "1", "--steps", "1000000000", "--verbose", input: "")
                try await tool.eventually("running") { $0.errors.contains("seed 1") }
                tool.signal(signal)
                #expect(try await tool.end().status == status)
            }
        }

        #if PlantedBugs
        @Test func plantedBugIsFoundAndItsSeedNamed() async throws {
            let end = try await Tool.run("sim", "interest", "--seed", "0", "--plant", "wrongVersionConfirmed")
            #expect(
                end.status == 1 && end.output.contains("--seed 0") && end.output.contains("0 seeds passed, 1 failed")
            )
        }
        #else
        @Test func usualBuildsPlantNothing() async throws {
            #expect(try await Tool.run("sim", "interest", "--plant", "lostUnsubscribe").failed(64, "--plant"))
        }
        #endif
    }
}
