// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// When to stop, of sockets that send and receive.
struct ReceivedCountOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Stop when this many messages were received; with 0, when everything was sent.",
        transform: wholeNumber(from:)
    )
    var count: Int?

    func validate() throws {
        guard count ?? 0 >= 0 else { throw ValidationError("--count is at least 0") }
    }
}
