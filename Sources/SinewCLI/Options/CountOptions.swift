// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// When to stop.
struct CountOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Stop after this many messages (monitor: lines).",
        transform: wholeNumber(from:)
    )
    var count: Int?

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count is at least 1") }
    }
}
