// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Sinew

extension Service {
    private static let articles = ["book", "lamp", "chair", "kettle"]

    /// Asks the inventory and publishes orders: so many each time it is told, until it is told to end.
    func runOrders() async throws {
        let events = node.events
        try await node.ready(peers: peers, within: limit)
        voice.say(.ready(process: process))
        let watch = Task {
            for await event in events { if let word = Self.word(for: event) { voice.say(word) } }
        }
        while let command = await voice.nextCommand() {
            guard command.count == 3, command[0] == "publish", let first = Int(command[1]), let last = Int(command[2])
            else { break }
            for order in first...last { try await place(order) }
            voice.say(.published(order: last))
        }
        // Everybody who is still there has everything when this returns, and every loss has been told.
        await node.shutdown(within: limit)
        await watch.value
    }

    private func place(_ order: Int) async throws {
        let article = Self.articles[order % Self.articles.count]
        let stock = try await node.request(article, to: "inventory.check", timeout: limit)
        guard stock.payload.string != "0" else { return voice.say(.trouble("order \(order): no \(article) is left")) }
        let published = try await node.publishNumbered("\(order) \(article)", to: "orders.placed")
        let copies = published.map { Word.Copy(process: "\($0.process)", sequence: $0.sequence) }
        voice.say(.placed(order: order, copies: copies))
    }

    /// What an event says of messages that were published.
    private static func word(for event: BusEvent) -> Word? {
        let process = event.process.map { "\($0)" } ?? event.node
        return switch event.kind {
        case .dropped(let range, _): .range(.dropped, process: process, range)
        case .inDoubt(let range): .range(.inDoubt, process: process, range)
        case .delivered(let range): .range(.delivered, process: process, range)
        case .lost(let range): .range(.lost, process: process, range)
        case .garbage, .restarted, .superseded, .lagged: .trouble("\(event)")
        default: nil
        }
    }
}
