// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewBus
import SinewBusCore
import SinewCommandCore
import SinewSubjects

struct BusReqCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "req",
        abstract: "Ask, with TEXT or each line of standard input, and print the answer.",
        discussion: """
            One request after the other. With --many everybody who responds is asked, and each answer is a line; \
            responders that share a queue group, as they do by default, count as one.

            Exit status: 0 done; 1 a responder says that it failed; 69 nobody responds to the subject; 75 no answer \
            within --timeout; others: see sinew --help.

            Example: sinew bus req inventory.check book --seed tcp://127.0.0.1:5555 --timeout 2s
            """
    )

    @Argument(help: "The subject.", transform: subject(from:)) var subject: Subject
    @Argument(help: "The question; without it, each line of standard input is one.") var text: String?
    @OptionGroup var bus: BusNodeOptions
    @OptionGroup var format: BusFormatOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for each answer. Default 5s.", valueName: "time"),
        transform: duration(from:)
    )
    var timeout = Duration.seconds(5)

    @Flag(help: "Print the answers of everybody who responds.")
    var many = false

    @Option(
        parsing: .unconditional,
        help: "With --many, how many answers are enough.",
        transform: wholeNumber(from:)
    )
    var limit: Int?

    @Option(
        help: ArgumentHelp("Something to be said beside each question; may be repeated.", valueName: "name=value"),
        transform: header(from:)
    )
    var header: [BusLine.Header] = []

    func validate() throws {
        guard limit ?? 1 > 0 else { throw ValidationError("--limit is at least 1") }
        guard limit == nil || many else { throw ValidationError("--limit is for --many") }
    }

    func run() async throws {
        try await BusSession.run(bus) { session in
            session.tellEndpoint()
            try await session.settle(atLeast: 1, within: timeout)
            guard text == nil else {
                return try await ask(MessageRecord(frames: [Array((text ?? "").utf8)]), session.node)
            }
            var input = Input(format.input, maximumLineBytes: format.maxLine)
            try await sendLines(&input) { try await ask($0, session.node) }
        }
    }

    private func ask(_ record: MessageRecord, _ node: Node) async throws {
        let headers = try Headers((header + record.headers).map { ($0.name, $0.value) })
        let output = Output()
        guard many else {
            let reply = try await node.request(record.frames[0], to: subject, headers: headers, timeout: timeout)
            return try await output.write(format.line.line(for: BusLine.Message(reply)))
        }
        let replies = try await node.requestMany(
            record.frames[0],
            to: subject,
            headers: headers,
            timeout: timeout,
            limit: limit
        )
        for try await reply in replies { try await output.write(format.line.line(for: BusLine.Message(reply))) }
    }
}
