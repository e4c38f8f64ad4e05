// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Print what pushers send, one message a line.",
        discussion: """
            Messages that have come already and are not printed are lost when it ends, also with --count: thousands of \
            small ones perhaps, whatever --hwm is. For jobs that must not be lost use req and rep.

            Example: sinew pull --bind 'tcp://*:5555' --count 1 --timeout 30s

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: CountOptions
    @OptionGroup var queue: QueueOptions

    func run() async throws {
        let transport = try socket.transport()
        try await Session.run(timeout: socket.timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: queue.hwm, transport)
            let pull = try session.open(sockets.pull(), socket.endpoints)
            try await printMessages(count: counting.count, messages.format()) { limit in
                try await pull.receive(upTo: limit, timeout: socket.timeout).map { MessageRecord($0) }
            }
        }
    }
}
