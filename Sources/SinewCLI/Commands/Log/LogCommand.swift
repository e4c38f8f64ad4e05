// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import SinewLog

/// What a log can do, from a shell.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Append lines to a log on the disk, print them, and see whether it is sound.",
        discussion: """
            A store is a directory with one or more logs; one process appends to it at a time, and any number read it \
            meanwhile.

            Example: seq 3 | sinew log append data && sinew log cat data

            \(Self.exitHelp)
            """,
        subcommands: [
            LogAppendCommand.self, LogCatCommand.self, LogVerifyCommand.self, LogInfoCommand.self,
        ]
    )

    static let exitHelp =
        "Exit status: 0 done, or sound; 1 the end was never finished; 2 records are damaged; 64 wrong arguments; 66, "
        + "74 or 77 files that cannot be used; 69 another process appends; others: see sinew --help."

    /// The end where records are damaged, after everything about it was said.
    static var corrupt: ExitCode { ExitCode(2) }

    /// Ends with what an error of a log means.
    static func end(_ error: LogError) throws -> Never {
        guard error.code == .corrupt else { throw error }
        note("\(error)")
        throw corrupt
    }
}
