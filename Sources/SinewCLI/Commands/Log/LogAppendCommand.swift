// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import SinewLog

struct LogAppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append each line of standard input, and print its offset once it has reached the level.",
        discussion: """
            A line whose offset was printed survives what its level says, whatever happens then: 'written' a crash of \
            this process, 'durable' a failure of the power. The offsets come in the lines' order, each on a line of \
            its own.

            Example: seq 1000 | sinew log append data --batch 100

            \(LogCommand.exitHelp)
            """
    )

    enum Level: String, ExpressibleByArgument, CaseIterable {
        case written, durable

        var level: AckLevel { self == .written ? .written : .durable }
    }

    @OptionGroup var log: LogOptions

    @Option(help: ArgumentHelp("What to wait for: written or durable. Default durable.", valueName: "level"))
    var ack = Level.durable

    @Option(
        help: ArgumentHelp("So many lines are in the log all or none of them. Default 1.", valueName: "lines"),
        transform: wholeNumber(from:)
    )
    var batch = 1

    @Option(
        help: ArgumentHelp("Which field of a line is its key; tabs separate them. Default none.", valueName: "number"),
        transform: wholeNumber(from:)
    )
    var keyField: Int?

    @Option(
        help: ArgumentHelp("The size of a file from which on the next is begun. Default 64 MiB.", valueName: "bytes"),
        transform: wholeNumber(from:)
    )
    var segmentBytes = LogWriterOptions().segmentBytes

    func validate() throws {
        guard (1...65_536).contains(batch) else { throw ValidationError("--batch is between 1 and 65536 lines") }
        guard keyField ?? 1 >= 1 else { throw ValidationError("--key-field is 1 for the first field") }
        guard (4096...(1 << 30)).contains(segmentBytes) else {
            throw ValidationError("--segment-bytes is between 4096 and \(1 << 30)")
        }
    }

    func run() async throws {
        var options = LogWriterOptions()
        options.segmentBytes = segmentBytes
        options.flush = ack == .durable ? .everyCommit : .bySystem
        let store = try await LogStore.open(log.directory, options: options)
        do {
            try await appendAll(to: try await store.log(log.log))
            await store.close()
        } catch {
            await store.close()
            if let error = error as? LogError { try LogCommand.end(error) }
            throw error
        }
    }

    private func appendAll(to log: Log) async throws {
        if let cut = log.cut { note(Self.text(cut)) }
        let output = Output()
        var input = Input(MessageFormat(.text, splitsAtTabs: false, isAddressed: false), maximumLineBytes: 16 << 20)
        var entries: [LogEntry] = []
        while let record = try await input.next() {
            entries.append(entry(record.frames.first ?? []))
            if entries.count == batch { try await append(&entries, to: log, output) }
        }
        try await append(&entries, to: log, output)
    }

    private func append(_ entries: inout [LogEntry], to log: Log, _ output: Output) async throws {
        guard !entries.isEmpty else { return }
        let receipt = try await log.append(atomically: entries, ack: ack.level)
        let lines = (0..<entries.count).map { "\(receipt.offset + UInt64($0))\n" }
        entries = []
        try await output.write(Array(lines.joined().utf8))
    }

    private func entry(_ line: [UInt8]) -> LogEntry {
        var entry = LogEntry(line)
        if let keyField {
            let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
            if keyField <= fields.count { entry.key = Array(fields[keyField - 1]) }
        }
        return entry
    }

    private static func text(_ cut: LogCut) -> String {
        let what = "\(cut.path): cut off \(cut.bytes) bytes from byte \(cut.position) on, which were never finished"
        let records = cut.possiblyAcknowledged ? ", perhaps with records from \(cut.offsets.lowerBound) on" : ""
        return "\(what)\(records); they are kept as \(cut.savedAs)"
    }
}
