// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

/// Questions about subjects and filters; each asks one.
struct SubjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject",
        abstract: "Ask what subjects and filters match and become.",
        discussion: """
            A subject has tokens with dots between them. In a filter, * stands for one token and > at the end for one \
            or more; put them in quotes, or the shell takes them for itself.

            Example: sinew subject match 'orders.*.new' orders.us.new && echo yes

            \(Self.exitHelp)
            """,
        subcommands: [
            SubjectMatchCommand.self, SubjectValidateCommand.self, SubjectIntersectCommand.self,
            SubjectTransformCommand.self, SubjectPartitionCommand.self, SubjectCheckCommand.self,
        ]
    )

    static let exitHelp =
        "Exit status: 0 yes, or done; 1 no; 64 wrong arguments; 66, 74 or 77 a file that cannot be read; others: "
        + "see sinew --help."

    /// Prints true or false, and ends with 0 or 1.
    static func answer(_ isTrue: Bool) async throws {
        try await Output().write(line: isTrue ? "true" : "false")
        if !isTrue { throw no }
    }

    /// The end after the answer no, which was printed.
    static var no: ExitCode { ExitCode(ExitStatus.no.rawValue) }
}
