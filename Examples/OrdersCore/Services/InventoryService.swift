// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Sinew

extension Service {
    /// Says of each article how many are left, one less each time.
    func runInventory() async throws {
        let stock = Stock()
        let responder = Task {
            try await node.respond(to: "inventory.check") { request in
                "\(await stock.take(request.payload.string))"
            }
        }
        defer { responder.cancel() }
        // Others hear of the responder with the first word that they hear of this node.
        guard try await eventually(within: limit, { node.isWanted("inventory.check") }) else {
            throw BusError(.timedOut, "the responder")
        }
        voice.say(.endpoint("\(node.endpoint)"))
        try await node.ready(peers: peers, within: limit)
        voice.say(.ready(process: process))
        _ = await voice.nextCommand()
        await node.shutdown(within: limit)
    }
}

/// How many there are of each article.
private actor Stock {
    private var left: [String: Int] = [:]

    /// Takes one, and says how many there were.
    func take(_ article: String) -> Int {
        let count = left[article] ?? 1_000_000
        left[article] = max(0, count - 1)
        return count
    }
}

/// Waits until a condition holds.
///
/// - Returns: False when the time is over.
func eventually(within limit: Duration, _ condition: () -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while !condition() {
        guard ContinuousClock.now < end else { return false }
        try await Task.sleep(for: .milliseconds(5))
    }
    return true
}
