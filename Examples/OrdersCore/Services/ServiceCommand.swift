// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Sinew

/// One service as a process; the scene starts them.
struct ServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Run one service; the scene starts each of them as a process of its own.",
        shouldDisplay: false
    )

    /// What a service does.
    enum Role: String, CaseIterable, ExpressibleByArgument {
        case inventory, audit, shipping, orders
    }

    @Argument(help: "What it does.") var role: Role
    @Argument(help: "The node's name.") var name: String
    @Option(help: "Where another node is.") var seed: String?
    @Option(help: "How many other nodes there are.") var peers: Int
    @Option(help: "How many seconds anything may take.") var timeout: Double

    func run() async throws {
        let node = try Node(name, discovery: seed.map { .seeds([$0]) } ?? .none)
        let service = Service(node: node, peers: peers, limit: .seconds(timeout), voice: Voice())
        switch role {
        case .inventory: try await service.runInventory()
        case .audit: try await service.runTaker(of: "orders.*", queue: nil)
        case .shipping: try await service.runTaker(of: "orders.placed", queue: QueueGroup("shipping"))
        case .orders: try await service.runOrders()
        }
        service.voice.say(.done)
    }
}

/// What all services have.
struct Service: Sendable {
    let node: Node
    /// How many other nodes there are.
    let peers: Int
    /// How long anything may take.
    let limit: Duration
    let voice: Voice

    /// The process, as its peers name it in receipts and events.
    var process: String { "\(ProcessID(node.id, node.incarnation))" }
}
