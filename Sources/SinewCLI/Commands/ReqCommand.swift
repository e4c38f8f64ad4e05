// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct ReqCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "req",
        abstract: "Send each line of standard input as a request, and print its reply.",
        discussion: """
            One request after the other; --timeout is for each of them.

            Example: echo status | sinew req --connect tcp://10.0.0.7:5557 --timeout 2s

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: CountOptions

    @Flag(help: "Do not mark requests with a number: for servers that do not copy the whole envelope into the reply.")
    var plainEnvelope = false

    @Flag(help: "Exit with 1 at a reply of two frames whose first is 'error', as rep --exec gives when it fails.")
    var fail = false

    @Option(
        parsing: .unconditional,
        help: """
            Taken as by the other commands, but of no effect: one request is under way at a time, and none waits \
            behind it. What waits for a slow server waits in standard input.
            """,
        transform: wholeNumber(from:)
    )
    var hwm = 1000

    func validate() throws { try QueueOptions.check(hwm) }

    func run() async throws {
        let transport = try socket.transport(chooses: true)
        let format = messages.format()
        try await Session.run(timeout: socket.timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: hwm, transport)
            let client = try session.open(sockets.request(correlate: !plainEnvelope), socket.endpoints)
            var input = Input(format, maximumLineBytes: messages.maxLine)
            let output = Output()
            try await sendLines(count: counting.count, &input) { record in
                let reply = try await client.request(record.message(), timeout: socket.timeout)
                let answer = MessageRecord(reply)
                try await output.write(format.line(for: answer))
                if fail, let reason = answer.failure { throw CommandFailure(.no, "the reply is: \(reason)") }
            }
        }
    }
}
