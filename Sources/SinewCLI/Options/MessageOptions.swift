// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

/// How messages look on standard input and output.
struct MessageOptions: ParsableArguments {
    @Flag(
        help:
            "Messages are JSON objects, one a line, on input and output: {\"frames\":[\"text\",{\"base64\":\"/w==\"}]}."
    )
    var json = false

    @Flag(help: "Frames are hexadecimal digits, separated by tabs, on input and output.")
    var hex = false

    @Flag(help: "Tabs separate the frames of a message, on input and output.")
    var tabs = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The longest line that is accepted on input. Default 16 MiB.", valueName: "bytes"),
        transform: wholeNumber(from:)
    )
    var maxLine = 16 << 20

    func validate() throws {
        guard !(json && hex) else { throw ValidationError("--json and --hex exclude each other") }
        guard !(json && tabs) else { throw ValidationError("--json lists frames already; leave --tabs out") }
        guard (1...(1 << 30)).contains(maxLine) else {
            throw ValidationError("--max-line is between 1 and \(1 << 30) bytes")
        }
    }

    func format(addressed: Bool = false) -> MessageFormat {
        MessageFormat(json ? .json : hex ? .hex : .text, splitsAtTabs: tabs, isAddressed: addressed)
    }
}
