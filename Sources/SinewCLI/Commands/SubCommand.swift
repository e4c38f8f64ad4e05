// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct SubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sub",
        abstract: "Print what publishers send, one message a line.",
        discussion: """
            Example: sinew sub --connect tcp://10.0.0.7:5556 --topic orders. --topic stock. --json

            \(ExitStatus.shortHelp)
            """
    )

    @OptionGroup var socket: SocketOptions
    @OptionGroup var messages: MessageOptions
    @OptionGroup var counting: CountOptions
    @OptionGroup var queue: QueueOptions

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Only messages whose first frame begins with this. May be repeated; all messages without it.",
            valueName: "prefix"
        )
    )
    var topic: [String] = []

    func run() async throws {
        let transport = try socket.transport()
        let topics = topic.isEmpty ? [Topic.all] : topic.map { Topic($0) }
        let match = TopicMatch(topics.map(\.bytes))
        try await Session.run(timeout: socket.timeout) { session in
            let sockets = SocketFactory(session, highWaterMark: queue.hwm, transport)
            let subscriber = try session.open(sockets.subscriber(to: topics), socket.endpoints)
            try await printMessages(count: counting.count, messages.format()) { limit in
                try await subscriber.receive(upTo: limit, timeout: socket.timeout).map { message in
                    MessageRecord(message, topic: match.topic(of: message.array))
                }
            }
        }
    }
}
