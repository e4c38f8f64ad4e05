// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewBus
import SinewBusCore
import SinewCommandCore
import SinewSubjects

struct BusPubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pub",
        abstract: "Publish each TEXT, or each line of standard input, to a subject.",
        discussion: """
            It waits until it is linked with at least --wait-for nodes, and with all that those know of, and knows \
            what they want; with 0 it does not wait. At the end it waits until they have everything.

            Exit status: 0 done; 1 nobody wanted one of the messages; 69 messages were lost, or may be (standard error \
            says which); 75 too few nodes within --timeout; others: see sinew --help.

            Example: sinew bus pub orders.us.new 'book 1' --seed tcp://127.0.0.1:5555
            """
    )

    @Argument(help: "The subject.", transform: subject(from:)) var subject: Subject
    @Argument(help: "The messages; without any, the lines of standard input.") var text: [String] = []
    @OptionGroup var bus: BusNodeOptions
    @OptionGroup var format: BusFormatOptions
    @OptionGroup var counting: CountOptions

    @Option(
        parsing: .unconditional,
        help: "How many other nodes must be linked before anything is sent. Default 1.",
        transform: wholeNumber(from:)
    )
    var waitFor = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for them. Default 10s.", valueName: "time"),
        transform: duration(from:)
    )
    var timeout = Duration.seconds(10)

    @Option(
        help: ArgumentHelp("Something to be said beside each message; may be repeated.", valueName: "name=value"),
        transform: header(from:)
    )
    var header: [BusLine.Header] = []

    @Flag(help: "Print of each message to how many nodes it went, and how many had no room for it.")
    var verbose = false

    func validate() throws {
        guard (0...1_000_000).contains(waitFor) else { throw ValidationError("--wait-for is 0 to 1000000") }
    }

    func run() async throws {
        var (published, unwanted) = (0, 0)
        try await BusSession.run(bus) { session in
            session.tellEndpoint()
            try await session.settle(atLeast: waitFor, within: timeout)
            let output = Output()
            func publish(_ record: MessageRecord) async throws {
                let headers = try Headers((header + record.headers).map { ($0.name, $0.value) })
                let receipt = try await session.node.publish(record.frames[0], to: subject, headers: headers)
                published += 1
                if receipt.isUnwanted { unwanted += 1 }
                guard verbose else { return }
                try await output.write(line: "\(published)\t\(receipt.peers) sent\t\(receipt.dropped) dropped")
            }
            guard text.isEmpty else {
                for text in text { try await publish(MessageRecord(frames: [Array(text.utf8)])) }
                return
            }
            var input = Input(format.input, maximumLineBytes: format.maxLine)
            try await sendLines(count: counting.count, &input) { try await publish($0) }
        }
        guard unwanted == 0 else {
            throw CommandFailure(.no, "nobody wanted \(unwanted) of \(published) messages to '\(subject)'")
        }
    }
}
