// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

struct SubjectIntersectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intersect",
        abstract: "Print whether some subject is matched by both filters: true (status 0) or false (status 1).",
        discussion: """
            Example: sinew subject intersect 'orders.*' '*.new'

            \(SubjectCommand.exitHelp)
            """
    )

    @Argument(help: "One filter.") var first: String
    @Argument(help: "The other.") var second: String

    func run() async throws { try await SubjectCommand.answer(SubjectAnswers.intersect(first, second)) }
}
