// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

struct SubjectCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a file of questions with their answers, and print the rows that are answered otherwise.",
        discussion: """
            Each row has the columns kind, pattern, subject and expected, with tabs between, '-' where its kind does \
            not use one, and the escapes of Go; a first line with the columns' names may be there. \
            Closes with 'N passed, N failed'; status 1 when a row failed, cannot be understood, or there is none.

            Example: sinew subject check subjects.tsv

            \(SubjectCommand.exitHelp)
            """
    )

    @Argument(help: "The file.", completion: .file(extensions: ["tsv"])) var file: String

    func run() async throws {
        let vectors = SubjectVectorFile(try await FileContents.read(file))
        let output = Output()
        let summary = try await vectors.check { complaint in try await output.write(line: complaint) }
        if summary.isEmpty { note("\(file) holds no row: nothing was checked") }
        try await output.write(line: summary.description)
        if !summary.isSuccess { throw SubjectCommand.no }
    }
}
