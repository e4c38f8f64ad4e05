// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

/// Reads a time; the error says what is wrong with it.
@Sendable func duration(from text: String) throws -> Duration {
    do { return try DurationText.parse(text) } catch { throw ValidationError(error.description) }
}

/// How long to wait.
struct TimeoutOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            How long to wait at most, each time: for the next message, a peer, a reply, or until everything is handed \
            over: 500ms, 5s, 2m. Then exit with 75. Without it, as long as it takes.
            """,
            valueName: "time"
        ),
        completion: .list(["500ms", "5s", "30s", "1m"]),
        transform: duration(from:)
    )
    var timeout: Duration?
}
