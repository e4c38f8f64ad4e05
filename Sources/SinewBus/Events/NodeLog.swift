// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Logging
import SinewBusCore
import SinewCore
import ZeroMQ

/// What a node tells the user's logger: its events, and what no call can throw. The table is in
/// Documentation/observability.md.
///
/// Whoever has something to tell may be the thread that the node counts on, so a task of its own writes the lines.
final class NodeLog: Sendable {
    private let writer: LogWriter
    private let node: String
    /// How often each line about something that went wrong has been told of each peer.
    private let counts = Locked<[String: UInt64]>([:])
    /// For so many of them; then counting begins anew.
    private static let maximumCounts = 4096

    init(_ logger: Logger?, node: String) {
        writer = LogWriter(logger, source: "SinewBus")
        self.node = node
    }

    func write(_ event: BusEvent) {
        guard writer.isOn else { return }
        var metadata: Logger.Metadata = [:]
        if !event.node.isEmpty { metadata["bus.peer"] = .foreign(event.node) }
        if let process = event.process { metadata["bus.process"] = "\(process)" }
        let line = event.kind.line
        metadata.merge(line.metadata) { $1 }
        if line.isProblem { problem(line.message, metadata) } else { write(.debug, line.message, metadata) }
    }

    /// Something went wrong that no call can throw.
    func problem(_ message: String, _ metadata: Logger.Metadata) {
        guard writer.isOn else { return }
        let line = "\(message) \(metadata["bus.peer"].map { "\($0)" } ?? "")"
        let count = counts.withLock { counts in
            if counts.count >= Self.maximumCounts, counts[line] == nil { counts = [:] }
            counts[line, default: 0] += 1
            return counts[line] ?? 1
        }
        writer.write(LogLine(problem: message, count: count, as: "bus.count", named(metadata)))
    }

    private func write(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) {
        writer.write(LogLine(level, message, named(metadata)))
    }

    private func named(_ metadata: Logger.Metadata) -> Logger.Metadata {
        metadata.merging(["bus.node": .foreign(node)]) { old, _ in old }
    }
}

extension BusEvent.Kind {
    /// How the log says it.
    fileprivate var line: (isProblem: Bool, message: String, metadata: Logger.Metadata) {
        switch self {
        case .joined: (false, "a peer has joined", [:])
        case .left: (false, "a peer has left", [:])
        case .died: (true, "a peer is gone without a word", [:])
        case .suspected: (true, "a peer is silent", [:])
        case .alive: (false, "a silent peer is heard again", [:])
        case .linkUp: (false, "a link is up", [:])
        case .linkDown: (false, "a link has ended", [:])
        case .unreachable(let endpoint, let attempts):
            (
                true, "an endpoint cannot be reached",
                ["bus.endpoint": .foreign(endpoint), "bus.attempts": "\(attempts)"]
            )
        case .refused(let why): (true, "a peer does not let this node in", ["bus.reason": .foreign("\(why)")])
        case .turnedAway(let why): (true, "a peer was turned away", ["bus.reason": "\(why)"])
        case .dropped(let range, let why):
            (true, "messages were dropped", ["bus.range": "\(range)", "bus.reason": "\(why)"])
        case .inDoubt(let range): (true, "messages are in doubt", ["bus.range": "\(range)"])
        case .delivered(let range): (false, "messages that were in doubt have arrived", ["bus.range": "\(range)"])
        case .lost(let range): (true, "messages that were in doubt are lost", ["bus.range": "\(range)"])
        case .missed(let range): (true, "messages were missed", ["bus.range": "\(range)"])
        case .publisherLost(let last):
            (false, "a publisher's process is gone", ["bus.last": "\(last.map { "\($0)" } ?? "none")"])
        case .slowSubscriber(let filter, let dropped):
            (true, "a subscription is too slow", ["bus.filter": .foreign(filter), "bus.range": "\(dropped)"])
        case .garbage(let what): (true, "something undecodable came", ["bus.reason": .foreign(what)])
        case .restarted: (true, "the node begins anew as another process", [:])
        case .superseded: (true, "a later process has the node's name", [:])
        case .lagged(let count): (true, "a reader of events was too slow", ["bus.lagged": "\(count)"])
        }
    }
}
