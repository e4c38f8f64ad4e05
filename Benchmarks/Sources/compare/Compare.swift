// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Measures the same work done by Sinew and by others, side by side in one run.
@main
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measures the same work done by Sinew and by others, side by side in one run.",
        subcommands: [ZeroMQCommand.self, SubjectsCommand.self, BusCommand.self, ChildCommand.self]
    )
}
