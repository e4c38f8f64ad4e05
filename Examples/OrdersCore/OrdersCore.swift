// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The command `orders-core`.
@main
struct OrdersCore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders-core",
        abstract: "A shop of services on the bus, of which one is killed; and whether every order is accounted for.",
        subcommands: [SceneCommand.self, ServiceCommand.self],
        defaultSubcommand: SceneCommand.self
    )
}

/// The whole scene.
struct SceneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scene",
        abstract: "Start the services, have orders placed, kill a shipping service, and check the books (the default)."
    )

    @Option(help: "How many orders.") var orders = 10_000
    @Option(help: "How many seconds all of it may take.") var timeout = 120.0

    func validate() throws {
        guard (4...1_000_000).contains(orders) else { throw ValidationError("--orders must be between 4 and 1000000") }
        guard (1...3600).contains(timeout) else { throw ValidationError("--timeout must be between 1 and 3600") }
    }

    func run() async throws {
        let result = try await Scene.play(orders: orders, within: .seconds(timeout))
        print(result.text)
        if !result.isGood { throw ExitCode.failure }
    }
}

extension Ledger.Result {
    /// Some lines.
    var text: String {
        let sums = "\(audited) at the audit, \(shipped) shipped, \(explainedCount) explained by events"
        var lines = ["\(orders) orders: \(sums)"]
        lines += explained.map { "  \($0)" }
        lines += faults.prefix(20).map { "not explained: \($0)" }
        if faults.count > 20 { lines.append("not explained: \(faults.count - 20) more") }
        lines.append(isGood ? "every difference is explained" : "\(faults.count) differences are not explained")
        return lines.joined(separator: "\n")
    }
}
