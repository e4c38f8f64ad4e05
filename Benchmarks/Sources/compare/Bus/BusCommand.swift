// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Harness

/// `compare bus`: the bus beside nats-server and C against libzmq's API.
struct BusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bus",
        abstract: "The bus beside nats-server and C against libzmq's API.",
        discussion: """
            Metrics are named what/receivers or load/bytes/variant. 'awake' in a name says that on all sides a process \
            of lowest priority kept each core from falling asleep. Exits with 1 when a bar was missed.
            """
    )

    @OptionGroup var options: SuiteOptions

    @Option(help: "The nats-server to compare with; left out where there is none.")
    var natsServer = ".build/nats/venv/bin/nats-server"

    @Option(help: "How many seconds the idle node is watched.")
    var idleSeconds = 10.0

    @Flag(help: "Pin who publishes or asks to core 0 and who receives or answers to core 1, on every side.")
    var pinned = false

    func run() throws {
        let nats = NatsServer(program: self.natsServer, isPinned: self.pinned)
        if nats == nil { note("no \(self.natsServer): not compared with; scripts/nats.sh installs it") }
        let suite = BusSuite(
            seconds: self.options.seconds,
            idleSeconds: self.idleSeconds,
            isPinned: self.pinned,
            nats: nats
        )
        let parts = [
            "libzmq \(libzmqVersion())", nats?.version,
            self.pinned ? "processes pinned" : "processes free to move",
            "awake: a SCHED_IDLE process spins on each core on both sides",
        ]
        try self.options.measure(suite, about: parts.compactMap { $0 }.joined(separator: ", "))
    }
}
