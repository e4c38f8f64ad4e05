// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCore
import SinewSubjects
import ZeroMQ

/// The command `custom-topology`.
@main
struct CustomTopology: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custom-topology",
        abstract: "A work-stealing pool: a protocol of one's own as a machine, over sockets and in the simulator.",
        subcommands: [PoolCommand.self, NodeCommand.self, SimulateCommand.self],
        defaultSubcommand: PoolCommand.self
    )
}

/// The kinds of tasks that the example has done.
let subjects: [Subject] = ["image.resize.small", "image.resize.large", "image.rotate", "audio.normalize"]

/// Submits tasks of all kinds to a node.
func submit(_ count: Int, to host: PoolHost) async {
    for number in 0..<count {
        let payload = (0..<64).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
        await host.submit(subjects[number % subjects.count], payload: payload)
    }
}

/// Waits until a condition holds.
///
/// - Returns: False when the time is over.
func eventually(within timeout: Duration, _ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + timeout
    while try await !condition() {
        guard ContinuousClock.now < end else { return false }
        try await Task.sleep(for: .milliseconds(5))
    }
    return true
}
