// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import SinewLog

struct LogInfoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Print the segments of a log: file, first offset, epoch, and bytes.",
        discussion: """
            Reads the first bytes of each file, and checks no record; see sinew log verify.

            Example: sinew log info data

            \(LogCommand.exitHelp)
            """
    )

    @OptionGroup var log: LogOptions
    @Flag(help: "Print an object of JSON for each segment.") var json = false

    func run() async throws {
        let output = Output()
        for segment in try log.files.segments() {
            let fields = [
                ("file", JSONText.string(segment.name)), ("offset", Array("\(segment.header.baseOffset)".utf8)),
                ("epoch", Array("\(segment.header.epoch)".utf8)), ("bytes", Array("\(segment.bytes)".utf8)),
            ]
            let line = json ? JSONText.object(fields) : Array(fields.map(\.1).joined(separator: [0x09]))
            try await output.write(line + [0x0A])
        }
    }
}
