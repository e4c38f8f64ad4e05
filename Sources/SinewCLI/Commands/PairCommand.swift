// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct PairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "Send each line of standard input to one peer, and print what it sends, at the same time.",
        discussion: ExitStatus.shortHelp
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: ReceivedCountOptions
    @OptionGroup var queue: QueueOptions

    func validate() throws {
        // libzmq would give up all connections but one without a word, and what they are to carry with them.
        guard socket.endpoints.connect.isEmpty || (socket.endpoints.bind + socket.endpoints.connect).count == 1 else {
            throw ValidationError("a pair has one peer: give one --connect ENDPOINT and no --bind, or --bind alone")
        }
    }

    func run() async throws {
        let transport = try socket.transport()
        let timeout = socket.timeout
        try await Session.run(timeout: timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: queue.hwm, transport)
            let pair = try session.open(sockets.pair(), socket.endpoints)
            try await converse(messages, count: counting.count) { record in
                try await pair.send(record.message(), timeout: timeout)
            } receive: { limit in
                try await pair.receive(upTo: limit, timeout: timeout).map { MessageRecord($0) }
            }
        }
    }
}
