// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Sinew

extension Service {
    /// Takes orders, and says of each that it did: shipping and audit are that alike.
    ///
    /// It ends when the order service has left: that leaves when everything it sent has arrived, and then nothing more
    /// comes.
    func runTaker(of filter: SubjectFilter, queue: QueueGroup?) async throws {
        let events = node.events
        try await node.ready(peers: peers, within: limit)
        let orders = try await node.subscribe(filter, queue: queue)
        guard orders.unconfirmed.isEmpty else { throw BusError(.notConfirmed, "\(filter)", nodes: orders.unconfirmed) }
        voice.say(.ready(process: process))
        let watch = Task {
            for await event in events {
                switch event.kind {
                case .left where event.node == Scene.ordersName: orders.unsubscribe()
                case .died where event.node == Scene.ordersName:
                    // It says farewell: whoever did not hear that may have missed more.
                    voice.say(.trouble("\(event)"))
                    orders.unsubscribe()
                case .slowSubscriber, .garbage, .restarted, .superseded, .lagged: voice.say(.trouble("\(event)"))
                default: break
                }
            }
        }
        for try await order in orders {
            guard let number = Int(order.payload.string.prefix { $0 != " " }) else {
                voice.say(.trouble("no order: \(order)"))
                continue
            }
            voice.say(.taken(order: number, sequence: order.sequence))
        }
        await node.shutdown(within: limit)
        await watch.value
    }
}
