// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Send each line of standard input to one of the connected pullers.",
        discussion: """
            With several endpoints each message goes to a puller that is there; what waits for one that goes away is \
            lost with it. Waits for a puller, and while all of them are full. At the end of the input it waits until \
            everything is handed over; --timeout limits each of these waits, and then it exits with 75.

            Example: seq 100 | sinew push --connect tcp://10.0.0.7:5555 --timeout 5s

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: CountOptions
    @OptionGroup var queue: QueueOptions

    func run() async throws {
        let transport = try socket.transport(chooses: true)
        try await Session.run(timeout: socket.timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: queue.hwm, transport)
            let push = try session.open(sockets.push(), socket.endpoints)
            var input = Input(messages.format(), maximumLineBytes: messages.maxLine)
            try await sendLines(count: counting.count, &input) { record in
                try await push.send(record.message(), timeout: socket.timeout)
            }
        }
    }
}
