// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// How much waits in queues.
struct QueueOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "How many messages wait for each peer (the high-water mark); 0 for no limit. Default 1000.",
        transform: wholeNumber(from:)
    )
    var hwm = 1000

    func validate() throws { try Self.check(hwm) }

    static func check(_ hwm: Int) throws {
        guard (0...Int(Int32.max)).contains(hwm) else { throw ValidationError("--hwm is 0 (no limit) to \(Int32.max)") }
    }
}
