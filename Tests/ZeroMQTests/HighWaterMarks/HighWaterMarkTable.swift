// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import ZeroMQ

/// A transport of the table.
enum MarkTransport: String, CaseIterable, Sendable {
    case inproc, ipc, tcp

    /// Where to bind. Contexts do not share the names of `inproc`, so one is enough.
    var endpoint: Endpoint {
        switch self {
        case .inproc: .inproc("marks")
        case .ipc: .ipc("*")
        case .tcp: .tcp("127.0.0.1", port: .any)
        }
    }
}

/// How the sender is used.
enum MarkAccess: String, CaseIterable, Sendable { case tasks, exclusive }

/// What was seen of a sender whose receiver does not receive. The texts are those of the page.
enum MarkReaction: Hashable, Sendable {
    /// The sender is refused, or waits, once it has handed over what the words say.
    case suspends(String)
    /// Every send succeeds, the receiver has what the words say, and `statistics.dropped` has risen.
    case drops(String)
    /// Every send succeeds, and everything arrives.
    case neverFull
    /// Every send succeeds, and the receiver has the newest message.
    case keepsNewest
    /// The send throws at once.
    case unreachable
    /// The socket cannot be bound to this transport: a typed error.
    case notOffered
    /// There is nothing to measure: the socket does not send, or does not receive.
    case nothing

    /// The cell of the socket that sends.
    var sending: String {
        switch self {
        case .suspends(let bound): "suspends at \(bound)"
        case .drops(let bound): "drops, counted, at \(bound)"
        case .neverFull: "never full"
        case .keepsNewest: "never full, the newest is kept"
        case .unreachable: "throws `.unreachable`"
        case .notOffered: "not offered"
        case .nothing: "–"
        }
    }

    /// The cell of the socket that does not receive.
    var receiving: String {
        switch self {
        case .suspends: "its sender suspends"
        case .drops: "its sender drops, counted"
        case .neverFull: "its sender queues without limit"
        case .keepsNewest, .unreachable, .notOffered, .nothing: sending
        }
    }
}

/// A row of the table of socket types: what each does over each transport, in the order of `MarkTransport.allCases`.
struct MarkRow: Sendable {
    let socket: String
    let sending: [MarkReaction]
    let receiving: [MarkReaction]

    var cells: [String] { sending.map(\.sending) + receiving.map(\.receiving) }

    /// Over `inproc` two sockets share one queue; otherwise each has its own, and buffers lie between.
    static let waits = ["S + R", "S to S + R + b", "S to S + R + b"].map(MarkReaction.suspends)
    private static let drops = ["S + R", "S to S + R + b", "S to S + R + b"].map(MarkReaction.drops)
    private static let never = [MarkReaction](repeating: .neverFull, count: 3)
    private static let nothing = [MarkReaction](repeating: .nothing, count: 3)

    static let all = [
        MarkRow(socket: "PUSH", sending: waits, receiving: nothing),
        MarkRow(socket: "PULL", sending: nothing, receiving: waits),
        MarkRow(socket: "PUB", sending: drops, receiving: never),
        MarkRow(socket: "SUB", sending: never, receiving: drops),
        MarkRow(socket: "XPUB", sending: drops, receiving: never),
        MarkRow(socket: "XSUB", sending: never, receiving: drops),
        MarkRow(socket: "REQ", sending: waits, receiving: waits),
        MarkRow(socket: "REP", sending: waits, receiving: waits),
        MarkRow(socket: "DEALER", sending: waits, receiving: waits),
        MarkRow(socket: "ROUTER", sending: waits, receiving: waits),
        MarkRow(socket: "PAIR", sending: waits, receiving: waits),
        MarkRow(
            socket: "STREAM",
            sending: [.notOffered] + waits.dropFirst(),
            receiving: [.notOffered] + waits.dropFirst()
        ),
    ]

    static func row(_ socket: String) -> MarkRow? { all.first { $0.socket == socket } }
}

/// A row of the table of options: what a sender does over each transport.
struct MarkOptionRow: Sendable {
    let option: MarkOption
    let reactions: [MarkReaction]

    private static func same(_ reaction: MarkReaction) -> [MarkReaction] { Array(repeating: reaction, count: 3) }

    static let all = [
        MarkOptionRow(option: .publisherWaits, reactions: MarkRow.waits),
        MarkOptionRow(option: .extendedPublisherWaits, reactions: MarkRow.waits),
        MarkOptionRow(option: .noSendMark, reactions: same(.neverFull)),
        MarkOptionRow(option: .noReceiveMark, reactions: same(.neverFull)),
        MarkOptionRow(option: .noPeerYet, reactions: same(.suspends("S"))),
        MarkOptionRow(option: .noPeerYetImmediate, reactions: [.suspends("S"), .suspends("0"), .suspends("0")]),
        MarkOptionRow(option: .nobodyConnected, reactions: same(.suspends("0"))),
        MarkOptionRow(option: .newestOnly, reactions: same(.keepsNewest)),
        MarkOptionRow(option: .unknownPeer, reactions: same(.unreachable)),
    ]
}

/// The first column of the table of options.
enum MarkOption: String, CaseIterable, Sendable {
    case publisherWaits = "PUB with `overflow: .wait`"
    case extendedPublisherWaits = "XPUB with `overflow: .wait`"
    case noSendMark = "`sendHighWaterMark: 0`"
    case noReceiveMark = "`receiveHighWaterMark: 0`"
    case noPeerYet = "connected to an endpoint that nobody has bound yet"
    case noPeerYetImmediate = "the same, with `TransportOptions.immediate`"
    case nobodyConnected = "bound, and nobody has connected"
    case newestOnly = "to a PULL whose `messages.newest` are read"
    case unknownPeer = "ROUTER, to a peer that is not connected"
}

/// The tables of Documentation/high-water-marks.md: the cells of each row, by the row's first cell.
enum MarkPage {
    static func rows(under heading: String) throws -> [String: [String]] {
        let page = try PackageRoot.text("Documentation/high-water-marks.md")
        let rows = MarkdownTable.rows(under: heading, in: page).map { $0.map(String.init) }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], Array($0.dropFirst())) })
    }
}
