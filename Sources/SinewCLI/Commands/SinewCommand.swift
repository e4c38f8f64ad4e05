// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

/// The command `sinew`.
struct SinewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sinew",
        abstract: "ZeroMQ from a shell: each line of standard input is a message, each message received is a line.",
        discussion: ExitStatus.help,
        version: VersionCommand.text,
        subcommands: [
            PushCommand.self, PullCommand.self, PubCommand.self, SubCommand.self, ReqCommand.self, RepCommand.self,
            DealerCommand.self, RouterCommand.self, PairCommand.self, ProxyCommand.self, MonitorCommand.self,
            KeygenCommand.self, SubjectCommand.self, BusCommand.self, LogCommand.self, SimCommand.self,
            VersionCommand.self,
        ]
    )
}
