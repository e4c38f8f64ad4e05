// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

struct SubjectValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Print whether a text is a subject: true (status 0) or false (status 1, and why on standard error).",
        discussion: """
            Example: sinew subject validate --strict --filter 'orders.*.new'

            \(SubjectCommand.exitHelp)
            """
    )

    @Argument(help: "What may be a subject.") var text: String

    @Flag(help: "Also refuse * and > inside tokens, control bytes, more than 32 tokens, and more than 255 bytes.")
    var strict = false

    @Flag(help: "Ask whether it is a filter, which may have wildcards.")
    var filter = false

    func run() async throws {
        let fault = try SubjectAnswers.fault(of: text, isFilter: filter, isStrict: strict)
        if let fault { note(fault.description) }
        try await SubjectCommand.answer(fault == nil)
    }
}
