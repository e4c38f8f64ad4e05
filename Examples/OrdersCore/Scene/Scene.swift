// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What happens, in order.
enum Scene {
    static let inventoryName = "inventory"
    static let auditName = "audit"
    static let ordersName = "orders"
    static let shippingNames = ["shipping-1", "shipping-2", "shipping-3"]
    static let victimName = "shipping-2"

    /// Starts six services as processes, has orders placed, kills one of those that ship, and compares the books.
    ///
    /// The one that is killed hangs first: nothing moves it any more, so that what is sent to it then is lost for sure.
    /// It had nothing left to do at that moment: a service that is killed between a message's arrival and its work has
    /// lost one that the bus has delivered, and no bus can tell.
    ///
    /// - Parameters:
    ///   - orders: How many, at least 4.
    ///   - limit: How long all of it may take.
    ///   - program: This program, to be started again.
    /// - Returns: What the books say.
    static func play(
        orders: Int,
        within limit: Duration,
        program: String = Bundle.main.executablePath ?? CommandLine.arguments[0]
    ) async throws -> Ledger.Result {
        let stage = Stage(program: program, within: limit)
        let peers = shippingNames.count + 2
        let inventory = try stage.start(.inventory, inventoryName, peers: peers)
        try await stage.until("listening") { $0.endpoint != nil }
        let shop = try stage.start(.orders, ordersName, peers: peers)
        _ = try stage.start(.audit, auditName, peers: peers)
        let shipping = try shippingNames.map { try stage.start(.shipping, $0, peers: peers) }
        try await stage.until("linked") { $0.processes.count == peers + 1 }

        let (half, most) = (orders / 2, orders * 3 / 4)
        stage.victim = victimName
        try await publish(1...half, by: shop, on: stage)
        try await stage.until("caught up") { stage in
            guard let process = stage.processes[victimName] else { return false }
            return stage.ledger.takenCount(process) == stage.ledger.sentCount(process)
        }
        for member in shipping where member.name == victimName { member.freeze() }
        try await publish(half + 1...most, by: shop, on: stage)
        for member in shipping where member.name == victimName { member.kill() }
        try await publish(most + 1...orders, by: shop, on: stage)

        // The order service leaves when everybody who is there has everything; then audit and shipping end, too.
        shop.tell("end")
        try await stage.until("done") { stage in
            ([ordersName, auditName] + shippingNames).allSatisfy { $0 == victimName || stage.done.contains($0) }
        }
        inventory.tell("end")
        try await stage.until("ended") { $0.isOver }
        if stage.ended[victimName] != -SIGKILL { throw SceneFailure("\(victimName) was not killed") }
        return stage.ledger.audit(expecting: orders)
    }

    private static func publish(_ orders: ClosedRange<Int>, by shop: Member, on stage: Stage) async throws {
        shop.tell("publish \(orders.lowerBound) \(orders.upperBound)")
        try await stage.until("published up to \(orders.upperBound)") { $0.published == orders.upperBound }
    }
}
