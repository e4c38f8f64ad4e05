// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

struct SubjectPartitionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partition",
        abstract: "Print the partition that a subject belongs to, from 0 to COUNT - 1, as NATS chooses it.",
        discussion: """
            Example: sinew subject partition 8 orders.4711.new --tokens 2

            \(SubjectCommand.exitHelp)
            """
    )

    @Argument(help: "How many partitions there are.", transform: wholeNumber(from:)) var count: Int
    @Argument(help: "The subject.") var subject: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The tokens that count, from 1. Default: the whole subject.", valueName: "numbers"),
        transform: { text in
            do {
                return try SubjectAnswers.numbers(text)
            } catch {
                throw ValidationError("\(error)")
            }
        }
    )
    var tokens: [Int]?

    func run() async throws {
        try await Output().write(line: "\(SubjectAnswers.partition(subject, of: count, tokens: tokens))")
    }
}
