// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct DealerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dealer",
        abstract: "Send each line of standard input, and print what is received, at the same time.",
        discussion: """
            Talking to a REP socket takes an empty frame in front: printf '\\thello\\n' | sinew dealer --tabs ….

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: ReceivedCountOptions
    @OptionGroup var queue: QueueOptions

    @Option(help: "The name that routers know this socket by, 1 to 255 bytes; without it they choose one.")
    var name: String?

    func run() async throws {
        let transport = try socket.transport(chooses: true)
        let timeout = socket.timeout
        try await Session.run(timeout: timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: queue.hwm, transport)
            let dealer = try session.open(sockets.dealer(routingID: name.map { RoutingID($0) }), socket.endpoints)
            try await converse(messages, count: counting.count) { record in
                try await dealer.send(record.message(), timeout: timeout)
            } receive: { limit in
                try await dealer.receive(upTo: limit, timeout: timeout).map { MessageRecord($0) }
            }
        }
    }
}
