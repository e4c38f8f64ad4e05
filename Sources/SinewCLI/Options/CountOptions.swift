// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// When to stop.
struct CountOptions: ParsableArguments {
    @Option(help: "Stop after this many messages (monitor: lines).")
    var count: Int?

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count is at least 1") }
    }
}
