// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

/// How messages of the bus look on standard input and output.
struct BusFormatOptions: ParsableArguments {
    @Flag(
        help: """
            Messages are JSON objects, one a line: {"subject":"a.b","payload":"text","node":"n","sequence":1}; \
            payloads that are not UTF-8 are {"base64":"/w=="}.
            """
    )
    var json = false

    @Flag(help: "Payloads are hexadecimal digits.")
    var hex = false

    @Flag(help: "Print payloads only.")
    var raw = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The longest line that is accepted on input. Default 16 MiB.", valueName: "bytes"),
        transform: wholeNumber(from:)
    )
    var maxLine = 16 << 20

    func validate() throws {
        guard !(json && hex) else { throw ValidationError("--json and --hex exclude each other") }
        guard (1...(1 << 30)).contains(maxLine) else {
            throw ValidationError("--max-line is between 1 and \(1 << 30) bytes")
        }
    }

    private var notation: MessageFormat.Notation { json ? .json : hex ? .hex : .text }

    /// How lines of input are read.
    var input: MessageFormat { MessageFormat(notation, isForBus: true) }

    /// How messages are printed.
    var line: BusLine { BusLine(notation, isRaw: raw) }
}
