// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import SinewLog

struct LogCatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Print the records of a log: the offset, a tab, and the payload.",
        discussion: """
            Prints nothing that its checksum does not prove. At damage it stops with status 2; with --salvage it goes \
            on behind it, and says what it left out.

            Example: sinew log cat data --from 1000

            \(LogCommand.exitHelp)
            """
    )

    @OptionGroup var log: LogOptions

    @Option(help: "The first offset to print. Default: all there are.") var from: UInt64 = 0
    @Flag(help: "Print an object of JSON for each record.") var json = false
    @Flag(help: "Go on behind damage.") var salvage = false

    func run() async throws {
        let output = Output()
        var reader = LogReader(of: log.files, from: from, damage: salvage ? .skipped : .thrown)
        var lines: [UInt8] = []
        var told = 0
        var failure: LogError?
        while failure == nil {
            do throws(LogError) {
                guard let record = try reader.next() else { break }
                lines += json ? Self.json(of: record) : Self.text(of: record)
            } catch {
                failure = error
            }
            if lines.count > 65_536 || failure != nil || reader.skipped.count > told {
                try await output.write(lines)
                lines = []
            }
            for corruption in reader.skipped[told...] { note("left out: \(corruption)") }
            told = reader.skipped.count
        }
        try await output.write(lines)
        if let failure { try LogCommand.end(failure) }
        if told < reader.skipped.count { for corruption in reader.skipped[told...] { note("left out: \(corruption)") } }
        if !reader.skipped.isEmpty { throw LogCommand.corrupt }
    }

    private static func text(of record: LogRecord) -> [UInt8] {
        Array("\(record.offset)\t".utf8) + record.payload + [0x0A]
    }

    private static func json(of record: LogRecord) -> [UInt8] {
        var members = [
            ("offset", Array("\(record.offset)".utf8)), ("epoch", Array("\(record.epoch)".utf8)),
            ("timestamp", Array("\(record.timestamp)".utf8)),
        ]
        if let key = record.key { members.append(("key", JSONText.bytes(Array(key)))) }
        if let subject = record.subject { members.append(("subject", JSONText.string("\(subject)"))) }
        if !record.headers.isEmpty {
            let headers = record.headers.map { header in
                JSONText.array([JSONText.string(header.name), JSONText.bytes(header.value)])
            }
            members.append(("headers", JSONText.array(headers)))
        }
        if record.isTombstone { members.append(("tombstone", Array("true".utf8))) }
        members.append(("payload", JSONText.bytes(Array(record.payload))))
        return JSONText.object(members) + [0x0A]
    }
}
