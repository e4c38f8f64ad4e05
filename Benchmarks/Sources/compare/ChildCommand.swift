// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CBaseline
import Harness

/// One side's work, in a process of its own. Started by the suites, not by people.
struct ChildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "child",
        abstract: "One side's work, in a process of its own. Started by the suites.",
        shouldDisplay: false
    )

    /// What a child does, by name. A suite adds its own here.
    private static let children: [String: @Sendable (ChildOptions) throws -> Sample] =
        ZeroMQSuite.children.merging(subjectsChildren) { $1 }.merging(BusSuite.children) { $1 }

    @Argument(help: "What to do.")
    var name: String

    @Argument(help: "How, as key=value words.")
    var options: [String] = []

    func run() throws {
        guard let work = Self.children[self.name] else { throw ValidationError("there is no child '\(self.name)'") }
        let options = try ChildOptions(self.options)
        cb_alarm(UInt32(clamping: try options.integer("limit", default: 120)))
        let core = try options.integer("core", default: -1)
        if core >= 0 { try pin(to: core) }
        print(try work(options).line)
    }

    /// Pins this process to a core; where the system has no such thing, or no such core, it runs where it may.
    private func pin(to core: Int) throws {
        _ = cb_pin(Int32(core))
    }
}
