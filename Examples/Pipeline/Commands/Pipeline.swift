// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PipelineCore

/// The command `pipeline`.
@main
struct Pipeline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract: "Counts the lines, words and bytes of many files, as `wc` does, with a pipeline of ZeroMQ sockets.",
        usage: """
            pipeline [PATH ...] [--workers N] [--top N] [--json]
            pipeline ventilator|worker|sink ...
            """,
        discussion: """
            Without a subcommand everything runs in one process. A PATH that is called like a subcommand is written \
            as ./PATH.
            """,
        subcommands: [Count.self, VentilatorCommand.self, WorkerCommand.self, SinkCommand.self],
        defaultSubcommand: Count.self
    )
}

/// The paths to count.
struct PathArguments: ParsableArguments {
    @Argument(
        help: """
            Files, and folders of files. Folders called .git or .build* below them are left out, and symbolic links \
            below them are not followed.
            """
    )
    var paths: [String] = ["."]

    var filePaths: [FilePath] { paths.map { FilePath($0) } }
}

/// How a sink shows its result.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the totals as one line of JSON.")
    var json = false

    @Option(help: "How many of the most frequent words to print.")
    var top = 10

    func validate() throws {
        guard (0...1000).contains(top) else { throw ValidationError("--top must be between 0 and 1000") }
    }
}

/// How long to wait for the others.
struct PatienceOptions: ParsableArguments {
    @Option(help: "How many seconds to wait for the other processes to come.")
    var wait = 60.0

    @Option(help: "How many seconds without any sign of life to wait, once they are there.")
    var timeout = 10.0

    func validate() throws {
        for seconds in [wait, timeout] where !(0.5...86_400).contains(seconds) {
            throw ValidationError("--wait and --timeout must be between 0.5 and 86400 seconds")
        }
    }

    var patience: Patience { Patience(arrival: .seconds(wait), silence: .seconds(timeout)) }
}
