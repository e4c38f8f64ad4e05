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

            \(ExitStatus.help)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions

    @Option(help: "Stop after this many requests.")
    var count: Int?

    @Flag(help: "Do not mark requests with a number: for servers that do not copy the whole envelope into the reply.")
    var plainEnvelope = false

    func validate() throws {
        guard count ?? 1 > 0 else { throw ValidationError("--count is at least 1") }
    }

    func run() async throws {
        let transport = try socket.transport()
        let format = messages.format()
        try await Session.run(timeout: socket.timeout) { session in
            let options = RequestSocket.Options(correlate: !plainEnvelope, transport: transport)
            let client = try session.open(RequestSocket(context: session.context, options: options), socket.endpoints)
            var input = Input(format, maximumLineBytes: messages.maxLine)
            let output = Output()
            try await sendLines(count: count, &input) { record in
                let reply = try await client.request(record.message(), timeout: socket.timeout)
                try await output.write(format.line(for: MessageRecord(reply)))
            }
        }
    }
}
