// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import LogTestSupport
import Logging
import SinewBusCore
import SinewCore
import TestSupport
import Testing
import ZeroMQ

@testable import SinewBus

/// What a node logs, at which level: the table of Documentation/observability.md.
@Suite(.timeLimit(.minutes(1)))
struct NodeLogTests {
    private let record = LogRecord()

    @Test func peersThatComeAndGoAreLogged() async throws {
        let node = try Node("first", logger: record.logger())
        let peer = try Node("second", discovery: .seeds([node.endpoint.description]))
        try await node.ready(peers: 1, within: .seconds(30))
        await peer.shutdown(within: .seconds(10))
        try await eventually { !record.lines("a peer has left").isEmpty }
        let joined = try #require(record.lines("a peer has joined").first)
        #expect(joined.level == .debug && joined.source == "SinewBus")
        #expect(joined.metadata["bus.node"] == "first" && joined.metadata["bus.peer"] == "second")
        #expect(joined.metadata["bus.process"]?.isEmpty == false)
        #expect(record.lines.allSatisfy { $0.level <= .info })
    }

    @Test("What goes wrong often is told when its number has doubled, and in between to those who debug")
    func problemsAreCounted() async throws {
        let log = NodeLog(record.logger(), node: "first")
        for number in 1...8 as ClosedRange<UInt64> { log.write(BusEvent(.missed(number...number), node: "second")) }
        try await eventually { record.lines("messages were missed").count == 8 }
        let lines = record.lines("messages were missed")
        #expect(lines.map(\.level) == [.info, .info, .debug, .info, .debug, .debug, .debug, .info])
        #expect(lines.map { $0.metadata["bus.count"] } == (1...8).map { "\($0)" })
        #expect(lines.last?.metadata["bus.range"] == "8...8")
    }

    @Test func nobodyForgesALine() async throws {
        let log = NodeLog(record.logger(), node: "first")
        let endpoint = "tcp://h:1\n2026 error: all is lost" + String(repeating: "x", count: 5000)
        log.write(BusEvent(.refused(Refusal(.cluster, "another")), node: endpoint))
        try await eventually { record.lines.count == 1 }
        let line = try #require(record.lines.first)
        #expect(line.metadata["bus.peer"]?.hasPrefix("tcp://h:1\\u{a}2026") == true)
        #expect(line.metadata["bus.peer"]?.utf8.count == 1000 + "\\u{a}".utf8.count - 1)
    }

    /// But for `lagged`, which concerns one reader of events, and is told to him; and `slowSubscriber`, whose range is
    /// made by a queue only.
    @Test func everyEventHasALine() async throws {
        let log = NodeLog(record.logger(), node: "first")
        let kinds: [BusEvent.Kind] = [
            .joined, .left, .died, .suspected, .alive, .linkUp, .linkDown,
            .unreachable(endpoint: "tcp://10.0.0.7:1", attempts: 1), .refused(Refusal(.cluster, "another")),
            .turnedAway(Refusal(.cluster, "another")), .dropped(1...2, .full), .inDoubt(1...2), .delivered(1...2),
            .lost(1...2),
            .missed(1...2), .publisherLost(last: 2), .garbage("?"), .restarted, .superseded,
        ]
        for kind in kinds { log.write(BusEvent(kind)) }
        try await eventually { record.lines.count == kinds.count }
        #expect(Set(record.lines.map(\.message)).count == kinds.count)
        let document = try PackageRoot.text("Documentation/observability.md")
        for line in record.lines {
            #expect(document.contains("`\(line.message)`"), "\(line.message)")
            #expect(line.level == (line.metadata["bus.count"] == nil ? .debug : .info), "\(line)")
        }
    }
}
