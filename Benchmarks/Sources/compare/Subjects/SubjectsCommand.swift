// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `compare subjects`: the index of subjects beside the same trie in C.
struct SubjectsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subjects",
        abstract: "The index of subjects beside the same trie in C.",
        discussion: """
            Metrics are named what/filters/subjects/variant. Exits with 3 when the C baseline disagreed with itself, \
            with 1 when a bar was missed. Both sides' results are summed, and a difference ends the run.
            """
    )

    @OptionGroup var options: SuiteOptions

    func run() throws {
        let callgrind = Callgrind()
        if callgrind == nil { note("no valgrind, or no strip: instructions are not counted") }
        let simulator = SimulatorContest()
        if simulator == nil { note("no .build/release/sinew: the simulator is left out; swift build -c release") }
        try options.measure(
            SubjectsSuite(seconds: options.seconds, callgrind: callgrind, simulator: simulator),
            about: "one thread pinned to core 0, CPU time"
        )
    }
}
