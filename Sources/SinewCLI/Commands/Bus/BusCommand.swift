// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

/// What a node of the bus can do, from a shell.
struct BusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bus",
        abstract: "Take part in the bus: publish, subscribe, ask, answer, and see who is there.",
        discussion: """
            Each command is a node of its own for as long as it runs. It finds the others through --seed, or they find \
            it at --bind. In a filter, * stands for one token and > at the end for one or more; put them in quotes.

            Example: sinew bus sub 'orders.>' --seed tcp://127.0.0.1:5555

            \(ExitStatus.shortHelp)
            """,
        subcommands: [
            BusPubCommand.self, BusSubCommand.self, BusQueueCommand.self, BusReqCommand.self, BusReplyCommand.self,
            BusPeersCommand.self, BusWatchCommand.self,
        ]
    )
}
