// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Starts the command, and ends the process with its status.
@main
struct Sinew {
    /// How many milliseconds whoever reads standard error has to make room for the last line.
    private static let lastNotePatience: Int32 = 500

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let gate = Gate()
        let task = Task { () -> Int32 in
            await gate.passage()
            return await execute(arguments)
        }
        // Signals are watched before anything begins that has to be ended.
        Interruption.shared.watch(task)
        gate.open()
        let status = await task.value
        exit(status == 0 ? 0 : Interruption.shared.status ?? status)
    }

    private static func execute(_ arguments: [String]) async -> Int32 {
        do {
            try checkCommand(arguments)
            var command = try SinewCommand.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return report(error, arguments)
        }
    }

    private static let commands = SinewCommand.configuration.subcommands.map { $0._commandName }

    /// A command that was misspelled is named before its options, which belong to none.
    private static func checkCommand(_ arguments: [String]) throws {
        guard let word = arguments.first, !word.hasPrefix("-"), !(commands + ["help"]).contains(word) else { return }
        throw ValidationError("there is no command '\(word)'; there are \(commands.joined(separator: ", "))")
    }

    /// Says why on one line, and returns the exit status.
    private static func report(_ error: any Error, _ arguments: [String]) -> Int32 {
        // What follows from the interruption is no news.
        if Interruption.shared.status != nil { return ExitStatus.software.rawValue }
        let code = SinewCommand.exitCode(for: error)
        if code.isSuccess {
            let text = SinewCommand.fullMessage(for: error)
            let failure = Descriptor.writeAll(STDOUT_FILENO, Array("\(text)\n".utf8))
            return failure == nil ? 0 : ExitStatus.inputOutput.rawValue
        }
        if code == .validationFailure {
            let help = arguments.first.flatMap { commands.contains($0) ? " \($0)" : nil } ?? ""
            note("\(SinewCommand.message(for: error)); see: sinew\(help) --help", patience: lastNotePatience)
            return ExitStatus.usage.rawValue
        }
        let failure = CommandFailure(error)
        note(failure.description, patience: lastNotePatience)
        return failure.status.rawValue
    }
}
