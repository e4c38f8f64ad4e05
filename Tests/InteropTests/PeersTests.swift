// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import ZeroMQ

extension Interop {
    /// The peers themselves: that they are there where they have to be, and that both sides mean the same.
    @Suite(.serialized, .timeLimit(.minutes(2)))
    struct PeersTests {
        /// Where nothing may be skipped.
        @Test(
            .enabled(
                if: PeerKind.areRequired,
                "peers may be missing here (CI=true or SINEW_REQUIRE_PEERS=1 forbids it)"
            )
        )
        func peersAreThere() {
            for kind in PeerKind.allCases {
                #expect(kind.isInstalled, "\(kind.isMissing)")
                if let version = kind.version { print("\(version); here libzmq \(Version.libzmq)") }
            }
        }

        /// The page that says what was run names the version that is run.
        @Test func versionIsDocumented() throws {
            let requirements = try String(
                contentsOf: PeerKind.scripts.appending(path: "requirements.txt"),
                encoding: .utf8
            )
            let version = try #require(requirements.firstMatch(of: #/pyzmq==(\S+)/#)?.output.1)
            let page = PeerKind.package.appending(path: "Documentation/interop.md")
            #expect(try String(contentsOf: page, encoding: .utf8).contains(" \(version) "))
            let installed = PeerKind.pyzmq.version
            #expect(installed == nil || installed?.hasPrefix("pyzmq \(version) ") == true, "run: bash scripts/peers.sh")
        }

        /// Traffic of which nothing is worth sending would prove nothing.
        @Test func trafficHasEverything() {
            var (frameCounts, values, sizes) = (Set<Int>(), Set<UInt8>(), [Int]())
            var messages = Traffic(count: 10_000).makeIterator()
            while let message = messages.next() {
                frameCounts.insert(message.count)
                sizes += message.map(\.count)
                if values.count < 256 { for frame in message { values.formUnion(frame) } }
            }
            #expect(frameCounts == [1, 2, 3, 5])
            #expect(values.count == 256)
            #expect(sizes.filter { $0 == 0 }.count > 1000)
            #expect(sizes.filter { $0 > 100 * 1024 }.count > 5)
            #expect(sizes.filter { (1...64).contains($0) }.count > 10_000)
        }

        /// A receiver that accepts anything would prove nothing.
        @Test func differencesAreFound() async throws {
            let sent = Traffic(7, count: 100)
            var all: [[Frame]] = []
            try await sent.send { all.append($0) }
            func check(_ messages: [[Frame]]) async throws {
                var rest = messages[...]
                try await Traffic(7, count: messages.count).receive { try Message(frames: rest.removeFirst()) }
            }
            try await check(all)
            let place = try #require(all.firstIndex { $0.count > 1 && !$0[0].isEmpty && $0[0] != $0[1] })
            var (swapped, flipped, torn) = (all, all, all)
            swapped[place].swapAt(0, 1)
            var bytes = flipped[place][0].array
            bytes[bytes.count - 1] ^= 1
            flipped[place][0] = Frame(bytes)
            torn[place].removeLast()
            for changed in [swapped, flipped, torn, Array(all.dropFirst())] {
                await #expect(throws: Traffic.Difference.self) { try await check(changed) }
            }
        }

        /// The peer finds differences, too, and says so: the tests rely on it.
        @Test(.enabled(if: PeerKind.pyzmq.isInstalled, PeerKind.pyzmq.isMissing))
        func peersReportWhatIsWrong() async throws {
            let peer = try Peer(.pyzmq)
            try await peer("socket", ["name": "peer", "type": "PULL"])
            let push = try PushSocket(context: try Context(), options: .init(transport: Interop.transport()))
            try await Way.tcpBound.join(push, peer)
            try await Traffic(7, count: 10).send { try await push.send(try Message(frames: $0)) }
            do {
                try await peer.receive(Traffic(8, count: 10))
                Issue.record("other messages were taken for the right ones")
            } catch let failure as Peer.Failure {
                #expect(failure.description.contains("message 0 differs"), "\(failure)")
            }
        }
    }
}
