// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewBusCore
import SinewCommandCore

/// What `bus watch` knows, and how it looks.
struct BusView: Sendable {
    private static let maximumRecent = 10

    private var traffic = Traffic()
    private var recent: [String] = []
    private var eventCount = 0

    /// A message came.
    mutating func count(_ message: BusMessage) { traffic.count(message.publisherName, bytes: message.payload.count) }

    /// Takes an event in.
    ///
    /// - Returns: The line that tells it.
    mutating func take(_ event: BusEvent, json: Bool) -> String {
        switch event.kind {
        case .missed(let range): traffic.miss(event.node, range.count)
        case .slowSubscriber(_, let range): traffic.miss(event.node, Int(clamping: range.count))
        default: break
        }
        eventCount += 1
        let text = event.text
        recent.append(text)
        if recent.count > Self.maximumRecent { recent.removeFirst() }
        return json ? String(decoding: event.json, as: UTF8.self) : text
    }

    /// A second is over, more or less.
    mutating func tick(after seconds: Double) { traffic.tick(after: seconds) }

    /// One line with the sums.
    func summary(_ peers: [BusPeerState], json: Bool) -> String {
        let total = traffic.total
        let linked = peers.count(where: \.isLinked)
        let interests = peers.reduce(0) { $0 + $1.interestCount }
        guard json else {
            return "\(peers.count) nodes, \(linked) linked, \(interests) interests; \(total.messageRate) messages/s, "
                + "\(total.byteRate) B/s; \(total.messages) messages, \(total.missed) missed\n"
        }
        let numbers = [
            ("nodes", peers.count), ("linked", linked), ("interests", interests),
            ("messagesPerSecond", total.messageRate), ("bytesPerSecond", total.byteRate),
            ("messages", total.messages), ("missed", total.missed),
        ]
        let object = JSONText.object(numbers.map { ($0.0, Array("\($0.1)".utf8)) })
        return String(decoding: object, as: UTF8.self) + "\n"
    }

    /// A picture for a terminal, which it clears first.
    func screen(_ node: Node, _ peers: [BusPeerState]) -> String {
        var table = TextTable("NODE", "STATUS", "LINKS", "INTERESTS", "MSG/S", "B/S", "MESSAGES", "MISSED")
        for peer in peers {
            let count = traffic[peer.name]
            table.append(
                peer.shownName,
                peer.shownStatus,
                peer.shownLinks,
                "\(peer.interestCount)",
                "\(count.messageRate)",
                "\(count.byteRate)",
                "\(count.messages)",
                "\(count.missed)"
            )
        }
        let head = "\(node.name) at \(node.endpoint)   \(summary(peers, json: false))"
        // Home, and each line's rest and the screen's rest cleared: less flicker than to clear everything first.
        let lines = [String(head.dropLast()), ""] + table.lines + ["", "last of \(eventCount) events:"] + recent
        return "\u{1B}[H" + lines.map { "\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }
}
