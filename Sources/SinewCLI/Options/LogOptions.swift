// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewLog

/// Which log.
struct LogOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The store's directory.", valueName: "directory"), completion: .directory)
    var directory: String

    @Option(help: ArgumentHelp("Which of its logs. Default \"main\".", valueName: "name"))
    var log = "main"

    /// Its files, to be read.
    var files: LogFiles { LogFiles(SystemFiles(), in: directory).log(log) }
}
