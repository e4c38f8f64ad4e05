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

    /// The words at the beginning that name a command, and the commands that could be named next.
    private static func named(_ arguments: [String]) -> (words: [String], next: [any ParsableCommand.Type]) {
        var words: [String] = []
        var commands = SinewCommand.configuration.subcommands
        for word in arguments {
            guard let command = commands.first(where: { $0._commandName == word }) else { break }
            words.append(word)
            commands = command.configuration.subcommands
        }
        return (words, commands)
    }

    /// A command that was misspelled is named before its options, which belong to none.
    private static func checkCommand(_ arguments: [String]) throws {
        let (words, next) = named(arguments)
        guard !next.isEmpty, let word = arguments.dropFirst(words.count).first, !word.hasPrefix("-") else { return }
        if words.isEmpty, word == "help" { return }
        let command = (words + [word]).joined(separator: " ")
        let names = next.map { (words + [$0._commandName]).joined(separator: " ") }
        throw ValidationError("there is no command '\(command)'; there are \(names.joined(separator: ", "))")
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
        // It has said what there is to say.
        if error is ExitCode { return code.rawValue }
        if code == .validationFailure {
            let help = named(arguments).words.map { " \($0)" }.joined()
            note("\(SinewCommand.message(for: error)); see: sinew\(help) --help", patience: lastNotePatience)
            return ExitStatus.usage.rawValue
        }
        let failure = CommandFailure(error)
        note(failure.description, patience: lastNotePatience)
        return failure.status.rawValue
    }
}
