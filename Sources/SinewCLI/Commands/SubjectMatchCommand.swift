// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

struct SubjectMatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Print whether a filter matches a subject: true (status 0) or false (status 1).",
        discussion: """
            The subject is looked at as it is: with an empty token it matches nothing, and wildcards in it stand for \
            themselves.

            Example: sinew subject match 'orders.>' orders.us.new

            \(SubjectCommand.exitHelp)
            """
    )

    @Argument(help: "Tokens, of which some may be * or, at the end, >.") var filter: String
    @Argument(help: "Tokens with dots between them.") var subject: String

    func run() async throws {
        try await SubjectCommand.answer(SubjectAnswers.matches(filter: filter, subject: subject))
    }
}
