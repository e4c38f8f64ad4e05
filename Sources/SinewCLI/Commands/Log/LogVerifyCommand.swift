// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import SinewLog

struct LogVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read all of a log and check it; say which file is damaged, where, and which records that concerns.",
        discussion: """
            Changes nothing. A write that was never finished, at the end of the last file, is what a crash leaves: it \
            is cut off, and kept beside the log, when the log is appended to.

            Example: sinew log verify data

            \(LogCommand.exitHelp)
            """
    )

    @OptionGroup var log: LogOptions

    func run() async throws {
        let output = Output()
        var reader = LogReader(of: log.files, damage: .skipped)
        var count = 0
        while try reader.next() != nil { count += 1 }
        for corruption in reader.skipped { try await output.write(line: "\(corruption)") }
        if reader.tornBytes > 0 {
            let what = "\(reader.tornBytes) bytes from byte \(reader.position) on were never finished"
            try await output.write(line: "\(reader.path): \(what)")
        }
        try await output.write(line: "\(count) records are sound; the next offset is \(reader.nextOffset)")
        if !reader.skipped.isEmpty { throw LogCommand.corrupt }
        if reader.tornBytes > 0 { throw ExitCode(ExitStatus.no.rawValue) }
    }
}
